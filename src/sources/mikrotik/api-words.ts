/** A sentence of the API: words of bytes, the first of which says what it is. */
export type Sentence = Buffer[]

/** No word or sentence of a menu is nearly as long; more is not the API. In bytes. */
const longestWord = 1_048_576

/** What came does not follow the API. */
export class BrokenWords extends Error {}

/** A word with its length before it, in one to five bytes. */
export function encodeWord(word: Buffer): Buffer {
  const { length } = word
  const head =
    length < 0x80
      ? [length]
      : length < 0x4000
        ? [(length >> 8) | 0x80, length & 0xff]
        : length < 0x200000
          ? [(length >> 16) | 0xc0, (length >> 8) & 0xff, length & 0xff]
          : [(length >> 24) | 0xe0, (length >> 16) & 0xff, (length >> 8) & 0xff, length & 0xff]
  return Buffer.concat([Buffer.from(head), word])
}

export const encodeSentence = (words: readonly string[]): Buffer =>
  Buffer.concat([...words.map((word) => encodeWord(Buffer.from(word, 'utf8'))), Buffer.from([0])])

/** How many bytes the length takes, and what of the first of them is length. */
function lengthOf(bytes: Buffer, at: number): { size: number; length: number } | undefined {
  const first = bytes[at]
  if (first === undefined) return undefined
  const size = first < 0x80 ? 1 : first < 0xc0 ? 2 : first < 0xe0 ? 3 : first < 0xf0 ? 4 : 5
  if (first > 0xf0) throw new BrokenWords('a control byte that is none')
  if (at + size > bytes.length) return undefined
  let length = size === 5 ? 0 : first & (0xff >> size)
  for (let index = 1; index < size; index += 1) length = length * 256 + bytes[at + index]!
  if (length > longestWord) throw new BrokenWords('a word beyond all measure')
  return { size, length }
}

/** Puts words together as bytes come in; whole sentences are given out in order. */
export function createWordReader(): (chunk: Buffer) => Sentence[] {
  let rest: Buffer = Buffer.alloc(0)
  let open: Sentence = []
  return (chunk) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    const whole: Sentence[] = []
    let at = 0
    for (let head = lengthOf(rest, at); head !== undefined; head = lengthOf(rest, at)) {
      const end = at + head.size + head.length
      if (end > rest.length) break
      if (head.length === 0) {
        if (open.length > 0) whole.push(open)
        open = []
      } else open.push(rest.subarray(at + head.size, end))
      at = end
    }
    rest = rest.subarray(at)
    return whole
  }
}
