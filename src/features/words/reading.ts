import type { Lexicon } from '#features/words/lexicon.ts'
import type { Selecting } from '#features/words/selection.ts'
import type { Question } from '#features/words/word-shapes.ts'
import { splitWords, textOf, type Word } from '#features/words/words.ts'
import type { JsonObject } from '#kernel/json.ts'

/** What some words ask for, before the devices in them are looked at. */
export interface Draft {
  action: string
  parameters: JsonObject
  /** Which devices or hosts; undefined for sources, which are named. */
  selection?: Selecting | undefined
  sources?: string[] | undefined
}

/** A request read by one rule: a draft, or what has to be asked; undefined where the words are not of this rule. */
export type Reading = Draft | { questions: Question[] } | undefined

/** A request as the rules see it. */
export interface Request {
  text: string
  words: readonly Word[]
  lexicon: Lexicon
}

export const asking = (text: string, choices: string[] = []): { questions: Question[] } => ({
  questions: [{ text, choices }],
})

/** The words without those at the beginning; undefined when they begin in another way. */
export function after(words: readonly Word[], ...beginnings: readonly string[]): readonly Word[] | undefined {
  for (const beginning of beginnings) {
    const wanted = beginning.split(' ')
    if (wanted.every((word, index) => words[index]?.lower === word && words[index].quoted === undefined))
      return words.slice(wanted.length)
  }
  return undefined
}

/** Splits at the first of these words that stands alone: what is before it, and what after. */
export function splitAt(
  words: readonly Word[],
  ...separators: readonly string[]
): { before: readonly Word[]; after: readonly Word[] } | undefined {
  const at = words.findIndex(({ lower, quoted }) => quoted === undefined && separators.includes(lower))
  return at < 0 ? undefined : { before: words.slice(0, at), after: words.slice(at + 1) }
}

/** The same at the last of these words. */
export function splitAtLast(
  words: readonly Word[],
  ...separators: readonly string[]
): { before: readonly Word[]; after: readonly Word[] } | undefined {
  const at = words.findLastIndex(({ lower, quoted }) => quoted === undefined && separators.includes(lower))
  return at < 0 ? undefined : { before: words.slice(0, at), after: words.slice(at + 1) }
}

/** A selection of devices (or hosts) from words; `rewrite` says the whole request with another one. */
export const selectionOf = (
  { text }: Pick<Request, 'text'>,
  words: readonly Word[],
  rewrite: Selecting['rewrite'],
  subject: Selecting['subject'] = 'device',
): Selecting => ({ subject, text: textOf(text, words), rewrite })

/** Names in a list: `a, b and c`. Undefined where two stand side by side without anything between them. */
export function listOf(words: readonly Word[]): string[] | undefined {
  const names: string[] = []
  let isDue = true
  for (const word of words) {
    if (word.quoted === undefined && ['and', '&', ','].includes(word.lower)) isDue = true
    else {
      if (!isDue) return undefined
      const parts = word.quoted === undefined ? word.text.split(',') : [word.quoted]
      names.push(...parts.filter((part) => part !== ''))
      isDue = word.quoted === undefined && word.text.endsWith(',')
    }
  }
  return names
}

const polites = /^(?:please|can|could|you|would|will|kindly|do|i|we|want|to|like|i'd|let's)[,:]?$/

/** Without what only ends a sentence, and with the quotes of other keyboards as ours. */
function plainly(text: string): string {
  const bare = text
    .trim()
    .replace(/^rollcall\s+do\s+/i, '')
    .replaceAll(/[“”„«»]/g, '"')
    .replaceAll(/(?<=\s)'([^'"]+)'(?=[\s,]|$)/g, '"$1"')
  const isAsked = /^(?:please |kindly )*(?:can|could|would|will) /i.test(bare)
  return bare.replace(isAsked ? /[.!?]+$/ : /[.!]+$/, '').replace(/,? (?:please|thanks)$/i, '')
}

/** A request made ready for the rules; undefined where a quote is never closed. */
export function requestOf(text: string, lexicon: Lexicon): Request | undefined {
  const plain = plainly(text)
  const words = splitWords(plain)
  if (!words) return undefined
  const polite = words.findIndex(({ lower }) => !polites.test(lower))
  return { text: plain, words: polite < 0 ? [] : words.slice(polite), lexicon }
}
