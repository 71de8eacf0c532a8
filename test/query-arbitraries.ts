import fc from 'fast-check'
import type { Comparison, Operator, Pattern, Piece, Query, Value } from '#query/query-ast.ts'
import type { Field, Subject } from '#query/field.ts'
import { subjects } from '#query/subjects.ts'
import { worldAddresses, worldMacs, worldTags, worldTexts } from '#test/query-world.ts'

const span = { start: 0, end: 0 }

/** A pattern in the parser's normal form: no empty literals, none side by side. */
export function pattern(pieces: readonly Piece[]): Pattern {
  const merged: Piece[] = []
  for (const piece of pieces) {
    const last = merged.at(-1)
    if ('literal' in piece && piece.literal === '') continue
    if (last && 'literal' in last && 'literal' in piece)
      merged[merged.length - 1] = { literal: last.literal + piece.literal }
    else merged.push(piece)
  }
  return { is: 'pattern', pieces: merged, span }
}

const literal = (text: string): Pattern => pattern([{ literal: text }])
const range = (low: Pattern | undefined, high: Pattern | undefined): Value => ({
  is: 'range',
  low,
  high,
  span,
})
const equality = fc.constantFrom<Operator>(':', '=', '!=')
const anyOperator = fc.constantFrom<Operator>(':', '=', '!=', '>', '>=', '<', '<=')

interface Right {
  operator: Operator
  values: Value[]
}

const lists = (value: fc.Arbitrary<Value>): fc.Arbitrary<Right> =>
  fc.record({ operator: equality, values: fc.array(value, { minLength: 1, maxLength: 3 }) })
const single = (value: fc.Arbitrary<Pattern>): fc.Arbitrary<Right> =>
  fc.record({ operator: anyOperator, values: value.map((each) => [each]) })

/** Two of the texts as a range, in order, or open at one end. */
const ranges = (
  texts: readonly string[],
  order: (text: string) => number | string = (text) => text,
): fc.Arbitrary<Value> =>
  fc.tuple(fc.constantFrom(...texts), fc.constantFrom(...texts), fc.nat(3)).map(([left, right, open]) => {
    const [low, high] = order(left) <= order(right) ? [left, right] : [right, left]
    return range(open === 1 ? undefined : literal(low), open === 2 ? undefined : literal(high))
  })

/** A text with parts of it taken out for wildcards. */
const wildcards = (texts: readonly string[]): fc.Arbitrary<Pattern> =>
  fc
    .tuple(fc.constantFrom(...texts), fc.nat(6), fc.nat(3), fc.constantFrom('*' as const, '?' as const))
    .map(([text, from, length, wild]) => {
      const letters = Array.from(text)
      return pattern([
        { literal: letters.slice(0, from).join('') },
        { wild },
        { literal: letters.slice(from + length).join('') },
      ])
    })

const ordered = (texts: readonly string[], order?: (text: string) => number | string) =>
  fc.oneof(
    single(fc.constantFrom(...texts).map(literal)),
    lists(fc.oneof(fc.constantFrom(...texts).map(literal), ranges(texts, order))),
  )

const texts = [
  ...worldTexts,
  ...worldTags,
  'dell',
  'ABC123',
  'abc123',
  'Debian 12',
  'a1',
  'LAB',
  'manual',
  'prod-1',
  'eth1',
  'see',
  'Gi1/0/4',
  'vcenter',
  '',
]
const sizes = ['0', '512MB', '1.5GB', '16GB', '16.1GiB', '5T', '1k', '100b']
const ages = ['30min', '1d', '36h', '7d', '2mo', '2y']
const dates = [
  '2025',
  '2026-10',
  '2026-11-18',
  '2026-11-24',
  '2026-11-25T11:59',
  'today',
  'yesterday',
  '2026-11-18T13:00+01:00',
]
const networks = [
  ...worldAddresses,
  '10.0.0.0/24',
  '10.0.0.0/8',
  '0.0.0.0/0',
  '::/0',
  'fe80::/10',
  '2001:db8::/33',
  '192.168.1.7/32',
  '2001:DB8:0:0::7',
]
const facts = [
  '8',
  '8.5',
  '9',
  'prod-1',
  'PROD-2',
  'true',
  'false',
  'x',
  '16GB',
  '7d',
  '2026-11-20',
  '2026-11',
  'web front',
  '',
]
const numbers = ['1', '2', '4', '3.5', '1000', '-1']

const textSide = fc.oneof(
  single(fc.constantFrom(...texts).map(literal)),
  lists(
    fc.oneof(fc.constantFrom(...texts).map(literal), wildcards(texts), fc.constant(pattern([{ wild: '*' }]))),
  ),
)

function rightSide(field: Field): fc.Arbitrary<Right> {
  switch (field.type) {
    case 'text':
    case 'tags':
      return textSide
    case 'enum':
      return lists(fc.constantFrom(...field.choices.map((choice) => choice.word)).map(literal))
    case 'number':
      return ordered(numbers, Number)
    case 'size':
      return single(fc.constantFrom(...sizes).map(literal))
    case 'time':
      return fc.oneof(
        single(fc.constantFrom(...ages, ...dates).map(literal)),
        lists(
          fc.oneof(
            ranges(ages, () => 0),
            ranges(['2025', '2026-10', '2026-11-18', '2026-11-24']),
          ),
        ),
      )
    case 'address':
      return fc.oneof(single(fc.constantFrom(...networks).map(literal)), lists(wildcards(worldAddresses)))
    case 'mac':
      return lists(
        fc.oneof(fc.constantFrom(...worldMacs, '001B.213C.4D5E').map(literal), wildcards(worldMacs)),
      )
    case 'boolean':
      return fc.record({
        operator: equality,
        values: fc.constantFrom('yes', 'no').map((word) => [literal(word)]),
      })
    case 'json':
      return fc.oneof(
        single(fc.constantFrom(...facts).map(literal)),
        lists(fc.oneof(fc.constantFrom(...facts).map(literal), wildcards(facts.slice(0, 5)))),
      )
  }
}

const familyPaths = [
  ['cluster'],
  ['cores'],
  ['up'],
  ['boot'],
  ['lab', 'cores'],
  ['os', 'name'],
  ['lab', 'os', 'version'],
  ['cores', 'total'],
  ['0'],
  ['odd key'],
  ['lab'],
]

/** A field of the subject, or of what its relations lead to, with values that the world has. */
function comparisons(subject: Subject, depth = 0): fc.Arbitrary<Comparison> {
  const make = (path: readonly string[], right: fc.Arbitrary<Right>): fc.Arbitrary<Comparison> =>
    right.map((each) => ({ is: 'comparison', path, pathSpan: span, span, ...each }))
  const own = subject.fields.map((field) => make([field.name], rightSide(field)))
  const open = subject.families.flatMap((family) =>
    familyPaths.map((path) => make([family.name, ...path], rightSide(family.field(path)))),
  )
  const names = [...subject.fields, ...subject.relations].map((each) => each.name)
  const has = make(
    ['has'],
    lists(
      fc
        .constantFrom(...names, ...(subject.families.length > 0 ? ['fact.cluster', 'custom.lab'] : []))
        .map(literal),
    ),
  )
  const choices = [
    { weight: 12, arbitrary: fc.oneof(...own) },
    { weight: 1, arbitrary: has },
  ]
  if (open.length > 0) choices.push({ weight: 4, arbitrary: fc.oneof(...open) })
  if (depth < 2) {
    for (const relation of subject.relations) {
      const inner = comparisons(subjects[relation.to], depth + 1).filter((each) => each.path[0] !== 'has')
      choices.push({
        weight: 1,
        arbitrary: inner.map((each) => ({ ...each, path: [relation.name, ...each.path] })),
      })
    }
  }
  return fc.oneof(...choices)
}

const words: fc.Arbitrary<Query> = fc
  .oneof(
    fc
      .constantFrom(
        ...texts.filter(Boolean),
        'we',
        '0.0',
        '1b:21',
        '001b.213c.4d5e',
        '10.0.0.0/24',
        'FE80::1',
      )
      .map(literal),
    wildcards(texts),
  )
  .filter((each) => each.pieces.some((piece) => 'literal' in piece))
  .map((each) => ({ is: 'word', pattern: each, span }))

const grouped = (is: 'and' | 'or', items: Query[]): Query => ({
  is,
  items: items.flatMap((item) => (item.is === is ? item.items : [item])),
  span,
})

/** Queries about devices or hosts that resolve, in the parser's normal form. */
export function queries(subject: Subject): fc.Arbitrary<Query> {
  const leaf = fc.oneof({ weight: 6, arbitrary: comparisons(subject) }, { weight: 1, arbitrary: words })
  return fc.letrec<{ query: Query }>((tie) => ({
    query: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      leaf,
      tie('query').map((item): Query => ({ is: 'not', item, span })),
      fc.array(tie('query'), { minLength: 2, maxLength: 3 }).map((items) => grouped('and', items)),
      fc.array(tie('query'), { minLength: 2, maxLength: 3 }).map((items) => grouped('or', items)),
    ),
  })).query
}

const anyText = fc
  .string({ unit: 'grapheme', maxLength: 12 })
  .filter((text) => text.isWellFormed() && !/\p{Cc}/u.test(text))
const anyPattern = fc
  .array(
    fc.oneof(
      anyText.map((each): Piece => ({ literal: each })),
      fc.constantFrom<Piece>({ wild: '*' }, { wild: '?' }),
    ),
    { maxLength: 4 },
  )
  .map(pattern)
const name = fc.stringMatching(/^[a-z_][a-z0-9_-]{0,6}$/)

/** Any query that can be written, whether or not its fields exist. */
export function anyQuery(): fc.Arbitrary<Query> {
  const plain = anyText.map(literal)
  const value = fc.oneof(
    anyPattern,
    fc.tuple(plain, plain).map(([low, high]) => range(low, high)),
    plain.map((low) => range(low, undefined)),
  )
  const comparison: fc.Arbitrary<Query> = fc
    .record({
      path: fc
        .tuple(name, fc.array(fc.oneof(name, anyText.filter(Boolean)), { maxLength: 2 }))
        .map(([first, rest]) => [first, ...rest]),
      operator: anyOperator,
      values: fc.array(value, { minLength: 1, maxLength: 3 }),
    })
    .map((each) => ({ is: 'comparison', pathSpan: span, span, ...each }))
  const word: fc.Arbitrary<Query> = anyPattern
    .filter((each) => each.pieces.some((piece) => 'literal' in piece))
    .map((each) => ({ is: 'word', pattern: each, span }))
  return fc.letrec<{ query: Query }>((tie) => ({
    query: fc.oneof(
      { depthSize: 'small' },
      comparison,
      word,
      tie('query').map((item): Query => ({ is: 'not', item, span })),
      fc.array(tie('query'), { minLength: 2, maxLength: 3 }).map((items) => grouped('and', items)),
      fc.array(tie('query'), { minLength: 2, maxLength: 3 }).map((items) => grouped('or', items)),
    ),
  })).query
}
