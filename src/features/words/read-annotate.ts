import { after, asking, selectionOf, splitAt, splitAtLast } from '#features/words/reading.ts'
import type { Reading, Request } from '#features/words/reading.ts'
import { enteredSynonyms } from '#features/words/synonyms.ts'
import { entryOf, quote, textOf, type Word } from '#features/words/words.ts'
import { suggest } from '#kernel/suggest.ts'
import { z } from 'zod'

const noteVerbs =
  'add the note, add a note, add note, put the note, put a note, write the note, write a note, write, leave a note, note, annotate, comment'.split(
    ', ',
  )

/** `note "to be replaced" on type:vm`, `annotate type:vm with "…"`. */
export function readNote(request: Request): Reading {
  const rest = after(request.words, ...noteVerbs)
  if (!rest) return undefined
  const [first, second] = rest
  if (first?.quoted !== undefined && ['on', 'to', 'for', 'at', 'about'].includes(second?.lower ?? ''))
    return noteOn(request, first.quoted, rest.slice(2))
  const placed = after(rest, 'on', 'to', 'for', 'about') ?? []
  const said = placed.at(-1)
  if (placed.length > 1 && said?.quoted !== undefined)
    return noteOn(request, said.quoted, withoutColon(placed))
  const backward = splitAtLast(rest, 'with', 'as')
  const last = backward?.after[0]
  if (backward && backward.after.length === 1 && last?.quoted !== undefined)
    return noteOn(request, last.quoted, backward.before)
  const forward = splitAt(rest, 'on') ?? splitAt(rest, 'for', 'to')
  const choices = forward?.before.length
    ? [`note ${quote(textOf(request.text, forward.before))} on ${textOf(request.text, forward.after)}`]
    : []
  return asking('Which words on which devices? Put the note in quotes: note "TEXT" on QUERY', choices)
}

/** `on db-1: "rebooted"` without the note and the colon. */
function withoutColon(words: readonly Word[]): readonly Word[] {
  const selected = words.slice(0, -1)
  const last = selected.at(-1)!
  if (last.text === ':') return selected.slice(0, -1)
  return last.text.endsWith(':')
    ? selected.with(-1, { ...last, text: last.text.slice(0, -1), end: last.end - 1 })
    : selected
}

function noteOn(request: Request, note: string, selected: readonly Word[]): Reading {
  if (note.trim() === '') return asking('What is the note to say?')
  return {
    action: 'annotate',
    parameters: { note },
    selection: selectionOf(request, selected, (other) => `note ${quote(note)} on ${other}`),
  }
}

/** `set site=berlin owner=ops on type:vm`, `set the site of type:vm to berlin`. */
export function readSet(request: Request): Reading {
  const rest = after(request.words, 'set', 'change', 'enter')
  if (!rest) return undefined
  const turned = turnedRound(rest)
  const split = turned ?? splitAt(rest, 'on', 'for', 'of', 'at')
  if (!split) return asking('Which fields of which devices? Say it as: set FIELD=VALUE on QUERY')
  const given = assignmentsIn(split.before)
  const several = given === undefined ? valueOfSeveral(request, split) : undefined
  if (several) return several
  const emptied = given?.find(({ value, isQuoted }) => !isQuoted && noValues.has(value.toLowerCase()))
  if (emptied) return nothing(emptied, textOf(request.text, split.after))
  if (given === undefined || given.length === 0)
    return asking('Which fields? Say it as: set FIELD=VALUE FIELD=VALUE on QUERY')
  const selection = textOf(request.text, split.after)
  return set(request, given, split.after, selection)
}

/** `the site of QUERY to VALUE` in the usual order. */
function turnedRound(words: readonly Word[]): { before: Word[]; after: readonly Word[] } | undefined {
  const of = splitAt(words, 'of', 'for')
  const to = of && splitAtLast(of.after, 'to')
  if (!of || !to || of.before.length > 2 || to.after.length === 0) return undefined
  const field = of.before.filter(({ lower }) => lower !== 'the')
  if (field.length !== 1 || /[=]/.test(field[0]!.text)) return undefined
  return {
    before: [...field, { ...field[0]!, text: '=', lower: '=', quoted: undefined }, ...to.after],
    after: to.before,
  }
}

const noValues = new Set(['nothing', 'none', 'null', 'empty', 'nil'])

/** The word for nothing is asked about: a value cannot be taken back with words. */
const nothing = ({ field, value }: Assignment, selection: string): Reading =>
  asking(`Is the word ${value} to be entered? Taking a value back is not done with words`, [
    `set ${field}=${quote(value)} on ${selection}`,
  ])

/** `site to New York`: a value of several words is asked about, since it could also be more than the value. */
function valueOfSeveral(
  { text }: Request,
  { before, after: selected }: { before: readonly Word[]; after: readonly Word[] },
): Reading {
  const words = before.filter(({ lower, quoted }) => quoted !== undefined || lower !== 'the')
  const [field, link, ...rest] = words
  if (!field || !link || !['=', 'to'].includes(link.lower) || rest.length < 2) return undefined
  if (rest.some(({ quoted, text: each }) => quoted !== undefined || /[=,]/.test(each))) return undefined
  const value = rest.map(({ text: each }) => each).join(' ')
  return asking(`Is "${value}" one value?`, [
    `set ${field.text}=${quote(value)} on ${textOf(text, selected)}`,
  ])
}

interface Assignment {
  field: string
  value: string
  isQuoted: boolean
}

/** `site=berlin`, `site = berlin`, `site to berlin`, with commas or `and` between them. */
function assignmentsIn(words: readonly Word[]): Assignment[] | undefined {
  const given: Assignment[] = []
  const rest = words.filter(
    ({ lower, quoted }) => quoted !== undefined || !['the', 'and', ','].includes(lower),
  )
  for (let at = 0; at < rest.length; at += 1) {
    const word = rest[at]!
    const next = rest[at + 1]
    const joined = /^([\p{L}_][\p{L}\p{N}_.]*)=(.+?),?$/su.exec(word.text)
    if (joined)
      given.push({ field: joined[1]!, value: unquoted(joined[2]!), isQuoted: joined[2]!.startsWith('"') })
    else if (word.text.endsWith('=') && next) {
      given.push({ field: word.text.slice(0, -1), ...valueOf(next) })
      at += 1
    } else if (next && ['=', 'to', 'is'].includes(next.lower) && rest[at + 2]) {
      given.push({ field: word.text, ...valueOf(rest[at + 2]!) })
      at += 2
    } else return undefined
  }
  return given
}

const unquoted = (text: string): string =>
  /^".*"$/su.test(text) ? text.slice(1, -1).replaceAll(/\\(.)/gsu, '$1') : text
const valueOf = ({ quoted, text }: Word) => ({
  value: quoted ?? text.replace(/,$/, ''),
  isQuoted: quoted !== undefined,
})

const assign = ({ field, value }: Omit<Assignment, 'isQuoted'>): string =>
  `${field}=${/^[\p{L}\p{N}_.:/-]+$/u.test(value) ? value : quote(value)}`

function set(
  request: Request,
  given: readonly Assignment[],
  selected: readonly Word[],
  selection: string,
): Reading {
  const fields: Record<string, string> = {}
  const custom: Record<string, string> = {}
  const saying = (list: readonly Assignment[], other: string) =>
    `set ${list.map(assign).join(' ')} on ${other}`
  for (const [index, { field, value }] of given.entries()) {
    const found = fieldOf(request, field)
    const instead = (name: string) =>
      saying(given.with(index, { field: name, value, isQuoted: false }), selection)
    if (found.ask !== undefined) return asking(found.ask, found.choices.map(instead))
    if (found.isCustom) custom[found.name] = value
    else fields[found.name] = value
  }
  return {
    action: 'annotate',
    parameters: { set: { ...fields, ...(Object.keys(custom).length > 0 ? { custom } : {}) } },
    selection: selectionOf(request, selected, (other) => saying(given, other)),
  }
}

type Found = { name: string; isCustom: boolean; ask?: undefined } | { ask: string; choices: string[] }

/** The field that a word names: a certain one, or what to ask. */
function fieldOf({ lexicon }: Request, word: string): Found {
  const names = enterable(lexicon.actions.get('annotate')?.parameters)
  const customs = lexicon.customFields.map(({ name }) => name)
  const bare = word.replace(/^custom\./, '')
  const isCustom = bare !== word
  if (!isCustom && names.includes(word)) return { name: word, isCustom: false }
  const synonym = isCustom ? undefined : entryOf(enteredSynonyms, word.toLowerCase())
  if (customs.includes(bare)) return { name: bare, isCustom: true }
  if (synonym?.isSure && names.includes(synonym.field)) return { name: synonym.field, isCustom: false }
  if (synonym) return { ask: `Does ${word} mean the field ${synonym.field}?`, choices: [synonym.field] }
  const all = [...names, ...customs.map((name) => `custom.${name}`)]
  const near = suggest(word, all)
  return {
    ask: `There is no field ${word} that can be entered; there are ${all.join(', ')}`,
    choices: near === undefined ? [] : [near],
  }
}

/** The fields that the action takes, as its own parameters say. */
function enterable(parameters: z.ZodType | undefined): string[] {
  if (!parameters) return []
  const schema = z.toJSONSchema(parameters, { io: 'input', unrepresentable: 'any' }) as {
    properties?: { set?: { properties?: Record<string, unknown> } }
  }
  return Object.keys(schema.properties?.set?.properties ?? {}).filter((name) => name !== 'custom')
}
