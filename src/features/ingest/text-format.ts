import { UnreadableBody } from '#features/ingest/unreadable-body.ts'
import type { Held, Labels, Sink } from '#features/ingest/sink.ts'

/** What a page held, and lines of it that could not be read. */
export interface PageHeld extends Held {
  wrong: { line: number; message: string }[]
}

const samplesAtMost = 200_000
const wrongAtMost = 20

/**
 * Reads a page of metrics, in the text format of Prometheus or as OpenMetrics, whose times are seconds. A line that
 * cannot be read is told, the others are taken; a page of something else is refused.
 */
export function readTextPage<Series>(
  text: string,
  { at, isOpenMetrics }: { at: number; isOpenMetrics: boolean },
  sink: Sink<Series>,
): PageHeld {
  const held: PageHeld = { samples: 0, histograms: 0, exemplars: 0, wrong: [] }
  let number = 0
  let start = 0
  while (start < text.length) {
    number += 1
    const found = text.indexOf('\n', start)
    const end = found < 0 ? text.length : found
    const line = text.slice(start, end).trim()
    start = end + 1
    if (line === '# EOF') break
    if (line === '' || line.startsWith('#')) continue
    if (held.samples >= samplesAtMost)
      throw new UnreadableBody(
        'too large',
        `The page holds more than ${samplesAtMost.toLocaleString('en')} samples`,
      )
    const sample = readSample(line)
    if (sample === undefined) {
      if (held.wrong.length < wrongAtMost) held.wrong.push({ line: number, message: line.slice(0, 80) })
      continue
    }
    held.samples += 1
    if (sample.hasExemplar) held.exemplars += 1
    const series = sink.series(sample.identity, () => readLabels(sample.identity))
    const told = sample.time === undefined ? at : sample.time * (isOpenMetrics ? 1_000 : 1)
    sink.sample(series, Math.round(told), sample.value)
  }
  if (held.samples === 0 && held.wrong.length > 0)
    throw new UnreadableBody(
      'malformed',
      `The page holds no metrics; its line ${held.wrong[0]!.line} is not one of the text format`,
      'The address has to be that of a page of metrics, such as http://nas:9100/metrics.',
    )
  return held
}

interface TextSample {
  /** The name with its labels as they stand in the line. */
  identity: string
  value: number
  time: number | undefined
  hasExemplar: boolean
}

function readSample(line: string): TextSample | undefined {
  const head = endOfSeries(line)
  if (head === undefined) return undefined
  // An exemplar follows after a number sign.
  const [numbers, ...exemplar] = line.slice(head).split(' # ')
  const [first, second, ...more] = numbers!.trim().split(/[ \t]+/)
  const value = numberIn(first ?? '')
  const time = second === undefined ? undefined : numberIn(second)
  if (value === undefined || more.length > 0 || (second !== undefined && time === undefined)) return undefined
  return { identity: line.slice(0, head).trimEnd(), value, time, hasExemplar: exemplar.length > 0 }
}

/** Where name and labels end. */
function endOfSeries(line: string): number | undefined {
  const name = /^(?:[a-zA-Z_:][\w:]*)?[ \t]*/.exec(line)![0]
  if (line[name.length] !== '{') return name.trim() === '' || !/[ \t]$/.test(name) ? undefined : name.length
  let inText = false
  for (let index = name.length + 1; index < line.length; index += 1) {
    const code = line.charCodeAt(index)
    if (inText && code === 92) index += 1
    else if (code === 34) inText = !inText
    else if (code === 125 && !inText) return index + 1
  }
  return undefined
}

const words = new Map([
  ['+inf', Number.POSITIVE_INFINITY],
  ['inf', Number.POSITIVE_INFINITY],
  ['-inf', Number.NEGATIVE_INFINITY],
  ['nan', Number.NaN],
])
const decimal = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i

const numberIn = (text: string): number | undefined =>
  decimal.test(text) ? Number(text) : words.get(text.toLowerCase())

const pair = /[ \t]*(?:([a-zA-Z_][\w.]*)[ \t]*=[ \t]*)?"((?:[^"\\]|\\.)*)"[ \t]*,?/y
const escapes: Readonly<Record<string, string>> = { n: '\n', '"': '"', '\\': '\\' }

/** `name{label="value"}`, and `{"name", label="value"}` as newer exporters may write it. */
export function readLabels(series: string): Labels {
  const labels: Record<string, string> = Object.create(null) as Record<string, string>
  const brace = series.indexOf('{')
  labels['__name__'] = (brace < 0 ? series : series.slice(0, brace)).trim()
  if (brace < 0) return labels
  pair.lastIndex = brace + 1
  for (let found = pair.exec(series); found !== null; found = pair.exec(series)) {
    const value = found[2]!.replaceAll(/\\([n"\\])/g, (_whole, sign: string) => escapes[sign]!)
    labels[found[1] ?? '__name__'] = value
  }
  return labels
}
