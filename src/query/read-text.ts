import type { Condition } from '#query/condition.ts'
import { point } from '#query/extent.ts'
import { isOrder, passes, readOrdered } from '#query/operand.ts'
import type { Reading } from '#query/operand.ts'
import type { Piece, Value } from '#query/query-ast.ts'
import { literalOf } from '#query/query-ast.ts'

/** Text: the whole value with wildcards, or a part of it where the field says so and the operator is `:`. */
export function readText(reading: Reading, value: Value, holds = false): Condition {
  const { operator } = reading.comparison
  if (value.is === 'range' || isOrder(operator)) {
    return passes(reading, readOrdered(reading, value, 'text without wildcards', point))
  }
  const literal = literalOf(value)
  if (literal === undefined) return passes(reading, { is: 'like', pieces: value.pieces })
  const within = holds && operator === ':' && literal !== ''
  return passes(
    reading,
    within ? { is: 'like', pieces: around(value.pieces) } : { is: 'equal', values: [literal] },
  )
}

/** The same with any text before and behind. */
const around = (pieces: readonly Piece[]): Piece[] => [{ wild: '*' }, ...pieces, { wild: '*' }]
