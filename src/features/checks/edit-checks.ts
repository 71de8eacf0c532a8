import { isUniqueViolation } from '#database/constraint-errors.ts'
import {
  deviceAddress,
  findCheck,
  insertCheck,
  updateCheck,
  type CheckRow,
} from '#features/checks/check-queries.ts'
import { checkSettings, type CheckKind } from '#features/checks/check-settings.ts'
import type { CheckOutcome } from '#features/checks/outcome.ts'
import { runPlanned, taskOf } from '#features/checks/planned-check.ts'
import { runCheck } from '#features/checks/run-check.ts'
import { assertVersion, changedSince } from '#features/inventory/changed-since.ts'
import { deviceFilter } from '#features/inventory/device-list-queries.ts'
import { findDeviceId } from '#features/inventory/find-device-queries.ts'
import type { Call } from '#features/operation.ts'
import { patchSettings } from '#features/sync/source-patch.ts'
import { openSettings, parseSettings } from '#features/sync/source-settings.ts'
import { AppError } from '#kernel/errors.ts'
import type { JsonObject } from '#kernel/json.ts'

/** What somebody says of a check. */
export interface GivenCheck {
  name: string
  kind: CheckKind
  device: string | number | null
  target: string | null
  q: string | null
  settings: JsonObject
  intervalSeconds: number
  timeoutMs: number
  retries: number
  severity: string
}

/** A check that the actor may see; throws NOT_FOUND. */
export async function visibleCheck(call: Call, id: number): Promise<CheckRow> {
  const row = await findCheck(call.db, call.actor, id)
  if (row !== undefined) return row
  throw new AppError('NOT_FOUND', `There is no check ${id}`)
}

export async function createCheck(call: Call, given: GivenCheck): Promise<number> {
  const aim = await aimOf(call, given)
  const settings = sealed(call, given.kind, {}, given.settings)
  checkTarget(given.kind, aim.target, given.settings)
  const now = call.clock.now()
  return sayTaken(given.name, () =>
    insertCheck(call.db, {
      name: given.name,
      kind: given.kind,
      parent_id: null,
      ...aim,
      settings: JSON.stringify(settings),
      interval_seconds: given.intervalSeconds,
      timeout_ms: given.timeoutMs,
      retries: given.retries,
      severity: given.severity,
      paused_at: null,
      state_since: now,
      created_by: call.actor.name,
      created_at: now,
      updated_at: now,
    }),
  )
}

export type CheckEdit = { [Field in keyof Omit<GivenCheck, 'kind'>]?: GivenCheck[Field] }

/** Changes a check; its settings are a merge patch over those that are kept. */
export async function editCheck(
  call: Call,
  id: number,
  edit: CheckEdit,
  expectedVersion?: number,
): Promise<void> {
  const row = await visibleCheck(call, id)
  assertVersion(`The check ${row.name}`, row.version, expectedVersion)
  assertOwn(row)
  const aims: Pick<GivenCheck, 'device' | 'target' | 'q'> = {
    device: edit.device === undefined ? row.device_id : edit.device,
    target: edit.target === undefined ? row.target : edit.target,
    q: edit.q === undefined ? row.q : edit.q,
  }
  const isAimed = edit.device !== undefined || edit.target !== undefined || edit.q !== undefined
  const aim = isAimed ? await aimOf(call, aims) : undefined
  const kind = row.kind as CheckKind
  const kept = JSON.parse(row.settings) as JsonObject
  const settings = edit.settings === undefined ? kept : sealed(call, kind, kept, edit.settings)
  checkTarget(kind, aim === undefined ? row.target : aim.target, settings)
  const isDone = await sayTaken(edit.name ?? row.name, () =>
    updateCheck(call.db, row, {
      ...aim,
      ...(edit.name === undefined ? {} : { name: edit.name }),
      ...(edit.intervalSeconds === undefined ? {} : { interval_seconds: edit.intervalSeconds }),
      ...(edit.timeoutMs === undefined ? {} : { timeout_ms: edit.timeoutMs }),
      ...(edit.retries === undefined ? {} : { retries: edit.retries }),
      ...(edit.severity === undefined ? {} : { severity: edit.severity }),
      settings: JSON.stringify(settings),
      updated_at: call.clock.now(),
    }),
  )
  if (!isDone) throw changedSince(`The check ${row.name}`)
}

export async function pauseCheck(call: Call, id: number, isPaused: boolean): Promise<void> {
  const row = await visibleCheck(call, id)
  if ((row.paused_at !== null) === isPaused) return
  if (!(await updateCheck(call.db, row, { paused_at: isPaused ? call.clock.now() : null })))
    throw changedSince(`The check ${row.name}`)
}

/** A check below another is what that one says. */
export function assertOwn({ name, parent_id }: CheckRow): void {
  if (parent_id === null) return
  throw new AppError('READ_ONLY', `${name} belongs to the check ${parent_id}`, {
    hint: 'Change that one.',
  })
}

/** Runs a check now, and says what was found; its state is left to those who watch. */
export async function runNow(call: Call, id: number, signal: AbortSignal): Promise<CheckOutcome> {
  const row = await visibleCheck(call, id)
  if (row.q !== null)
    throw new AppError('CONFLICT', `${row.name} is of many devices`, { hint: 'Run one of those below it.' })
  const how = row.parent_id === null ? row : await findCheck(call.db, {}, row.parent_id)
  return runPlanned(call, { row, how: how ?? row }, signal)
}

/** Runs what somebody is about to save. */
export async function tryCheck(
  call: Call,
  given: Pick<GivenCheck, 'kind' | 'device' | 'target' | 'settings' | 'timeoutMs'>,
  signal: AbortSignal,
): Promise<CheckOutcome> {
  const aim = await aimOf(call, { ...given, q: null })
  const settings = sealed(call, given.kind, {}, given.settings)
  checkTarget(given.kind, aim.target, given.settings)
  const address = aim.device_id === null ? null : await deviceAddress(call.db, aim.device_id)
  const target = aim.target ?? address
  if (target === null) return { result: 'unable', message: 'the device has no address' }
  return runCheck(given.kind, taskOf(call, given.kind, target, settings, given.timeoutMs), signal)
}

interface Aim {
  device_id: number | null
  target: string | null
  q: string | null
}

/** What is checked: exactly one of a device, a target, and a query. */
async function aimOf(
  call: Call,
  { device, target, q }: Pick<GivenCheck, 'device' | 'target' | 'q'>,
): Promise<Aim> {
  if ([device, target, q].filter((each) => each !== null).length !== 1) {
    throw new AppError('INPUT_INVALID', 'A check is of a device, of a target, or of the devices of a query', {
      complaints: [{ path: 'target', value: target, expected: 'exactly one of device, target and q' }],
    })
  }
  // Anything else would reach what somebody limited to tags knows nothing of.
  if (device === null && call.actor.tags !== undefined)
    throw new AppError('FORBIDDEN', 'Checks of anything but a device are for those who see all devices')
  if (q !== null) await deviceFilter(call, q)
  return { device_id: device === null ? null : await findDeviceId(call, device), target, q }
}

/** Settings as they are kept: checked whole, with their secrets sealed. */
function sealed(call: Call, kind: CheckKind, kept: JsonObject, given: JsonObject): JsonObject {
  const type = { settings: checkSettings[kind] }
  const next = patchSettings(type, kept, given, call.secrets)
  parseSettings(type, openSettings(type, next, call.secrets))
  return next
}

/** A URL only where one is asked for. */
function checkTarget(kind: CheckKind, target: string | null, settings: JsonObject): void {
  if (target === null) return
  const isUrl = /^[a-z]+:\/\//i.test(target)
  const isGood = kind === 'http' ? !/^https?:\/\/[^/]*@/i.test(target) : !isUrl && !/[\s/]/.test(target)
  if (
    isGood &&
    (kind !== 'http' || settings['url'] !== undefined || URL.canParse(isUrl ? target : `http://${target}`))
  )
    return
  throw new AppError('INPUT_INVALID', `A check of kind ${kind} cannot use this target`, {
    complaints: [
      {
        path: 'target',
        value: isGood ? target : '[redacted]',
        expected:
          kind === 'http'
            ? 'an http or https address without user and password in it'
            : 'an address or a name',
      },
    ],
  })
}

async function sayTaken<T>(name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (isUniqueViolation(error))
      throw new AppError('ALREADY_EXISTS', `There is a check called ${name} already`)
    throw error
  }
}
