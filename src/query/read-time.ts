import { parseTimestamp, shift } from '#kernel/clock.ts'
import type { Timestamp } from '#kernel/clock.ts'
import type { Test } from '#query/condition.ts'
import type { Extent } from '#query/extent.ts'
import { badValue, isOrder, readOrdered, refuseComparedRange } from '#query/operand.ts'
import type { Reading } from '#query/operand.ts'
import type { Operator, Pattern, Value } from '#query/query-ast.ts'
import { literalOf } from '#query/query-ast.ts'
import { queryError } from '#query/query-error.ts'

const second = 1000
const day = 86_400 * second
const unitMilliseconds: Record<string, number> = {
  s: second,
  m: 60 * second,
  min: 60 * second,
  h: 3600 * second,
  d: day,
  w: 7 * day,
  mo: 30 * day,
  y: 365 * day,
}
const ageText = /^(?:\d{1,9}(?:min|mo|[smhdwy]))+$/i
const agePart = /(\d+)(min|mo|[smhdwy])/gi
const expected = 'an age such as 7d or 12h, or a date such as 2026-11-01'

/** Milliseconds of `7d`, `12h`, `1d12h`; a month is 30 days, a year 365. */
export function parseAge(text: string): number | undefined {
  if (!ageText.test(text)) return undefined
  let total = 0
  for (const [, count, unit] of text.matchAll(agePart))
    total += Number(count) * unitMilliseconds[unit!.toLowerCase()]!
  return total
}

/**
 * An age compares how long ago it was: `seen<7d` is within the last 7 days, `seen>30d` longer ago.
 * A date compares the time itself: `seen>2026-11-01` is after that day. `:` with an age means "within".
 */
export function readTime(reading: Reading, value: Value): Test {
  const { operator } = reading.comparison
  if (value.is === 'pattern') {
    const age = ageOf(value)
    if (age !== undefined) return compareAge(reading, operator, value, age)
    return readOrdered(reading, value, expected, (text) => parseDate(text, reading.now))
  }
  const ages = [value.low, value.high].map((end) => end && ageOf(end))
  if (ages[0] === undefined && ages[1] === undefined) {
    return readOrdered(reading, value, expected, (text) => parseDate(text, reading.now))
  }
  refuseComparedRange(reading, value)
  for (const [index, end] of [value.low, value.high].entries()) {
    if (end && ages[index] === undefined)
      throw badValue(reading, end, 'an age at both ends, or a date at both')
  }
  return betweenAges(reading, value, ages)
}

function ageOf(pattern: Pattern): number | undefined {
  const literal = literalOf(pattern)
  return literal === undefined ? undefined : parseAge(literal)
}

/** `7d..30d` and `30d..7d` alike: between a week and a month ago; `30d..` is a month ago or longer. */
function betweenAges(reading: Reading, value: Value, [low, high]: (number | undefined)[]): Test {
  const [young, old] =
    low !== undefined && high !== undefined ? [Math.min(low, high), Math.max(low, high)] : [low, high]
  const bound = (age: number | undefined) =>
    age === undefined ? undefined : { value: ago(reading, value, age), inclusive: true }
  return { is: 'between', low: bound(old), high: bound(young) }
}

function compareAge(reading: Reading, operator: Operator, value: Value, age: number): Test {
  const at = { value: ago(reading, value, age), inclusive: operator !== '<' && operator !== '>' }
  return isOrder(operator) && operator.startsWith('>')
    ? { is: 'between', high: at }
    : { is: 'between', low: at }
}

function ago(reading: Reading, value: Value, age: number): Timestamp {
  if (age <= 500 * 365 * day) return shift(reading.now, -age)
  throw queryError(reading.text, value.span, {
    sentence: 'This is too long ago',
    expected: 'an age below 500y',
  })
}

const dateText = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/
const timeText = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(?::(\d{2})(?:\.(\d{1,3}))?)?(Z|[+-]\d{2}:?\d{2})?$/i

/** A year, month, day, or time to the minute or second, as all the time that it names; UTC unless it says otherwise. */
export function parseDate(text: string, now: Timestamp): Extent<Timestamp> | undefined {
  if (/^now$/i.test(text))
    return { low: { value: now, inclusive: true }, high: { value: now, inclusive: true } }
  if (/^today$/i.test(text)) return dayExtent(now.slice(0, 10))
  if (/^yesterday$/i.test(text)) return dayExtent(shift(now, -day).slice(0, 10))
  return dateExtent(text) ?? timeExtent(text)
}

function dateExtent(text: string): Extent<Timestamp> | undefined {
  const match = dateText.exec(text)
  if (!match) return undefined
  const [, year, month, date] = match
  if (date !== undefined) return dayExtent(text)
  const next =
    month === undefined
      ? `${following(year!)}-01`
      : month === '12'
        ? `${following(year!)}-01`
        : `${year}-${pad(Number(month) + 1)}`
  return between(`${year}-${month ?? '01'}-01T00:00:00.000Z`, `${next}-01T00:00:00.000Z`)
}

const pad = (number: number): string => String(number).padStart(2, '0')
const following = (year: string): string => String(Number(year) + 1).padStart(4, '0')

function dayExtent(date: string): Extent<Timestamp> | undefined {
  const start = parseTimestamp(`${date}T00:00:00.000Z`)
  // 2026-02-31 is read as a day of March.
  return start?.startsWith(date) ? between(start, shift(start, day)) : undefined
}

function timeExtent(text: string): Extent<Timestamp> | undefined {
  const match = timeText.exec(text)
  if (!match || !dayExtent(match[1]!)) return undefined
  const [, date, minutes, seconds, fraction, zone = 'Z'] = match
  const exact = `${date}T${minutes}:${seconds ?? '00'}.${(fraction ?? '').padEnd(3, '0')}${zone.toUpperCase()}`
  const start = parseTimestamp(exact)
  if (start === undefined) return undefined
  const length =
    seconds === undefined ? 60 * second : fraction === undefined ? second : 10 ** (3 - fraction.length)
  return between(start, shift(start, length))
}

function between(start: string, end: string): Extent<Timestamp> | undefined {
  if (parseTimestamp(start) !== start || parseTimestamp(end) !== end) return undefined
  return { low: { value: start, inclusive: true }, high: { value: end, inclusive: false } }
}

/** For text that holds ISO dates: the same test, for dates without a time too. Undefined when it is no time. */
export function timeAsText(reading: Reading, value: Value): Test | undefined {
  const ends = value.is === 'pattern' ? [value] : [value.low, value.high].filter((end) => end !== undefined)
  const isTime = (end: Pattern) => {
    const literal = literalOf(end)
    return literal !== undefined && (parseAge(literal) ?? parseDate(literal, reading.now)) !== undefined
  }
  if (!ends.every(isTime)) return undefined
  const test = readTime(reading, value)
  if (test.is !== 'between') return test
  const atMidnight = (text: string | number) =>
    typeof text === 'string' ? text.replace('T00:00:00.000Z', '') : text
  return {
    is: 'between',
    low: test.low ? { ...test.low, value: atMidnight(test.low.value) } : { value: '0', inclusive: true },
    // All that begins with a digit sorts before a colon.
    high: test.high ? { ...test.high, value: atMidnight(test.high.value) } : { value: ':', inclusive: false },
  }
}
