import { suggest } from '#kernel/suggest.ts'
import type { Condition, Test } from '#query/condition.ts'
import { combine } from '#query/condition.ts'
import type { Choice, Field } from '#query/field.ts'
import { badOperator, badValue, isOrder, passes } from '#query/operand.ts'
import type { Reading } from '#query/operand.ts'
import type { Pattern, Value } from '#query/query-ast.ts'
import { literalOf } from '#query/query-ast.ts'
import { patternExpression } from '#query/text-pattern.ts'

/** One of a field's known words, or those that a pattern fits. */
export function readChoice(reading: Reading, value: Value, choices: readonly Choice[]): Condition {
  if (value.is === 'range' || isOrder(reading.comparison.operator)) throw badOperator(reading, ':, = or !=')
  const chosen = choicesFor(value, choices)
  if (chosen.length === 0) {
    const words = choices.map((choice) => choice.word)
    throw badValue(reading, value, `one of ${words.join(', ')}`, suggest(literalOf(value) ?? '', words))
  }
  const stored = chosen.filter((choice) => !choice.place).map((choice) => choice.stored)
  const elsewhere = chosen.flatMap(({ place }): Condition[] =>
    place ? [{ is: 'some', field: elsewhereField(reading.field, place), test: { is: 'present' } }] : [],
  )
  const own: Condition[] = stored.length > 0 ? [passes(reading, { is: 'equal', values: stored })] : []
  return combine('or', [...own, ...elsewhere])
}

const elsewhereField = (field: Field, place: NonNullable<Choice['place']>): Field => ({
  ...field,
  type: 'text',
  places: [place],
})

function choicesFor(pattern: Pattern, choices: readonly Choice[]): readonly Choice[] {
  const expression = patternExpression(pattern.pieces)
  return choices.filter((choice) =>
    [choice.word, choice.stored, ...(choice.also ?? [])].some((word) => expression.test(word)),
  )
}

const flagWords = new Map([
  ...['true', 'yes', 'on', '1'].map((word) => [word, true] as const),
  ...['false', 'no', 'off', '0'].map((word) => [word, false] as const),
])

/** yes or no, in the usual words. */
export function readFlag(reading: Reading, value: Value): Test {
  if (value.is === 'range' || isOrder(reading.comparison.operator)) throw badOperator(reading, ':, = or !=')
  const flag = flagWords.get((literalOf(value) ?? '').toLowerCase())
  if (flag === undefined) throw badValue(reading, value, 'yes or no')
  return { is: 'equal', values: [flag] }
}
