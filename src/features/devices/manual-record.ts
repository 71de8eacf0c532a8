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

/** The record after an edit: what is given replaces, null takes back, what is left out stays. */
export function editedRecord(record: ReportedDevice, edit: DeviceEdit): ReportedDevice {
  const next: Record<string, Json | undefined> = { ...(record as unknown as JsonObject) }
  if (edit.name !== undefined) next['name'] = edit.name ?? ''
  if (edit.deviceType !== undefined) next['deviceType'] = edit.deviceType ?? 'unknown'
  for (const name of own) set(next, name, edit[name])
  const facts: Record<string, Json | undefined> = { ...record.facts }
  for (const name of asFacts) set(facts, name, edit[name])
  const custom: Record<string, Json | undefined> = { ...(facts['custom'] as JsonObject | undefined) }
  for (const [name, value] of Object.entries(edit.custom ?? {})) set(custom, name, value)
  if (Object.keys(custom).length > 0) facts['custom'] = custom as JsonObject
  else delete facts['custom']
  if (Object.keys(facts).length > 0) next['facts'] = facts as JsonObject
  else delete next['facts']
  return next as unknown as ReportedDevice
}

function set(into: Record<string, Json | undefined>, name: string, value: Json | undefined): void {
  if (value === undefined) return
  if (value === null) delete into[name]
  else into[name] = value
}

/** Whether nothing that people entered is left. */
export const saysNothing = ({ kind: _, sourceId: __, name, deviceType, ...rest }: ReportedDevice): boolean =>
  name === '' && deviceType === 'unknown' && Object.keys(rest).length === 0
