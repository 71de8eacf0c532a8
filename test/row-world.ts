import type { Config } from '#config.ts'
import type { OpenDatabase } from '#database/open.ts'
import type { AnyJobAction, PreviewFacts, PreviewItem, RowCall, RowOutcome } from '#features/jobs/action.ts'
import type { JsonObject } from '#kernel/json.ts'
import type { Actor } from '#model/actor.ts'
import { DeviceId, JobId } from '#model/ids.ts'
import { ada, inventoryWorld, type InventoryWorld } from '#test/inventory-world.ts'
import { testConfig } from '#test/test-config.ts'

/** A row as a job has it; what is left out is empty. */
export interface RowGiven {
  deviceId?: number | undefined
  input?: JsonObject | undefined
  key?: string | undefined
  effectKey?: string | undefined
}

export interface RowWorld extends InventoryWorld {
  /** What an action runs with. */
  call(given?: RowGiven, actor?: Actor): RowCall
  run(
    action: AnyJobAction,
    parameters: JsonObject,
    given?: RowGiven,
    signal?: AbortSignal,
  ): Promise<RowOutcome>
  preview(action: AnyJobAction, parameters: JsonObject, rows: readonly RowGiven[]): Promise<PreviewFacts[]>
  versions(
    action: AnyJobAction,
    parameters: JsonObject,
    rows: readonly RowGiven[],
  ): Promise<(string | null)[]>
}

const never = new AbortController().signal

/** Actions without an engine: their rows are made here and done one by one. */
export function rowWorld(opened: OpenDatabase, jobs: Partial<Config['jobs']> = {}): RowWorld {
  const world = inventoryWorld(opened)
  const defaults = testConfig()
  const config = testConfig({ jobs: { ...defaults.jobs, graceSeconds: 0.2, ...jobs } })
  const call: RowWorld['call'] = ({ deviceId, key = '1', effectKey } = {}, actor = ada) => ({
    ...world.context,
    config,
    actor,
    jobId: JobId.parse(1),
    run: 1,
    progress() {},
    row: {
      number: 1,
      key,
      attempt: 1,
      deviceId: deviceId === undefined ? null : DeviceId.parse(deviceId),
      effectKey: effectKey ?? null,
    },
  })
  const itemsOf = (rows: readonly RowGiven[]): PreviewItem[] =>
    rows.map(({ deviceId, input = {}, key }, index) => ({
      number: index + 1,
      key: key ?? `${index + 1}`,
      deviceId: deviceId === undefined ? null : DeviceId.parse(deviceId),
      input,
    }))
  return {
    ...world,
    call,
    run: (action, parameters, given = {}, signal = never) =>
      action.run(call(given), action.parameters.parse(parameters), given.input ?? {}, signal),
    preview: (action, parameters, rows) =>
      action.preview!(call(), action.parameters.parse(parameters), itemsOf(rows), never),
    versions: (action, parameters, rows) =>
      action.versions!(call(), action.parameters.parse(parameters), itemsOf(rows)),
  }
}
