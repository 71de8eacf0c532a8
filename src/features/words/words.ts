/** One word of a text; quoted parts belong to the word that they stand in. */
export interface Word {
  readonly text: string
  /** The same in lower case. */
  readonly lower: string
  /** The whole word stands in quotes: what is in them. */
  readonly quoted: string | undefined
  readonly start: number
  readonly end: number
}

/** Splits a text at its spaces, outside of quotes; undefined where a quote is never closed. */
export function splitWords(text: string): Word[] | undefined {
  const words: Word[] = []
  let start: number | undefined
  let isQuoted = false
  for (let at = 0; at <= text.length; at += 1) {
    const character = text[at]
    if (isQuoted && character === '\\') at += 1
    else if (character === '"') {
      isQuoted = !isQuoted
      start ??= at
    } else if (character === undefined || (!isQuoted && /\s/.test(character))) {
      if (start !== undefined && !(isQuoted && character === undefined)) words.push(wordAt(text, start, at))
      if (!isQuoted) start = undefined
    } else start ??= at
  }
  return isQuoted ? undefined : words
}

const whole = /^"((?:[^"\\]|\\.)*)"$/su

function wordAt(text: string, start: number, end: number): Word {
  const word = text.slice(start, end)
  const quoted = whole.exec(word)?.[1]?.replaceAll(/\\(.)/gsu, '$1')
  return { text: word, lower: word.toLowerCase(), quoted, start, end }
}

/** The text from one word to another, as it was written. */
export const textOf = (source: string, words: readonly Word[]): string =>
  words.length === 0 ? '' : source.slice(words[0]!.start, words.at(-1)!.end)

/** A text in quotes, as the query language and the words here read them. */
export const quote = (text: string): string => `"${text.replaceAll(/["\\]/g, '\\$&')}"`

/** What a table has under a word; words of people may be names that every object has. */
export const entryOf = <Value>(table: Readonly<Record<string, Value>>, word: string): Value | undefined =>
  Object.hasOwn(table, word) ? table[word] : undefined
