import type { Bound, Test } from '#query/condition.ts'
import type { Operator } from '#query/query-ast.ts'

/** The values that one operand names: a point, a whole day, a whole network. */
export interface Extent<Of extends string | number = string | number> {
  readonly low: Bound<Of>
  readonly high: Bound<Of>
}

/** A single value, both bounds included. */
export const point = <Of extends string | number>(value: Of): Extent<Of> => ({
  low: { value, inclusive: true },
  high: { value, inclusive: true },
})

/** `>` begins where the extent ends, `>=` where it begins; `!=` is turned round elsewhere. */
export function compareTo(operator: Operator, { low, high }: Extent): Test {
  switch (operator) {
    case ':':
    case '=':
    case '!=':
      return { is: 'between', low, high }
    case '>':
      return { is: 'between', low: { value: high.value, inclusive: !high.inclusive } }
    case '>=':
      return { is: 'between', low }
    case '<':
      return { is: 'between', high: { value: low.value, inclusive: !low.inclusive } }
    case '<=':
      return { is: 'between', high }
  }
}

/** From the first extent's beginning to the second's end. */
export const spanning = (low: Extent | undefined, high: Extent | undefined): Test => ({
  is: 'between',
  low: low?.low,
  high: high?.high,
})
