import { after, asking, selectionOf, splitAt, splitAtLast } from '#features/words/reading.ts'
import type { Reading, Request } from '#features/words/reading.ts'
import { enteredSynonyms } from '#features/words/synonyms.ts'
import { entryOf, quote, textOf, type Word } from '#features/words/words.ts'
import { suggest } from '#kernel/suggest.ts'
import { z } from 'zod'

const noteVerbs =
  'add the note, add a note, add note, write the note, write, leave a note, note, annotate, comment'.split(
    ', ',
  )

/** `note "to be replaced" on type:vm`, `annotate type:vm with "…"`. */
export function readNote(request: Request): Reading {
  const rest = after(request.words, ...noteVerbs)
  if (!rest) return undefined
  const [first, second] = rest
  if (first?.quoted !== undefined && ['on', 'to', 'for', 'at', 'about'].includes(second?.lower ?? ''))
    return noteOn(request, first.quoted, rest.slice(2))
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
  if (given === undefined || given.length === 0)
    return asking('Which fields? Say it as: set FIELD=VALUE FIELD=VALUE on QUERY')
  const selection = textOf(request.text, split.after)
  return set(request, given, split.after, selection)
}

/** `the site of QUERY to VALUE` in the usual order. */
function turnedRound(words: readonly Word[]): { before: Word[]; after: readonly Word[] } | undefined {
  const of = splitAt(words, 'of', 'for')
  const to = of && splitAtLast(of.after, 'to')
  if (!of || !to || of.before.length > 2 || to.after.length !== 1) return undefined
  const field = of.before.filter(({ lower }) => lower !== 'the')
  if (field.length !== 1 || /[=]/.test(field[0]!.text)) return undefined
  return {
    before: [...field, { ...field[0]!, text: '=', lower: '=', quoted: undefined }, to.after[0]!],
    after: to.before,
  }
}

interface Assignment {
  field: string
  value: string
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
    if (joined) given.push({ field: joined[1]!, value: unquoted(joined[2]!) })
    else if (word.text.endsWith('=') && next) {
      given.push({ field: word.text.slice(0, -1), value: valueOf(next) })
      at += 1
    } else if (next && ['=', 'to', 'is'].includes(next.lower) && rest[at + 2]) {
      given.push({ field: word.text, value: valueOf(rest[at + 2]!) })
      at += 2
    } else return undefined
  }
  return given
}

const unquoted = (text: string): string =>
  /^".*"$/su.test(text) ? text.slice(1, -1).replaceAll(/\\(.)/gsu, '$1') : text
const valueOf = ({ quoted, text }: Word): string => quoted ?? text.replace(/,$/, '')

const assign = ({ field, value }: Assignment): string =>
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
    const instead = (name: string) => saying(given.with(index, { field: name, value }), selection)
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
