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
  const before: Record<string, Json> = {}
  const after: Record<string, Json> = {}
  for (const step of steps) {
    for (const [path, value] of Object.entries(step.after as JsonObject)) {
      if (!(path in before)) before[path] = (step.before as JsonObject)[path] ?? null
      after[path] = value
    }
  }
  const wasThere = steps[0]?.operation !== 'create'
  const isThere = !isGone(steps)
  if (!wasThere && !isThere) return undefined
  const paths = Object.keys(after).filter((path) => !sameJson(before[path], after[path]))
  if (wasThere && isThere && paths.length === 0) return undefined
  const pick = (values: JsonObject) => Object.fromEntries(paths.map((path) => [path, values[path] ?? null]))
  const change = wasThere ? (isThere ? 'changed' : 'removed') : 'added'
  return { change, before: wasThere ? pick(before) : {}, after: isThere ? pick(after) : {} }
}

/** Whether the device is no more after these: deleted, retired, merged into another. */
function isGone(steps: readonly Step[]): boolean {
  const last = steps.findLast(({ operation }) =>
    ['create', 'delete', 'merge', 'retire', 'restore'].includes(operation),
  )
  if (last === undefined) return false
  const { operation, after } = last
  return ['delete', 'retire'].includes(operation) || typeof after['mergedInto'] === 'number'
}
