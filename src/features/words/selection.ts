import { checkQuery } from '#features/words/check-query.ts'
import { fieldPhraseAt, type Reader } from '#features/words/field-phrases.ts'
import { questionOfOrder, textOfParts, withListsOfNames } from '#features/words/join-parts.ts'
import { isAddress } from '#features/words/known-values.ts'
import { fieldsWithValue, type Asking, type Lexicon } from '#features/words/lexicon.ts'
import { listOfCondition, phraseAt } from '#features/words/phrases.ts'
import { isLink, isPattern, tokensOf, type Part, type Phrase } from '#features/words/selection-words.ts'
import { fillers, kindNamed, likelyKinds, sureOf, wholes } from '#features/words/synonyms.ts'
import type { Question } from '#features/words/word-shapes.ts'
import { entryOf, quote } from '#features/words/words.ts'
import { suggest } from '#kernel/suggest.ts'
import { quoteIfNeeded } from '#query/complete-query.ts'
import type { SubjectName } from '#query/field.ts'
import { fieldNames } from '#query/resolve-query.ts'
import { findField, subjects } from '#query/subjects.ts'

/** Words that say which devices or hosts are meant. */
export interface Selecting {
  subject: SubjectName
  text: string
  /** The whole request with another selection, for the choices of questions. */
  rewrite(selection: string): string
}

/** The query that some words mean, or what has to be asked first. */
export type Selected = { q: string } | { questions: Question[] }

/** So many words of every day are looked up for one selection. */
const mostWords = 500

/**
 * Reads a selection: the query language, and a few everyday words in it. A lone word that could mean several things, or
 * nothing, is asked about; nothing is guessed.
 */
export async function readSelection(call: Asking, lexicon: Lexicon, given: Selecting): Promise<Selected> {
  const { text, subject, rewrite } = given
  // What is no text goes to the query language as it is, which says so.
  if (/(?![\t\n\r])\p{Cc}|\p{Cs}/u.test(text)) return checkQuery(call, lexicon, given, text)
  const tokens = tokensOf(text)
  if (!tokens) return asking(`A quote is never closed in ${text}`, [])
  if (tokens.filter(({ isTyped }) => !isTyped).length > mostWords)
    return asking(`There are more than ${mostWords} words; write a query instead`, [])
  const isWhole = tokens.some(({ lower, isTyped }) => !isTyped && wholes.has(lower))
  if (tokens.every(({ lower, isTyped }) => !isTyped && fillers.has(lower)))
    return isWhole ? { q: '' } : whichOnes(given)
  const parts = await readParts({ call, lexicon, subject, tokens })
  if (parts.length === 0) return isWhole ? { q: '' } : whichOnes(given)
  const asked = await questionsOf(parts, rewrite)
  if (asked.length > 0) return { questions: asked }
  const joined = withListsOfNames(parts)
  const unclear = questionOfOrder(joined, rewrite)
  if (unclear) return { questions: [unclear] }
  return checkQuery(call, lexicon, given, joined.map((part) => part.text).join(' '))
}

function whichOnes({ subject, rewrite }: Selecting): Selected {
  const choices = [rewrite(`all ${subject}s`), rewrite(subject === 'host' ? 'status:pending' : 'type:vm')]
  return asking(`Which ${subject}s?`, choices)
}

const asking = (text: string, choices: string[]): { questions: Question[] } => ({
  questions: [{ text, choices }],
})

/** The words as conditions; those that only help the sentence give none. */
async function readParts(reader: Reader): Promise<Part[]> {
  const { tokens } = reader
  const parts: Part[] = []
  let isAfterWhole = false
  for (let at = 0; at < tokens.length;) {
    const { part, next } = await phraseFrom(reader, at, isAfterWhole)
    isAfterWhole = part.text === '' && wholes.has(tokens[at]!.lower)
    if (part.text !== '') parts.push(part)
    at = next
  }
  return parts
}

async function phraseFrom(reader: Reader, at: number, isAfterWhole: boolean): Promise<Phrase> {
  const { tokens, subject } = reader
  const token = tokens[at]!
  if (token.isTyped) return { part: { text: token.text, is: 'typed' }, next: at + 1 }
  const except = exceptAt(reader, at)
  if (except) return except
  const phrase = phraseAt(subject, tokens, at) ?? (await fieldPhraseAt(reader, at, isAfterWhole))
  if (phrase) return phrase
  if (isLink(token)) {
    const text = token.lower === '&' ? 'and' : token.lower
    return { part: { text, is: 'link' }, next: at + 1 }
  }
  if (fillers.has(token.lower)) return { part: { text: '', is: 'condition' }, next: at + 1 }
  return { part: { ...(await loneWord(reader, at, isAfterWhole)), hasComma: token.hasComma }, next: at + 1 }
}

const exceptions = ['except for', 'except', 'excluding', 'but not', 'other than', 'apart from']

function exceptAt({ tokens }: Reader, at: number): Phrase | undefined {
  // `all but web-01`; elsewhere `but` may as well say something of what is meant.
  const isBut =
    tokens[at]?.lower === 'but' && wholes.has(tokens[at - 1]?.lower ?? '') && tokens[at + 1]?.lower !== 'not'
  if (isBut) return { part: { text: 'not', is: 'link', isExcept: true }, next: at + 1 }
  for (const words of exceptions) {
    const wanted = words.split(' ')
    if (wanted.every((word, index) => tokens[at + index]?.lower === word && !tokens[at + index]!.isTyped))
      return { part: { text: 'not', is: 'link', isExcept: true }, next: at + wanted.length }
  }
  return undefined
}

/** A word that stands for itself: a kind, a state, a name, a pattern of names, an address; else a question. */
async function loneWord(reader: Reader, at: number, isAfterWhole: boolean): Promise<Part> {
  const { call, lexicon, subject, tokens } = reader
  const { text, lower, hasComma } = tokens[at]!
  const sure = sureOf(subject, lower, isAfterWhole) ?? (await sureByName(call, lexicon, subject, text))
  const isTagToo = lexicon.tags.some((tag) => tag.toLowerCase() === lower)
  if (sure !== undefined && !isTagToo) return nounOf(sure)
  const kind = kindNamed(subject, lower)
  const next = tokens[at + 1]
  if (kind !== undefined && next && !hasComma && !next.isTyped && !isLink(next)) {
    const isOne = (await sureByName(call, lexicon, subject, next.text))?.startsWith('name:')
    if (isOne) return nounOf(`type:${kind}`)
  }
  return {
    text,
    is: 'noun',
    ask: (put) => askAbout(call, lexicon, subject, { word: text, sure }, put),
  }
}

const nounOf = (text: string): Part => ({
  text,
  is: /^(?:status|power):/.test(text) ? 'condition' : 'noun',
  list: listOfCondition(text),
})

async function questionsOf(parts: readonly Part[], rewrite: Selecting['rewrite']): Promise<Question[]> {
  const questions: Question[] = []
  for (const [at, part] of parts.entries()) {
    if (!part.ask || questions.length === 5) continue
    const put = (condition: string) => {
      const list = listOfCondition(condition)
      const is = part.is === 'noun' ? 'noun' : 'typed'
      return rewrite(textOfParts(parts.with(at, { text: condition, is, list, hasComma: part.hasComma })))
    }
    questions.push(await part.ask(put))
  }
  return questions
}

/** Addresses and patterns are what they are, and so is the name of a device that nothing else is called by. */
async function sureByName(
  call: Asking,
  { tags, views }: Lexicon,
  subject: SubjectName,
  word: string,
): Promise<string | undefined> {
  if (isAddress(word)) return word
  if (isPattern(word)) return /^[\d.*?]+$/.test(word) ? undefined : `name:${word}`
  const lower = word.toLowerCase()
  if (tags.some((tag) => tag.toLowerCase() === lower)) return undefined
  if (views.some(({ name }) => name.toLowerCase() === lower)) return undefined
  const found = await fieldsWithValue(call, subject, word)
  return found.length === 1 && found[0]!.field === 'name'
    ? `name:${quoteIfNeeded(found[0]!.value)}`
    : undefined
}

async function askAbout(
  call: Asking,
  { tags, views }: Lexicon,
  subject: SubjectName,
  { word, sure }: { word: string; sure: string | undefined },
  put: (condition: string) => string,
): Promise<Question> {
  const asText = put(quote(word))
  const view = views.find(
    ({ name, subject: of }) => of === subject && name.toLowerCase() === word.toLowerCase(),
  )
  const known = (await fieldsWithValue(call, subject, word)).map(
    ({ field, value }) => `${field}:${quoteIfNeeded(value)}`,
  )
  const meanings = [
    ...(sure === undefined ? [] : [sure]),
    ...(view ? [`(${view.query})`] : []),
    ...known,
    ...meaningsOf(subject, word),
  ]
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

/** What a word would mean in fields of few values, and as a pattern. */
function meaningsOf(subject: SubjectName, word: string): string[] {
  const lower = word.toLowerCase()
  if (/^[*?]+$/.test(word)) return [`all ${subject}s`]
  if (/^[\d.*?]+$/.test(word) && isPattern(word)) return [`ip:${word}`, `name:${word}`]
  const likely = kindNamed(subject, lower) ?? entryOf(likelyKinds[subject] ?? {}, lower)
  const states = ['status', 'power'].flatMap((name) => {
    const field = findField(subjects[subject], name)
    if (field?.type !== 'enum') return []
    const choice = field.choices.find((each) => each.word === lower || each.also?.includes(lower))
    return choice ? [`${name}:${choice.word}`] : []
  })
  return [...(likely === undefined ? [] : [`type:${likely}`]), ...states]
}
