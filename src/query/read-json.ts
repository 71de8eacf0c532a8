import { suggest } from '#kernel/suggest.ts'
import type { Condition, JsonTest } from '#query/condition.ts'
import { point } from '#query/extent.ts'
import type { Field } from '#query/field.ts'
import { badValue, isOrder, readOrdered } from '#query/operand.ts'
import type { Reading } from '#query/operand.ts'
import type { Pattern, Value } from '#query/query-ast.ts'
import { isAnything, literalOf } from '#query/query-ast.ts'
import { readFlag } from '#query/read-choice.ts'
import { parseNumber, parseSize } from '#query/read-number.ts'
import { timeAsText } from '#query/read-time.ts'

/** A value of unknown kind: compared as number, size, time or text, as both sides allow. */
export function readJson(reading: Reading & { field: Field & { type: 'json' } }, value: Value): Condition {
  const { field } = reading
  return { is: 'json', field, test: field.declared ? readDeclared(reading, value) : readAny(reading, value) }
}

function readDeclared(reading: Reading & { field: Field & { type: 'json' } }, value: Value): JsonTest {
  const { type, options } = reading.field.declared!
  if (type === 'boolean') {
    const test = readFlag(reading, value)
    return test.is === 'equal' ? { flag: test.values[0] === true } : {}
  }
  if (type === 'number' || type === 'integer')
    return { number: readOrdered(reading, value, 'a number such as 4', numberPoint) }
  if (type === 'select' && value.is === 'pattern' && options) checkOption(reading, value, options)
  return readAny(reading, value)
}

function checkOption(reading: Reading, value: Pattern, options: readonly string[]): void {
  const literal = literalOf(value)
  if (literal === undefined || options.some((option) => option.toLowerCase() === literal.toLowerCase()))
    return
  throw badValue(reading, value, `one of ${options.join(', ')}`, suggest(literal, options))
}

function readAny(reading: Reading, value: Value): JsonTest {
  if (value.is === 'range' || isOrder(reading.comparison.operator)) return readOrder(reading, value)
  if (isAnything(value)) return { present: true }
  const literal = literalOf(value)
  if (literal === undefined) return { text: { is: 'like', pieces: value.pieces } }
  const number = parseNumber(literal) ?? parseSize(literal)
  const flag = /^(true|false)$/i.test(literal) ? literal.toLowerCase() === 'true' : undefined
  return {
    text: { is: 'equal', values: [literal] },
    number: number === undefined ? undefined : { is: 'equal', values: [number] },
    flag,
  }
}

/** Numbers and sizes in order with numbers, dates and ages with ISO dates, anything else with text. */
function readOrder(reading: Reading, value: Value): JsonTest {
  const ends = value.is === 'pattern' ? [value] : [value.low, value.high].filter((end) => end !== undefined)
  if (ends.every((end) => numberPoint(literalOf(end) ?? '') !== undefined)) {
    return { number: readOrdered(reading, value, 'a number', numberPoint) }
  }
  const time = timeAsText(reading, value)
  return { text: time ?? readOrdered(reading, value, 'text without wildcards', point) }
}

function numberPoint(text: string) {
  const number = parseNumber(text) ?? parseSize(text)
  return number === undefined ? undefined : point(number)
}
