import type { CheckRow } from '#features/checks/check-queries.ts'
import { checkSettings, type CheckKind } from '#features/checks/check-settings.ts'
import type { CheckState } from '#features/checks/check-state.ts'
import type { CheckOutcome } from '#features/checks/outcome.ts'
import type { ProbeTask } from '#features/checks/probe.ts'
import { runCheck } from '#features/checks/run-check.ts'
import type { Context } from '#features/context.ts'
import type { WatchedCheck } from '#features/monitoring/watch.ts'
import { openSettings, parseSettings } from '#features/sync/source-settings.ts'
import { toMilliseconds } from '#kernel/clock.ts'
import { AppError } from '#kernel/errors.ts'
import type { JsonObject } from '#kernel/json.ts'

/** The check of many devices tells how; the one below it tells of which. */
export interface PlannedCheck {
  row: CheckRow
  how: CheckRow
}

/** Every check that is run: those below others with what these say, and none that has others below it. */
export function plannedChecks(rows: readonly CheckRow[]): PlannedCheck[] {
  const byId = new Map(rows.map((row) => [row.id, row]))
  return rows
    .filter(({ q }) => q === null)
    .flatMap((row) => {
      const how = row.parent_id === null ? row : byId.get(row.parent_id)
      return how === undefined ? [] : [{ row, how }]
    })
}

export const toWatchedCheck = ({ row, how }: PlannedCheck): WatchedCheck => ({
  id: row.id,
  name: row.name,
  deviceId: row.device_id,
  state: row.state as CheckState,
  since: toMilliseconds(row.state_since),
  message: row.message,
  isPaused: row.paused_at !== null || how.paused_at !== null,
})

type Part = Pick<Context, 'clock' | 'config' | 'secrets'>

/** Runs a check once, as it is planned. Only an abort throws. */
export async function runPlanned(
  context: Part,
  { row, how }: PlannedCheck,
  signal: AbortSignal,
): Promise<CheckOutcome> {
  const target = row.target ?? row.device_address
  if (target === null) return { result: 'unable', message: 'the device has no address' }
  try {
    const kind = how.kind as CheckKind
    return await runCheck(
      kind,
      taskOf(context, kind, target, JSON.parse(how.settings) as JsonObject, how.timeout_ms),
      signal,
    )
  } catch (error) {
    signal.throwIfAborted()
    return { result: 'unable', message: error instanceof AppError ? error.message : 'it could not be run' }
  }
}

/** What one run is given; the settings have their secrets sealed. */
export function taskOf(
  { clock, config, secrets }: Part,
  kind: CheckKind,
  target: string,
  settings: JsonObject,
  timeoutMs: number,
): ProbeTask {
  const type = { settings: checkSettings[kind] }
  const readable = parseSettings(type, openSettings(type, settings, secrets))
  return { target, settings: readable, timeoutMs, reach: config.monitoring.checks, clock }
}
