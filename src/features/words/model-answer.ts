import { z } from 'zod'
import type { Comparison, Pattern, Piece, Query, Span } from '#query/query-ast.ts'
import { operators } from '#query/query-ast.ts'
import { readFieldPath } from '#query/field-path.ts'
import { queryLimits } from '#query/query-limits.ts'

const Compared = z.strictObject({
  field: z.string().min(1).max(200),
  operator: z.enum(operators),
  values: z.array(z.string().max(500)).min(1).max(100),
})
const Found = z.strictObject({ text: z.string().min(1).max(500) })

/** Conditions as a model writes them. */
export type Conditions =
  | z.infer<typeof Compared>
  | z.infer<typeof Found>
  | { and: Conditions[] }
  | { or: Conditions[] }
  | { not: Conditions }

const Conditions: z.ZodType<Conditions> = z.lazy(() =>
  z.union([
    Compared,
    Found,
    z.strictObject({ and: z.array(Conditions).min(1).max(50) }),
    z.strictObject({ or: z.array(Conditions).min(1).max(50) }),
    z.strictObject({ not: Conditions }),
  ]),
)

/** All that a model may say; anything else is no answer. */
export const ModelAnswer = z.strictObject({
  action: z.string().max(64).nullable(),
  parameters: z.record(z.string(), z.json()),
  conditions: Conditions.nullable(),
  everything: z.boolean(),
  sources: z.array(z.string().max(64)).max(100),
  question: z.string().max(500).nullable(),
})
export type ModelAnswer = z.output<typeof ModelAnswer>

const nowhere: Span = { start: 0, end: 0 }

/**
 * The conditions as the syntax tree that the typed language gives too: values are data in it, whatever they look like.
 * Undefined where they are nested too deep, too many, or a field's name is none.
 */
export function treeOf(conditions: Conditions): Query | undefined {
  const counted = { values: 0 }
  const tree = convert(conditions, 0, counted)
  return counted.values > queryLimits.values ? undefined : tree
}

function convert(node: Conditions, depth: number, counted: { values: number }): Query | undefined {
  if (depth > queryLimits.depth / 2) return undefined
  if ('and' in node) return group('and', node.and, depth, counted)
  if ('or' in node) return group('or', node.or, depth, counted)
  if ('not' in node) {
    const item = convert(node.not, depth + 1, counted)
    return item && { is: 'not', item, span: nowhere }
  }
  if ('text' in node) {
    counted.values += 1
    return { is: 'word', pattern: patternOf(node.text, false), span: nowhere }
  }
  return comparison(node, counted)
}

function group(
  is: 'and' | 'or',
  nodes: readonly Conditions[],
  depth: number,
  counted: { values: number },
): Query | undefined {
  const items: Query[] = []
  for (const node of nodes) {
    const item = convert(node, depth + 1, counted)
    if (!item) return undefined
    items.push(...(item.is === is ? item.items : [item]))
  }
  return items.length === 1 ? items[0] : { is, items, span: nowhere }
}

function comparison(
  { field, operator, values }: z.infer<typeof Compared>,
  counted: { values: number },
): Comparison | undefined {
  counted.values += values.length
  const path = readFieldPath(field, 0)
  if (!path || path.end !== field.length) return undefined
  const patterns = values.map((value) => patternOf(value, true))
  return { is: 'comparison', path: path.names, pathSpan: nowhere, operator, values: patterns, span: nowhere }
}

/** A star stands for any text; everything else is what it is. */
function patternOf(text: string, hasStars: boolean): Pattern {
  const parts = hasStars ? text.split(/(\*)/) : [text]
  const pieces = parts
    .filter((part) => part !== '')
    .map((part): Piece => (hasStars && part === '*' ? { wild: '*' } : { literal: part }))
  return { is: 'pattern', pieces, span: nowhere }
}
