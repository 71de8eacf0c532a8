import type { Timestamp } from '#kernel/clock.ts'
import type { AppError } from '#kernel/errors.ts'
import type { Condition, Test } from '#query/condition.ts'
import { compareTo, spanning } from '#query/extent.ts'
import type { Extent } from '#query/extent.ts'
import type { Field } from '#query/field.ts'
import type { Comparison, Operator, Pattern, Range, Value } from '#query/query-ast.ts'
import { literalOf } from '#query/query-ast.ts'
import { queryError } from '#query/query-error.ts'

/** One comparison being read: what readers need to read a value and to say what is wrong with it. */
export interface Reading {
  /** The whole query. */
  readonly text: string
  readonly now: Timestamp
  readonly comparison: Comparison
  readonly field: Field
}

export const passes = (reading: Reading, test: Test): Condition => ({
  is: 'some',
  field: reading.field,
  test,
})

/** The complaint that a value is not what the field takes. */
export function badValue(reading: Reading, value: Value, expected: string, suggestion?: string): AppError {
  const written = reading.text.slice(value.span.start, value.span.end)
  return queryError(reading.text, value.span, {
    sentence: `${written} is no value for ${writtenName(reading)}`,
    expected,
    suggestion,
    hint: `Expected ${expected}.`,
  })
}

/** The complaint that the operator or a range makes no sense for the field. */
export function badOperator(reading: Reading, allowed: string): AppError {
  return queryError(reading.text, reading.comparison.span, {
    sentence: `${writtenName(reading)} cannot be compared by order`,
    expected: `${writtenName(reading)} with ${allowed}`,
    hint: `Use ${allowed}.`,
  })
}

const writtenName = ({ comparison }: Reading): string => comparison.path.join('.')

export const isOrder = (operator: Operator): boolean => operator.startsWith('<') || operator.startsWith('>')

/** A field whose values are in order reads operands as extents; the rest is the same for all of them. */
export function readOrdered<Of extends string | number>(
  reading: Reading,
  value: Value,
  expected: string,
  read: (text: string) => Extent<Of> | undefined,
): Test {
  const extent = (pattern: Pattern): Extent<Of> => {
    const literal = literalOf(pattern)
    const found = literal === undefined ? undefined : read(literal)
    if (found) return found
    throw badValue(reading, pattern, expected)
  }
  if (value.is === 'pattern') return compareTo(reading.comparison.operator, extent(value))
  refuseComparedRange(reading, value)
  const low = value.low && extent(value.low)
  const high = value.high && extent(value.high)
  if (low && high && low.low.value > high.high.value) throw backwards(reading, value)
  return spanning(low, high)
}

/** `memory>1GB..2GB` means nothing. */
export function refuseComparedRange(reading: Reading, range: Range): void {
  if (!isOrder(reading.comparison.operator)) return
  throw queryError(reading.text, range.span, {
    sentence: `A range cannot stand after ${reading.comparison.operator}`,
    expected: 'one value, or a range after :',
  })
}

const backwards = (reading: Reading, range: Range): AppError =>
  queryError(reading.text, range.span, {
    sentence: 'The range ends before it begins',
    expected: 'the smaller value first',
  })
