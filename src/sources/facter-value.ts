import type { Json, JsonObject } from '#kernel/json.ts'

/** The first of these paths at which a fact stands: generations of Facter tell the same thing in different places. */
export function factAt(facts: JsonObject, ...paths: readonly string[]): Json | undefined {
  for (const path of paths) {
    const value = path.split('.').reduce<Json | undefined>(within, facts)
    if (value !== undefined && value !== null && value !== '') return value
  }
  return undefined
}

const within = (value: Json | undefined, key: string): Json | undefined =>
  isFactGroup(value) && Object.hasOwn(value, key) ? value[key] : undefined

export const isFactGroup = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The same as text; numbers count as text, what is deeper does not. */
export function factText(facts: JsonObject, ...paths: readonly string[]): string | undefined {
  for (const path of paths) {
    const value = factAt(facts, path)
    const text = typeof value === 'number' ? String(value) : typeof value === 'string' ? value.trim() : ''
    if (text !== '') return text
  }
  return undefined
}

/** The same as a number, which older generations tell as text. */
export function factNumber(facts: JsonObject, ...paths: readonly string[]): number | undefined {
  for (const path of paths) {
    const text = factText(facts, path)
    const number = text === undefined ? Number.NaN : Number(text)
    if (Number.isFinite(number)) return number
  }
  return undefined
}

/** The same as a flag: older generations tell `"true"`. */
export function factFlag(facts: JsonObject, ...paths: readonly string[]): boolean | undefined {
  const value = factAt(facts, ...paths)
  if (typeof value === 'boolean') return value
  return value === 'true' ? true : value === 'false' ? false : undefined
}

/** Facts without a value are left out, so that the same machine gives the same record. */
export const definedFacts = (facts: Readonly<Record<string, Json | undefined>>): JsonObject =>
  Object.fromEntries(Object.entries(facts).filter((entry): entry is [string, Json] => entry[1] !== undefined))
