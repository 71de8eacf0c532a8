import type { DeviceEdit } from '#features/devices/device-input.ts'
import type { Json, JsonObject } from '#kernel/json.ts'
import type { ReportedDevice } from '#model/record.ts'

const own = ['status', 'address', 'serial', 'vendor', 'model', 'os'] as const
const asFacts = ['driver', 'site', 'rack', 'owner'] as const

/** A record of what people entered about a device: empty, so that sources are believed. */
export const emptyRecord = (deviceId: number): ReportedDevice => ({
  kind: 'device',
  sourceId: `device:${deviceId}`,
  name: '',
  deviceType: 'unknown',
})

type Values = Record<string, Json | undefined>

/** The record after an edit: what is given replaces, null takes back, what is left out stays. */
export function editedRecord(record: ReportedDevice, edit: DeviceEdit, now: string): ReportedDevice {
  const next: Values = { ...(record as unknown as JsonObject) }
  if (edit.name !== undefined) next['name'] = edit.name ?? ''
  if (edit.deviceType !== undefined) next['deviceType'] = edit.deviceType ?? 'unknown'
  for (const name of own) set(next, name, edit[name])
  const facts: Values = { ...record.facts }
  for (const name of asFacts) set(facts, name, edit[name])
  const custom: Values = { ...(facts['custom'] as JsonObject | undefined) }
  for (const [name, value] of Object.entries(edit.custom ?? {})) set(custom, name, value)
  set(facts, 'custom', orNull(custom))
  set(facts, 'enteredAt', orNull(timesAfter(enteredTimes(record), edit, now)))
  set(next, 'facts', orNull(facts))
  return next as unknown as ReportedDevice
}

function set(into: Values, name: string, value: Json | undefined): void {
  if (value === undefined) return
  if (value === null) delete into[name]
  else into[name] = value
}

const orNull = (values: Values): JsonObject | null =>
  Object.keys(values).length > 0 ? (values as JsonObject) : null

/** When each value of the record was entered, by its path in the device's state. */
export const enteredTimes = (record: ReportedDevice): Record<string, string> =>
  (record.facts?.['enteredAt'] ?? {}) as Record<string, string>

function timesAfter(before: Readonly<Record<string, string>>, edit: DeviceEdit, now: string): Values {
  const { custom = {}, tags: _, ...fields } = edit
  const entered = [
    ...Object.entries(fields),
    ...Object.entries(custom).map(([name, value]) => [`custom/${name}`, value] as const),
  ]
  const times: Values = { ...before }
  for (const [path, value] of entered) {
    if (value !== undefined) set(times, path, value === null ? null : now)
  }
  return times
}

/** A record of what people entered as it is kept; without an id while it is not. */
export interface ManualRecord {
  id?: number | undefined
  record: ReportedDevice
}

/**
 * The records of a device after an edit. A device that was merged brings its own along: what is entered is written
 * into the device's own record, what is taken back is taken back from all of them.
 */
export function editedRecords(
  deviceId: number,
  known: readonly ManualRecord[],
  edit: DeviceEdit,
  now: string,
): ManualRecord[] {
  const empty = emptyRecord(deviceId)
  const own = known.find(({ record }) => record.sourceId === empty.sourceId) ?? { record: empty }
  const others = known.filter((each) => each !== own)
  const takesBack = takingsBack(edit)
  return [
    { ...own, record: editedRecord(own.record, edit, now) },
    ...others.map((each) => ({ ...each, record: editedRecord(each.record, takesBack, now) })),
  ]
}

/** The part of an edit that takes values back. */
function takingsBack({ custom = {}, ...edit }: DeviceEdit): DeviceEdit {
  const nulls = (values: object) =>
    Object.fromEntries(Object.entries(values).filter(([, value]) => value === null))
  return { ...nulls(edit), custom: nulls(custom) }
}

/** Whether nothing that people entered is left. */
export const saysNothing = ({ kind: _, sourceId: __, name, deviceType, ...rest }: ReportedDevice): boolean =>
  name === '' && deviceType === 'unknown' && Object.keys(rest).length === 0
