import { splitWords, type Word } from '#features/words/words.ts'

/** A word of a selection; a comma behind it is told apart from it. */
export interface Token extends Word {
  /** It belongs to the query language as it stands: a condition, a bracket, a sign, a phrase in quotes. */
  readonly isTyped: boolean
  readonly hasComma: boolean
}

/** What a selection is read into: conditions, and the words between them. */
export interface Part {
  /** In the query language; the words themselves where they are not understood. */
  readonly text: string
  /** A noun names devices (`vms`, `web-01`), a condition says something of them, a link is `and`, `or` or `not`. */
  readonly is: 'typed' | 'noun' | 'condition' | 'link'
  /** A noun of one field, whose values can be counted up. */
  readonly list?: { field: string; values: string[] } | undefined
  /** `except`: how far it reaches has to be said. */
  readonly isExcept?: boolean | undefined
  readonly hasComma?: boolean | undefined
  /** Why it is not understood; `put` says the whole request with a condition instead of it. */
  readonly ask?: ((put: (condition: string) => string) => Promise<Asked> | Asked) | undefined
}

interface Asked {
  text: string
  choices: string[]
}

/** Some words as one part; `next` is the first word behind them. */
export interface Phrase {
  part: Part
  next: number
}

const operator = /[:=<>]/
const links = new Set(['and', 'or', 'not', '&'])

export const isLink = ({ lower, isTyped }: Token): boolean => !isTyped && links.has(lower)

/** Splits a selection into words; undefined where a quote is never closed. */
export function tokensOf(text: string): Token[] | undefined {
  const words = splitWords(text)
  return words?.flatMap((word, at): Token[] => {
    if (isTyped(word, words[at - 1], words[at + 1]))
      return [{ ...word, text: word.text.replace(/(?<=[^,:=<>]),$/, ''), isTyped: true, hasComma: false }]
    const pieces = word.text.split(/(?<=[,(])|(?=\))/)
    return pieces.flatMap((piece): Token[] => {
      const bare = piece.replace(/,$/, '')
      if (bare === '') return []
      const hasComma = bare !== piece
      if (/^[()]$/.test(bare)) return [{ ...word, text: bare, isTyped: true, hasComma: false }]
      return [{ ...word, text: bare, lower: bare.toLowerCase(), isTyped: false, hasComma }]
    })
  })
}

function isTyped({ text, quoted }: Word, before: Word | undefined, after: Word | undefined): boolean {
  if (quoted !== undefined || text.includes('"') || operator.test(text) || /^-|^[()]+$/.test(text))
    return true
  if (/^[=<>!]/.test(after?.text ?? '') && !links.has(text.toLowerCase())) return true
  return before !== undefined && /[:=<>,]$/.test(before.text) && operator.test(before.text)
}

/** A name with wildcards that leaves something of it: `web-00*`, and not `*`. */
export const isPattern = (text: string): boolean =>
  /^[\p{L}\p{N}_.@/*?-]+$/u.test(text) && /[*?]/.test(text) && /[\p{L}\p{N}]/u.test(text)
