import { canonicalJson } from '#kernel/json.ts'
import type { ReportedRecord } from '#model/record.ts'

type Fields = Record<string, unknown>

const isGroup = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * A record as it is told, with what is kept of it in the places that could not be read this time (`unread`). A single
 * value stays as it is kept; a list or a group is filled up with what is kept and was not told.
 */
export function keepUnread(told: ReportedRecord, kept: ReportedRecord): ReportedRecord {
  const paths = told.kind === 'sighting' ? [] : (told.unread ?? [])
  return paths.reduce<Fields>(
    (record, path) => keepAt(record, kept as unknown as Fields, path.split('.')),
    told as unknown as Fields,
  ) as unknown as ReportedRecord
}

function keepAt(told: Fields, kept: Fields, [key, ...deeper]: readonly string[]): Fields {
  const before = key === undefined ? undefined : kept[key]
  if (key === undefined || before === undefined) return told
  const now = told[key]
  return { ...told, [key]: deeper.length === 0 ? filledUp(now, before) : within(now, before, deeper) }
}

function filledUp(told: unknown, kept: unknown): unknown {
  if (Array.isArray(kept) && (told === undefined || Array.isArray(told))) {
    const known = new Set((told ?? []).map(nameOf))
    return [...(told ?? []), ...kept.filter((each) => !known.has(nameOf(each)))]
  }
  return isGroup(kept) && isGroup(told) ? { ...kept, ...told } : kept
}

/** A place deeper down: in a group, or in every member of a list that is kept under the same name. */
function within(told: unknown, kept: unknown, path: readonly string[]): unknown {
  if (Array.isArray(told) && Array.isArray(kept)) {
    const byName = new Map(kept.map((each) => [nameOf(each), each as unknown]))
    return told.map((each: unknown) => {
      const before = byName.get(nameOf(each))
      return isGroup(each) && isGroup(before) ? keepAt(each, before, path) : each
    })
  }
  if (isGroup(kept) && (told === undefined || isGroup(told))) return keepAt(told ?? {}, kept, path)
  return told
}

/** What tells the members of a list apart: interfaces by their name, anything else by all that it is. */
const nameOf = (each: unknown): string =>
  isGroup(each) && typeof each['name'] === 'string' ? each['name'] : canonicalJson(each as Fields as never)
