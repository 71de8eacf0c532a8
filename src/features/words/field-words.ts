import { isLink, type Token } from '#features/words/selection-words.ts'
import { wholes } from '#features/words/synonyms.ts'
import { entryOf } from '#features/words/words.ts'
import type { SubjectName } from '#query/field.ts'

export type Lead = 'with' | 'without' | 'in' | 'from' | 'on' | 'none'

/** What a phrase of a field begins with, the longer ones first. */
const openings: readonly [words: string, lead: Lead, field?: string][] = [
  ['tagged with', 'with', 'tag'],
  ['tagged as', 'with', 'tag'],
  ['tagged', 'with', 'tag'],
  ['labelled', 'with', 'tag'],
  ['labeled', 'with', 'tag'],
  ['owned by', 'with', 'owner'],
  ['made by', 'with', 'vendor'],
  ['reported by', 'with', 'source'],
  ['named', 'with', 'name'],
  ['called', 'with', 'name'],
  ['located in', 'in'],
  ['with no', 'without'],
  ['without', 'without'],
  ['lacking', 'without'],
  ['with', 'with'],
  ['having', 'with'],
  ['carrying', 'with'],
  ['whose', 'with'],
  ['inside', 'in'],
  ['within', 'in'],
  ['in', 'in'],
  ['at', 'in'],
  ['from', 'from'],
  ['hosted on', 'on'],
  ['running on', 'on'],
  ['on', 'on'],
  ['under', 'on'],
]

/** What fields are called. */
export const fieldWords: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    [
      'tag',
      'site',
      'rack',
      'cluster',
      'owner',
      'source',
      'vendor',
      'model',
      'os',
      'name',
      'note',
      'serial',
    ].map((name) => [name, name]),
  ),
  address: 'ip',
  addresses: 'ip',
  ip: 'ip',
  mac: 'mac',
  tags: 'tag',
  label: 'tag',
  labels: 'tag',
  manufacturer: 'vendor',
  notes: 'note',
}
export const placeWords = new Set(['site', 'rack', 'cluster'])
const endings = new Set(openings.map(([words]) => words.split(' ')[0]!))
const exceptions =
  /^(?:except|excluding|besides|but|other|not|seen|last|first|unseen|that|which|and|or|on|are|is|powered|switched|turned)$/

/** How a phrase begins here, if one does. */
export function openingAt(tokens: readonly Token[], at: number) {
  for (const [words, lead, field] of openings) {
    const wanted = words.split(' ')
    const fits = wanted.every(
      (word, index) => tokens[at + index]?.lower === word && !tokens[at + index]!.isTyped,
    )
    if (fits) return { lead, field, length: wanted.length }
  }
  return undefined
}

/** The words of a part, as they were written. */
export const wordsFrom = (tokens: readonly Token[], at: number, end: number): string =>
  tokens
    .slice(at, end)
    .map(({ text }) => text)
    .join(' ')

/** Whether a field ends here without a value: `without an owner and …`. */
export const isWithoutValue = (tokens: readonly Token[], at: number): boolean => {
  const token = tokens[at]
  if (!token || tokens[at - 1]!.hasComma || isLink(token)) return true
  if (token.isTyped) return token.quoted === undefined
  return endings.has(token.lower) || exceptions.test(token.lower)
}

/** Which words could be one value from here on, the longest first. */
export function valuesAt(tokens: readonly Token[], at: number): { text: string; next: number }[] {
  const found: { text: string; next: number }[] = []
  const first = tokens[at]
  if (first?.quoted !== undefined) return [{ text: first.quoted, next: at + 1 }]
  for (let end = at; end < Math.min(at + 4, tokens.length); end += 1) {
    const token = tokens[end]!
    if (token.isTyped || isLink(token) || wholes.has(token.lower)) break
    if (endings.has(token.lower) || exceptions.test(token.lower)) break
    if (end > at && entryOf(fieldWords, token.lower) !== undefined) break
    found.unshift({ text: wordsFrom(tokens, at, end + 1), next: end + 1 })
    if (token.hasComma) break
  }
  return found
}

/** A field of devices, also where hosts are asked for. */
export const prefixed = (subject: SubjectName, field: string): string =>
  subject === 'host' && ['site', 'rack', 'cluster', 'owner', 'tag'].includes(field)
    ? `device.${field}`
    : field
