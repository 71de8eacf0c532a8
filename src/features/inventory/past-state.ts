import type { Change } from '#features/inventory/device-shapes.ts'
import { withPaths } from '#features/inventory/device-state.ts'
import type { DeviceState } from '#features/inventory/device-state.ts'
import type { Json, JsonObject } from '#kernel/json.ts'
import { sameJson } from '#kernel/json.ts'

type Step = Pick<Change, 'operation' | 'before' | 'after'>

/**
 * A state with later changes taken back, newest first; undefined for a device that did not exist yet or was already
 * part of another.
 */
export function takeBack(state: DeviceState, later: readonly Step[]): DeviceState | undefined {
  let past: DeviceState | undefined = state
  for (const step of later) {
    if (step.operation === 'create') past = undefined
    else past = withPaths(past ?? {}, step.before as DeviceState)
  }
  return past
}

/** What several changes of one device, oldest first, come to. */
export interface Difference {
  change: 'added' | 'removed' | 'changed'
  before: JsonObject
  after: JsonObject
}

/** The first value before and the last after of every path; undefined when it all came back to what it was. */
export function differenceOver(steps: readonly Step[]): Difference | undefined {
  const { before, after } = endsOf(steps)
  const wasThere = steps[0]?.operation !== 'create' && isPart(before)
  const isThere = steps.at(-1)?.operation !== 'delete' && isPart(after)
  const paths = Object.keys(after).filter((path) => !sameJson(before[path], after[path]))
  if (paths.length === 0 || (!wasThere && !isThere)) return undefined
  const pick = (values: JsonObject) => Object.fromEntries(paths.map((path) => [path, values[path] ?? null]))
  const existed = steps[0]?.operation !== 'create'
  const exists = steps.at(-1)?.operation !== 'delete'
  const change = wasThere ? (isThere ? 'changed' : 'removed') : 'added'
  return { change, before: existed ? pick(before) : {}, after: exists ? pick(after) : {} }
}

/** Every path that changed, with its value before the first and after the last step. */
function endsOf(steps: readonly Step[]): { before: Record<string, Json>; after: Record<string, Json> } {
  const before: Record<string, Json> = {}
  const after: Record<string, Json> = {}
  for (const step of steps) {
    for (const path of new Set([...Object.keys(step.before), ...Object.keys(step.after)])) {
      if (!(path in before)) before[path] = (step.before as JsonObject)[path] ?? null
      after[path] = (step.after as JsonObject)[path] ?? null
    }
  }
  return { before, after }
}

/** Whether a device with these values is one of the inventory: neither retired nor part of another. */
const isPart = (values: Readonly<Record<string, Json>>): boolean =>
  (values['retiredAt'] ?? null) === null && (values['mergedInto'] ?? null) === null
