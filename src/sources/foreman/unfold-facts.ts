import type { Json, JsonObject } from '#kernel/json.ts'

/** Deeper than any fact goes. */
const deepest = 20

/**
 * Foreman keeps structured facts flat, all as text: `networking::interfaces::eth0::ip`, with rows of null for their parents.
 * They become what they were, so that they are asked for like those of PuppetDB.
 */
export function unfoldFacts(flat: ReadonlyMap<string, string | null>): JsonObject {
  const root = new Map<string, unknown>()
  for (const [name, value] of [...flat].toSorted(([left], [right]) => (left < right ? -1 : 1))) {
    if (value === null) continue
    const path = name.split('::').slice(0, deepest)
    put(root, path, value)
  }
  return toObject(root)
}

type Branch = Map<string, unknown>

/** What has parts is what it has; a value of its own beside them gives way. */
function put(branch: Branch, path: readonly string[], value: string): void {
  const [key, ...rest] = path as [string, ...string[]]
  const there = branch.get(key)
  if (rest.length === 0) {
    if (!(there instanceof Map)) branch.set(key, value)
    return
  }
  const next: Branch = there instanceof Map ? (there as Branch) : new Map<string, unknown>()
  branch.set(key, next)
  put(next, rest, value)
}

const toObject = (branch: Branch): JsonObject =>
  Object.fromEntries(
    [...branch].map(([key, value]): [string, Json] => [
      key,
      value instanceof Map ? toObject(value as Branch) : (value as string),
    ]),
  )
