import type { Bound, Test } from '#query/condition.ts'
import type { Extent } from '#query/extent.ts'
import { point } from '#query/extent.ts'
import { readOrdered } from '#query/operand.ts'
import type { Reading } from '#query/operand.ts'
import type { Value } from '#query/query-ast.ts'

const plainNumber = /^-?\d{1,15}(\.\d{1,15})?$/
const sizeText = /^(\d{1,15}(?:\.\d{1,15})?)\s*(b|[kmgtp](?:i?b)?)$/i
const powers = 'bkmgtp'

/** A number in plain decimals. */
export const parseNumber = (text: string): number | undefined =>
  plainNumber.test(text) ? Number(text) : undefined

/** Bytes of `16GB`, `512MiB`, `1.5T`: powers of 1024 however it is spelt. A number needs its unit, except 0. */
export function parseSize(text: string): number | undefined {
  if (/^0+$/.test(text)) return 0
  const match = sizeText.exec(text)
  if (!match) return undefined
  return Number(match[1]) * 1024 ** powers.indexOf(match[2]![0]!.toLowerCase())
}

/** A number of a column that holds whole numbers. */
export const readNumber = (reading: Reading, value: Value): Test =>
  whole(readOrdered(reading, value, 'a number such as 4', asPoint(parseNumber)))

/** A size, compared in the unit that the column counts in. */
export const readSize = (reading: Reading, value: Value, unit: number): Test =>
  whole(
    readOrdered(
      reading,
      value,
      'a size with its unit, such as 512MB or 16GB',
      asPoint((text) => {
        const bytes = parseSize(text)
        return bytes === undefined ? undefined : bytes / unit
      }),
    ),
  )

const asPoint =
  (read: (text: string) => number | undefined) =>
  (text: string): Extent<number> | undefined => {
    const number = read(text)
    return number === undefined ? undefined : point(number)
  }

/** The same test of whole numbers, with whole bounds that every engine's integers hold. */
function whole(test: Test): Test {
  if (test.is !== 'between') return test
  return { is: 'between', low: wholeLow(test.low), high: wholeHigh(test.high) }
}

const safe = (value: number): number =>
  Math.max(-Number.MAX_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, value))

function wholeLow(bound: Bound | undefined): Bound | undefined {
  if (typeof bound?.value !== 'number') return bound
  const value = bound.inclusive ? Math.ceil(bound.value) : Math.floor(bound.value) + 1
  return { value: safe(value), inclusive: true }
}

function wholeHigh(bound: Bound | undefined): Bound | undefined {
  if (typeof bound?.value !== 'number') return bound
  const value = bound.inclusive ? Math.floor(bound.value) : Math.ceil(bound.value) - 1
  return { value: safe(value), inclusive: true }
}
