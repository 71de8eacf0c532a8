import {
  fieldWords,
  isWithoutValue,
  openingAt,
  placeWords,
  prefixed,
  valuesAt,
  wordsFrom,
  type Lead,
} from '#features/words/field-words.ts'
import {
  isAddress,
  isKnown,
  nearValue,
  placesCalled,
  valueOf,
  type Named,
} from '#features/words/known-values.ts'
import type { Asking, Lexicon } from '#features/words/lexicon.ts'
import { isLink, isPattern, type Part, type Phrase, type Token } from '#features/words/selection-words.ts'
import { entryOf } from '#features/words/words.ts'
import type { SubjectName } from '#query/field.ts'

export interface Reader {
  call: Asking
  lexicon: Lexicon
  subject: SubjectName
  tokens: readonly Token[]
}

/** `in Graz`, `in rack R3 or R4`, `with tag a and b`, `without an owner`, `from vcenter1`; undefined for other words. */
export async function fieldPhraseAt(
  reader: Reader,
  at: number,
  isAfterWhole: boolean,
): Promise<Phrase | undefined> {
  const { tokens } = reader
  const opening = openingAt(tokens, at)
  let next = at + (opening?.length ?? 0)
  while (opening && /^(?:a|an|the|any)$/.test(tokens[next]?.lower ?? '') && !tokens[next]!.isTyped) next += 1
  const token = tokens[next]
  if (opening && (!token || isLink(token)))
    return { part: unclear(tokens, at, next, opening.lead === 'on' ? ['power:on'] : []), next }
  if (!token) return undefined
  if (opening?.lead === 'on') return hungOn(reader, at, next)
  if (opening && token.isTyped && token.quoted === undefined)
    return beforeTyped(tokens, opening.lead, at, next)
  const named = opening?.field ?? (token.isTyped ? undefined : entryOf(fieldWords, token.lower))
  if (named === undefined) return opening && placePhrase(reader, opening.lead, at, next)
  if (!opening && named === 'cluster') return isAfterWhole ? undefined : clusterItself(reader, at, next)
  if (opening?.field === undefined) next += 1
  while (/^(?:is|are|called|named)$/.test(tokens[next]?.lower ?? '')) next += 1
  const isNegated = opening?.lead === 'without'
  if (opening?.field === undefined && isWithoutValue(tokens, next)) {
    if (!opening) return undefined
    if (opening.lead === 'in' || opening.lead === 'from')
      return { part: unclear(tokens, at, next, [`has:${named}`]), next }
    const text = `${isNegated ? '-' : ''}has:${named}`
    return { part: condition(text, tokens[next - 1]!.hasComma), next }
  }
  return valuesPhrase(reader, { field: named, isNegated, at, lead: opening?.lead ?? 'none' }, next)
}

const condition = (text: string, hasComma: boolean): Part => ({ text, is: 'condition', hasComma })

function unclear(tokens: readonly Token[], at: number, end: number, choices: string[] = []): Part {
  const text = wordsFrom(tokens, at, Math.max(end, at + 1))
  return {
    text,
    is: 'condition',
    hasComma: tokens[Math.max(end, at + 1) - 1]?.hasComma,
    ask: (put) => ({ text: `What does "${text}" mean here?`, choices: choices.map(put) }),
  }
}

/** `with os:linux` and `in site:Graz` say no more than the condition; `without tag:x` is its opposite. */
function beforeTyped(tokens: readonly Token[], lead: Lead, at: number, next: number): Phrase {
  const isCondition = /^[^-()].*[:=<>]/.test(tokens[next]!.text)
  if (lead === 'with' || (isCondition && lead !== 'without'))
    return { part: { text: '', is: 'condition' }, next }
  if (lead === 'without') return { part: { text: 'not', is: 'link' }, next }
  return {
    part: unclear(tokens, at, next + 1, /[:=<>]/.test(tokens[next]!.text) ? [tokens[next]!.text] : []),
    next: next + 1,
  }
}

/** A place that is known by its name alone: one meaning is certain, several are asked about. */
async function placePhrase(reader: Reader, lead: Lead, at: number, from: number): Promise<Phrase> {
  const { tokens, subject, lexicon } = reader
  const first = tokens[from]!
  if (lead !== 'without' && isAddress(first.text))
    return { part: condition(first.text, first.hasComma), next: from + 1 }
  for (const { text, next } of valuesAt(tokens, from)) {
    if (lead === 'with' || lead === 'without') {
      const isTag = lexicon.tags.find((tag) => tag.toLowerCase() === text.toLowerCase())
      if (isTag === undefined && next > from + 1) continue
      const sign = lead === 'without' ? '-' : ''
      const choices = isTag === undefined ? [] : [`${sign}${prefixed(subject, 'tag')}:${valueOf(isTag)}`]
      return { part: unclear(tokens, at, next, choices), next }
    }
    const kind = entryOf(fieldWords, tokens[next]?.lower ?? '')
    const isSaid = kind !== undefined && placeWords.has(kind) && !tokens[next - 1]!.hasComma
    const places = await placesCalled(reader, text, lead === 'from')
    const fitting = isSaid ? places.filter(({ field }) => field === kind) : places
    if (fitting.length === 0) continue
    const end = isSaid ? next + 1 : next
    const [only] = fitting
    if (fitting.length === 1)
      return withMore(reader, { field: only!.field, isNegated: false, at, lead }, [only!.value], end)
    const choices = fitting.map(({ field, value }) => `${prefixed(subject, field)}:${valueOf(value)}`)
    const part = unclear(tokens, at, end)
    const word = only!.value
    return {
      part: { ...part, ask: (put) => ({ text: `What does ${word} mean here?`, choices: choices.map(put) }) },
      next: end,
    }
  }
  return strangePlace(reader, at, from)
}

function strangePlace({ tokens, subject }: Reader, at: number, from: number): Phrase {
  const { text, next } = valuesAt(tokens, from).at(-1) ?? { text: tokens[from]!.text, next: from + 1 }
  const part = unclear(tokens, at, next)
  if (!isPattern(text))
    return { part: { ...part, ask: () => ({ text: `I know no place ${text}`, choices: [] }) }, next }
  const choices = [...placeWords].map((field) => `${prefixed(subject, field)}:${text}`)
  const ask: Part['ask'] = (put) => ({ text: `Which kind of place is ${text}?`, choices: choices.map(put) })
  return { part: { ...part, ask }, next }
}

interface Said {
  field: string
  isNegated: boolean
  at: number
  lead: Lead
}

async function valuesPhrase(reader: Reader, said: Said, from: number): Promise<Phrase> {
  const { tokens, subject } = reader
  const spans = valuesAt(tokens, from)
  for (const { text, next } of spans) {
    const known = await isKnown(reader, said.field, text, next === from + 1)
    if (known !== undefined) return withMore(reader, said, [known], next)
  }
  const { text, next } = spans.at(-1) ?? { text: tokens[from]?.text ?? '', next: from + 1 }
  const name = prefixed(subject, said.field)
  const sign = said.isNegated ? '-' : ''
  const part = unclear(tokens, said.at, next)
  const ask: Part['ask'] = async (put) => {
    const near = await nearValue(reader, said.field, text)
    const choices = [...(near === undefined ? [] : [near]), text].map((value) =>
      put(`${sign}${name}:${valueOf(value)}`),
    )
    return { text: `No device has the ${said.field} ${text}`, choices: text === '' ? [] : choices }
  }
  return { part: { ...part, ask }, next }
}

/** More values of the same field: `in Graz and Vienna`, `with tags a and b`. */
async function withMore(reader: Reader, said: Said, first: string[], from: number): Promise<Phrase> {
  const values = [...first]
  const joiners = new Set<string>()
  let next = from
  for (;;) {
    const more = await oneMore(reader, said, next)
    if (!more) break
    values.push(more.value)
    joiners.add(more.joiner)
    next = more.next
  }
  const { tokens, subject } = reader
  const name = prefixed(subject, said.field)
  const hasComma = tokens[next - 1]!.hasComma
  const either = `${said.isNegated ? '-' : ''}${name}:${values.map(valueOf).join(',')}`
  if (values.length === 1 || said.isNegated || said.field !== 'tag' || joiners.has('or'))
    return joiners.has('or') && joiners.has('and')
      ? { part: unclear(tokens, said.at, next, [either]), next }
      : { part: condition(either, hasComma), next }
  const all = values.map((value) => `${name}:${valueOf(value)}`).join(' ')
  if (joiners.has('and')) return { part: condition(all, hasComma), next }
  return { part: unclear(tokens, said.at, next, [all, either]), next }
}

async function oneMore(
  reader: Reader,
  { field, lead }: Said,
  from: number,
): Promise<(Named & { joiner: string; next: number }) | undefined> {
  const { tokens } = reader
  let at = from
  const link = tokens[at]
  const hasLink = link !== undefined && !link.isTyped && /^(?:and|or|&)$/.test(link.lower)
  if (!hasLink && !tokens[at - 1]?.hasComma) return undefined
  if (hasLink) at += 1
  const isAgain = openingAt(tokens, at)
  if (isAgain && isAgain.lead !== lead) return undefined
  at += isAgain?.length ?? 0
  if (entryOf(fieldWords, tokens[at]?.lower ?? '') === field && !tokens[at]!.isTyped) at += 1
  const joiner = hasLink ? (link.lower === 'or' ? 'or' : 'and') : ','
  for (const { text, next } of valuesAt(tokens, at)) {
    const value = await isKnown(reader, field, text, false)
    if (value !== undefined) return { field, value, joiner, next }
  }
  return undefined
}

/** `vms on esx1` is most likely what it hosts. */
function hungOn({ tokens, subject }: Reader, at: number, from: number): Phrase {
  const { text, quoted, isTyped } = tokens[from]!
  const isName = subject === 'device' && (!isTyped || quoted !== undefined)
  const choices = isName ? [`parent:${valueOf(quoted ?? text)}`] : []
  return { part: unclear(tokens, at, from + 1, choices), next: from + 1 }
}

/** `cluster prod` may be the cluster, or what is in it. */
function clusterItself({ tokens, subject }: Reader, at: number, from: number): Phrase | undefined {
  const value = tokens[from + 1]
  if (!value || tokens[from]!.hasComma || isWithoutValue(tokens, from + 1) || subject === 'host')
    return undefined
  const name = valueOf(value.quoted ?? value.text)
  return {
    part: unclear(tokens, at, from + 2, [`cluster:${name}`, `type:cluster name:${name}`]),
    next: from + 2,
  }
}
