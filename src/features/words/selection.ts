import { fieldsWithValue, type Asking, type Lexicon } from '#features/words/lexicon.ts'
import { fillers, sureOf, sureOfPair, wholes } from '#features/words/synonyms.ts'
import type { Question } from '#features/words/word-shapes.ts'
import { quote, splitWords, type Word } from '#features/words/words.ts'
import { checkQuery } from '#features/words/check-query.ts'
import { suggest } from '#kernel/suggest.ts'
import { parseIp } from '#model/ip-address.ts'
import { parseMac } from '#model/mac.ts'
import { quoteIfNeeded } from '#query/complete-query.ts'
import type { SubjectName } from '#query/field.ts'
import { fieldNames } from '#query/resolve-query.ts'
import { subjects } from '#query/subjects.ts'

/** Words that say which devices or hosts are meant. */
export interface Selecting {
  subject: SubjectName
  text: string
  /** The whole request with another selection, for the choices of questions. */
  rewrite(selection: string): string
}

/** The query that some words mean, or what has to be asked first. */
export type Selected = { q: string } | { questions: Question[] }

/**
 * Reads a selection: the query language, and a few everyday words in it. A lone word that could mean several things, or
 * nothing, is asked about; nothing is guessed.
 */
export async function readSelection(call: Asking, lexicon: Lexicon, given: Selecting): Promise<Selected> {
  const { text, subject, rewrite } = given
  const words = splitWords(text)
  if (!words) return asking(`A quote is never closed in ${text}`, [])
  if (words.every(({ lower }) => fillers.has(lower))) {
    if (words.some(({ lower }) => wholes.has(lower))) return { q: '' }
    const choices = [rewrite(`all ${subject}s`), rewrite(subject === 'host' ? 'status:pending' : 'type:vm')]
    return asking(`Which ${subject}s?`, choices)
  }
  const read = await readWords(call, lexicon, given, words)
  return 'questions' in read ? read : checkQuery(call, lexicon, given, read.q)
}

const asking = (text: string, choices: string[]): { questions: Question[] } => ({
  questions: [{ text, choices }],
})

const operator = /[:=<>]/
const keyword = /^(and|or|not)$/

/** What belongs to the query language as it stands: a condition, a bracket, a sign, a phrase. */
const isTyped = ({ text, lower, quoted }: Word, before: Word | undefined): boolean =>
  quoted !== undefined ||
  keyword.test(lower) ||
  operator.test(text) ||
  /^[-()]/.test(text) ||
  (before !== undefined && /[:=<>,]$/.test(before.text) && operator.test(before.text))

async function readWords(
  call: Asking,
  lexicon: Lexicon,
  { subject, rewrite }: Selecting,
  words: readonly Word[],
): Promise<Selected> {
  const parts: string[] = []
  const questions: { word: string; at: number }[] = []
  let isAfterWhole = false
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at]!
    const before = words[at - 1]
    const pair = words[at + 1] && sureOfPair(word.lower, words[at + 1]!.lower)
    if (isTyped(word, before)) parts.push(word.text.replace(/(?<=[^,:=<>]),$/, ''))
    else if (pair !== undefined) {
      parts.push(pair)
      at += 1
    } else if (fillers.has(word.lower)) {
      isAfterWhole = wholes.has(word.lower)
      continue
    } else {
      const sure =
        sureOf(subject, word.lower, isAfterWhole) ?? (await sureByName(call, lexicon, subject, word.text))
      if (sure === undefined) questions.push({ word: word.text.replace(/,$/, ''), at: parts.length })
      parts.push(sure ?? word.text)
    }
    isAfterWhole = false
  }
  if (questions.length === 0) return bothKinds(parts, rewrite) ?? { q: parts.join(' ') }
  const asked: Question[] = []
  for (const { word, at } of questions.slice(0, 5)) {
    const put = (condition: string) => rewrite(parts.with(at, condition).join(' '))
    asked.push(await askAbout(call, lexicon, subject, word, put))
  }
  return { questions: asked }
}

/** Addresses are what they are, and so is the name of a device that nothing else is called by. */
async function sureByName(
  call: Asking,
  { tags, views }: Lexicon,
  subject: SubjectName,
  word: string,
): Promise<string | undefined> {
  if (parseIp(word) !== undefined || parseMac(word) !== undefined) return word
  const network = /^([^/]+)\/\d{1,3}$/.exec(word)?.[1]
  if (network !== undefined && parseIp(network) !== undefined) return word
  const lower = word.toLowerCase()
  if (tags.some((tag) => tag.toLowerCase() === lower)) return undefined
  if (views.some(({ name }) => name.toLowerCase() === lower)) return undefined
  const found = await fieldsWithValue(call, subject, word)
  return found.length === 1 && found[0]!.field === 'name'
    ? `name:${quoteIfNeeded(found[0]!.value)}`
    : undefined
}

/** `vms and servers` are both kinds to a person, and nothing to a query. */
function bothKinds(parts: readonly string[], rewrite: Selecting['rewrite']): Selected | undefined {
  const at = parts.findIndex(
    (part, index) =>
      part.toLowerCase() === 'and' &&
      /^type:\w+$/.test(parts[index - 1] ?? '') &&
      /^type:\w+$/.test(parts[index + 1] ?? ''),
  )
  if (at < 0) return undefined
  const [first, second] = [parts[at - 1]!, parts[at + 1]!]
  if (first === second) return undefined
  const either = [
    ...parts.slice(0, at - 1),
    `${first},${second.slice('type:'.length)}`,
    ...parts.slice(at + 2),
  ]
  return asking(`Nothing is of two kinds at once: do you mean both kinds?`, [rewrite(either.join(' '))])
}

async function askAbout(
  call: Asking,
  { tags, views }: Lexicon,
  subject: SubjectName,
  word: string,
  put: (condition: string) => string,
): Promise<Question> {
  const asText = put(quote(word))
  const view = views.find(
    ({ name, subject: of }) => of === subject && name.toLowerCase() === word.toLowerCase(),
  )
  const known = (await fieldsWithValue(call, subject, word)).map(
    ({ field, value }) => `${field}:${quoteIfNeeded(value)}`,
  )
  const meanings = [...(view ? [`(${view.query})`] : []), ...known]
  if (meanings.length > 0)
    return { text: `What does ${word} mean here?`, choices: [...meanings.map(put), asText] }
  const tag = suggest(word, tags)
  const field = suggest(word, fieldNames(subjects[subject]))
  const near = [
    ...(tag === undefined ? [] : [`tag:${tag}`]),
    ...(field === undefined ? [] : [`has:${field}`]),
  ]
  return {
    text: `I do not know the word ${word}; put it in quotes to search for it as text`,
    choices: [...near.map(put), asText],
  }
}
