import { AppError } from '#kernel/errors.ts'

/** One field of a line: a number, a truth, or a text. */
export type FieldValue = number | boolean | string

/** Takes what stands in a body, line by line. */
export interface LineSink<Series> {
  /** `identity` is the measurement with its tags as they stand in the line. */
  series(identity: string, read: () => { measurement: string; tags: Record<string, string> }): Series
  /** Undefined where the line says no time. */
  field(series: Series, name: string, value: FieldValue, at: number | undefined): void
}

/** A line that could not be read, from 1. */
export interface LineError {
  line: number
  message: string
}

export interface LinesHeld {
  fields: number
  errors: LineError[]
}

/** Longer lines are no lines of an agent. */
const lineAtMost = 1_048_576
/** So many are told; the others are as wrong. */
const errorsAtMost = 100

/** What a whole number of each means in milliseconds: digits to cut off, then a factor. */
export const precisions = {
  ns: { digits: 6, factor: 1 },
  us: { digits: 3, factor: 1 },
  ms: { digits: 0, factor: 1 },
  s: { digits: 0, factor: 1_000 },
  m: { digits: 0, factor: 60_000 },
  h: { digits: 0, factor: 3_600_000 },
} as const
export type Precision = keyof typeof precisions

const comma = 44
const equals = 61
const space = 32
const tab = 9
const backslash = 92
const quote = 34

/** Reads InfluxDB's line protocol: `cpu,host=a usage_idle=9.1,n=4i 1700000000000000000`. Wrong lines are told, the others taken. */
export function readLines<Series>(text: string, precision: Precision, sink: LineSink<Series>): LinesHeld {
  const held: LinesHeld = { fields: 0, errors: [] }
  let number = 0
  let start = 0
  let firstQuote = text.indexOf('"')
  while (start < text.length) {
    number += 1
    if (firstQuote >= 0 && firstQuote < start) firstQuote = text.indexOf('"', start)
    let end = endOfLine(text, start, firstQuote)
    const next = end + 1
    while (end > start && text.charCodeAt(end - 1) === 13) end -= 1
    let from = start
    while (from < end && isBlank(text.charCodeAt(from))) from += 1
    start = next
    if (from === end || text.charCodeAt(from) === 35) continue
    try {
      if (end - from > lineAtMost)
        throw wrong(`a line of more than ${lineAtMost.toLocaleString('en')} characters`)
      held.fields += readLine(text.slice(from, end), precision, sink)
    } catch (error) {
      if (!(error instanceof LineRefused)) throw error
      if (held.errors.length < errorsAtMost) held.errors.push({ line: number, message: error.message })
    }
  }
  return held
}

class LineRefused extends AppError {}
const wrong = (message: string): LineRefused => new LineRefused('INPUT_INVALID', message)

const isBlank = (code: number): boolean => code === space || code === tab

/** Line ends stand within texts too, which are quoted. */
function endOfLine(text: string, start: number, firstQuote: number): number {
  const end = text.indexOf('\n', start)
  const line = end < 0 ? text.length : end
  return firstQuote < 0 || firstQuote > line ? line : endOfQuotedLine(text, start)
}

/** Quotes mean a text only where a value begins, which is after an equals sign of the fields. */
function endOfQuotedLine(text: string, start: number): number {
  let inFields = false
  let inText = false
  for (let index = start; index < text.length; index += 1) {
    const code = text.charCodeAt(index)
    if (code === backslash) index += 1
    else if (code === quote && inText) inText = false
    else if (code === quote && inFields && text.charCodeAt(index - 1) === equals) inText = true
    else if (code === space && !inText) inFields = true
    else if (code === 10 && !inText) return index
    else if (code === 10 && index - start > lineAtMost) return index
  }
  // A text that never ends must not swallow the lines after it.
  const end = text.indexOf('\n', start)
  return inText && end >= 0 ? end : text.length
}

function readLine<Series>(line: string, precision: Precision, sink: LineSink<Series>): number {
  const head = endOfHead(line)
  if (head === line.length) throw wrong('there are no fields; a line is `measurement,tag=value field=1 time`')
  const fields: [string, FieldValue][] = []
  let place = head
  while (isBlank(line.charCodeAt(place))) place += 1
  place = readFields(line, place, fields)
  const at = readTime(line.slice(place).trim(), precision)
  const series = sink.series(line.slice(0, head), () => readHead(line, head))
  for (const [name, value] of fields) sink.field(series, name, value, at)
  return fields.length
}

/** Where measurement and tags end: at the first blank that is not escaped. */
function endOfHead(line: string): number {
  for (let index = 0; index < line.length; index += 1) {
    const code = line.charCodeAt(index)
    if (code === backslash) index += 1
    else if (isBlank(code)) return index
  }
  return line.length
}

function readHead(line: string, head: number): { measurement: string; tags: Record<string, string> } {
  const tags: Record<string, string> = Object.create(null) as Record<string, string>
  const first = endOfPart(line, 0, head, comma)
  const measurement = unescaped(line.slice(0, first))
  if (measurement === '') throw wrong('the measurement has no name')
  let place = first
  while (place < head) {
    const nameEnd = endOfPart(line, place + 1, head, equals)
    const valueEnd = endOfPart(line, nameEnd + 1, head, comma)
    const name = unescaped(line.slice(place + 1, nameEnd))
    const value = unescaped(line.slice(nameEnd + 1, valueEnd))
    if (name === '' || value === '' || nameEnd >= head)
      throw wrong(`a tag without ${name === '' ? 'a name' : 'a value'}; tags are \`name=value\``)
    tags[name] = value
    place = valueEnd
  }
  return { measurement, tags }
}

function endOfPart(line: string, start: number, end: number, until: number): number {
  for (let index = start; index < end; index += 1) {
    const code = line.charCodeAt(index)
    if (code === backslash) index += 1
    else if (code === until) return index
  }
  return end
}

/** A backslash escapes commas, equals signs, blanks and itself; before anything else it is one. */
const unescaped = (text: string): string =>
  text.includes('\\') ? text.replaceAll(/\\([,= \\])/g, '$1') : text

function readFields(line: string, start: number, fields: [string, FieldValue][]): number {
  let place = start
  for (;;) {
    const nameEnd = endOfPart(line, place, line.length, equals)
    const name = unescaped(line.slice(place, nameEnd))
    if (name === '' || nameEnd === line.length)
      throw wrong('a field without a value; fields are `name=value`')
    if (line.charCodeAt(nameEnd + 1) === quote) {
      const end = endOfText(line, nameEnd + 2)
      fields.push([name, line.slice(nameEnd + 2, end).replaceAll(/\\(["\\])/g, '$1')])
      place = end + 1
    } else {
      let end = nameEnd + 1
      while (end < line.length && line.charCodeAt(end) !== comma && !isBlank(line.charCodeAt(end))) end += 1
      fields.push([name, readValue(name, line.slice(nameEnd + 1, end))])
      place = end
    }
    if (line.charCodeAt(place) === comma) place += 1
    else if (place >= line.length || isBlank(line.charCodeAt(place))) return place
    else throw wrong(`something stands behind the value of the field ${short(name)}`)
  }
}

function endOfText(line: string, start: number): number {
  for (let index = start; index < line.length; index += 1) {
    const code = line.charCodeAt(index)
    if (code === backslash) index += 1
    else if (code === quote) return index
  }
  throw wrong('a text has no closing quote')
}

const truths = new Map([
  ...['t', 'T', 'true', 'True', 'TRUE'].map((text) => [text, true] as const),
  ...['f', 'F', 'false', 'False', 'FALSE'].map((text) => [text, false] as const),
])
const float = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/

function readValue(name: string, text: string): FieldValue {
  const last = text.charCodeAt(text.length - 1)
  // i and u say that it is a whole number.
  if (last === 105 || last === 117) {
    const digits = text.slice(0, -1)
    if (last === 105 ? /^[+-]?\d+$/.test(digits) : /^\+?\d+$/.test(digits)) return Number(digits)
  } else {
    const truth = truths.get(text)
    if (truth !== undefined) return truth
    if (float.test(text)) return Number(text)
  }
  throw wrong(
    `the field ${short(name)} has the value ${short(text)}, which is no number, truth or text in quotes`,
  )
}

/** Times have more digits than our numbers hold; what is too fine for a millisecond is cut off. */
function readTime(text: string, precision: Precision): number | undefined {
  if (text === '') return undefined
  if (!/^-?\d{1,19}$/.test(text)) throw wrong(`the time is ${short(text)}, expected a whole number`)
  const { digits, factor } = precisions[precision]
  return Number(digits === 0 ? text : text.slice(0, -digits) || '0') * factor
}

const short = (text: string): string => (text.length > 60 ? `${text.slice(0, 60)}…` : text)
