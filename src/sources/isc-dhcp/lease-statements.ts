import type { Bytes } from '#sources/lease-text.ts'

/** A word of a statement: bare as written, or the inside of a quoted string with its escapes still in. */
export interface Word {
  text: string
  quoted: boolean
}

/** What happens while the file is read, in its order. `words` are those before the brace or semicolon. */
export interface StatementReader {
  /**
   * Whether the inside of the block matters or is passed over. `anew`: this can only be the beginning of an
   * outermost block, so whatever was open has lost its end.
   */
  open(words: readonly Word[], line: number): 'wanted' | 'passed over' | 'anew'
  statement(words: readonly Word[], line: number): void
  close(line: number): void
}

/** No statement of a lease comes near this; beyond it the file is damaged. In bytes. */
const longestStatement = 64 * 1024

/** What ends a word, by character code. */
const endsWord = new Uint8Array(256)
for (const char of ' \t\r\f\v\n,{};"#') endsWord[char.charCodeAt(0)] = 1

const restOfString = /(?:[^"\\]+|\\[^])*/y

/**
 * Reads the grammar of dhcpd.leases(5): words, quoted strings, `;` and nested `{ }`, over line ends.
 * Blocks nobody asked for are passed over without being kept. Feed it line by line.
 */
export class StatementParser {
  readonly #reader: StatementReader
  readonly #refuse: (line: number, what: string) => Error
  /** Whether each open block, outermost first, is wanted. */
  readonly #wanted: boolean[] = []
  #words: Word[] = []
  #size = 0
  #string: string | undefined
  /** Line on which the outermost open block began. */
  beganAt = 0

  constructor(reader: StatementReader, refuse: (line: number, what: string) => Error) {
    this.#reader = reader
    this.#refuse = refuse
  }

  /** A block, statement or string is open. */
  get isInside(): boolean {
    return this.#wanted.length > 0 || this.#words.length > 0 || this.#string !== undefined
  }

  line(text: string, number: number): void {
    let at = this.#string === undefined ? 0 : this.#continueString(text, 0, number)
    while (at < text.length) {
      const code = text.charCodeAt(at)
      if (endsWord[code] === 0) {
        const start = at
        do at += 1
        while (at < text.length && endsWord[text.charCodeAt(at)] === 0)
        this.#addWord(text.slice(start, at), false, number)
        continue
      }
      at += 1
      switch (text[at - 1]!) {
        case '#':
          return
        case '"':
          at = this.#startString(text, at, number)
          break
        case ';':
          this.#endStatement(number)
          break
        case '{':
          this.#openBlock(number)
          break
        case '}':
          this.#closeBlock(number)
      }
    }
  }

  #startString(text: string, at: number, number: number): number {
    this.#string = ''
    return this.#continueString(text, at, number)
  }

  #continueString(text: string, at: number, number: number): number {
    restOfString.lastIndex = at
    const part = restOfString.exec(text)![0]
    const end = at + part.length
    this.#string += part
    if (this.#string!.length > longestStatement) throw this.#refuse(number, 'a quoted text does not end')
    if (text[end] !== '"') {
      // The text goes on in the next line; a backslash at the very end escapes the line end itself.
      this.#string += `${text.slice(end)}\n`
      return text.length
    }
    const whole = this.#string!
    this.#string = undefined
    this.#addWord(whole, true, number)
    return end + 1
  }

  #addWord(text: string, quoted: boolean, number: number): void {
    if (this.#words.length === 0 && this.#wanted.length === 0) this.beganAt = number
    this.#size += text.length + 1
    if (this.#size > longestStatement) throw this.#refuse(number, 'a statement does not end')
    if (this.#isWanted()) this.#words.push({ text, quoted })
  }

  #isWanted(): boolean {
    return this.#wanted.at(-1) ?? true
  }

  #endStatement(number: number): void {
    const words = this.#takeWords()
    if (words.length > 0 && this.#wanted.length > 0 && this.#isWanted()) this.#reader.statement(words, number)
  }

  #openBlock(number: number): void {
    if (this.#wanted.length >= 64) throw this.#refuse(number, 'blocks are nested too deep')
    if (this.#wanted.length === 0 && this.#words.length === 0) this.beganAt = number
    const words = this.#takeWords()
    const verdict = this.#isWanted() ? this.#reader.open(words, number) : 'passed over'
    if (verdict === 'anew') {
      this.#wanted.length = 0
      this.beganAt = number
    }
    this.#wanted.push(verdict !== 'passed over')
  }

  #closeBlock(number: number): void {
    this.#takeWords()
    if (this.#wanted.length === 0) throw this.#refuse(number, 'a closing brace without an opening one')
    if (this.#wanted.pop()) this.#reader.close(number)
  }

  #takeWords(): Word[] {
    const words = this.#words
    this.#words = []
    this.#size = 0
    return words
  }
}

const escapes: Record<string, string> = { n: '\n', r: '\r', t: '\t', b: '\b' }

/** The bytes a quoted string stands for: `\ooo` octal, `\xhh`, `\n \r \t \b`, else the character itself. */
export const unescapeString = (text: string): Bytes =>
  text.replace(
    /\\(?:([0-7]{1,3})|x([0-9a-f]{1,2})|([^]))/gi,
    (_, octal?: string, hex?: string, other?: string) => {
      if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8) & 255)
      if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16))
      return escapes[other!] ?? other!
    },
  )
