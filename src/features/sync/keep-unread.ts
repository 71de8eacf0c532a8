import { canonicalJson } from '#kernel/json.ts'
import type { ReportedRecord } from '#model/record.ts'

type Fields = Record<string, unknown>

const isGroup = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * A record as it is told, with what is kept of it in the places that could not be read this time (`unread`). A single
 * value stays as it is kept; a list or a group is filled up with what is kept and was not told. Deeper places of a list
 * are those of its members that are told again: `interfaces.addresses`, and `interfaces.addresses.length` for addresses
 * that came without the length of their prefix.
 */
export function keepUnread(told: ReportedRecord, kept: ReportedRecord): ReportedRecord {
  return (told.unread ?? []).reduce<Fields>(
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
    const now = byName(told ?? [])
    const known = byName(kept)
    const old = [...known].map(([name, each]) => (isGroup(each) ? (now.get(name) ?? each) : each))
    return [...old, ...[...now].filter(([name]) => !known.has(name)).map(([, each]) => each)]
  }
  return isGroup(kept) && isGroup(told) ? { ...kept, ...told } : kept
}

function within(told: unknown, kept: unknown, path: readonly string[]): unknown {
  if (Array.isArray(told) && Array.isArray(kept)) {
    const known = byName(kept)
    return told.map((each: unknown) => {
      const before = known.get(nameOf(each))
      if (typeof each === 'string') return before ?? each
      return isGroup(each) && isGroup(before) ? keepAt(each, before, path) : each
    })
  }
  if (isGroup(kept) && (told === undefined || isGroup(told))) return keepAt(told ?? {}, kept, path)
  return told
}

const byName = (list: readonly unknown[]): Map<string, unknown> =>
  new Map(list.map((each) => [nameOf(each), each]))

/** What tells the members of a list apart: a name, an address without its length, or all that it is. */
function nameOf(each: unknown): string {
  if (typeof each === 'string') return each.replace(/^([\da-f.:]+)\/\d+$/i, '$1')
  return isGroup(each) && typeof each['name'] === 'string' ? each['name'] : canonicalJson(each)
}
