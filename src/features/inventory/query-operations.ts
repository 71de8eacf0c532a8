import { z } from 'zod'
import { queryFields } from '#features/inventory/custom-field-queries.ts'
import { operation, type AnyOperation } from '#features/operation.ts'
import { fieldHelp } from '#query/field-help.ts'
import { fieldValues } from '#query/field-values.ts'
import { completeQuery, quoteIfNeeded } from '#query/complete-query.ts'

const Subject = z.enum(['device', 'host', 'server']).default('device').describe('What the query is about.')

const Suggestion = z.object({
  kind: z.enum(['field', 'relation', 'operator', 'value', 'keyword']),
  text: z.string(),
  detail: z.string(),
})

/** How many values of a column are offered. */
const valuesOffered = 20

/** Help with writing queries. */
export const queryOperations: readonly AnyOperation[] = [
  operation({
    name: 'query.complete',
    summary: 'Tell what may stand at a place in a query.',
    http: 'GET /query/complete',
    effect: 'read',
    permission: 'inventory.read',
    input: z.object({
      subject: Subject,
      q: z.string().max(8_000).default(''),
      position: z.number().int().min(0).exactOptional().describe('0-based; the end when left out.'),
    }),
    output: z.object({
      from: z.number().int(),
      to: z.number().int(),
      candidates: z.array(Suggestion).describe('What replaces the text from `from` to `to`.'),
    }),
    cli: { arguments: ['q'] },
    async run({ db, reports, actor }, { subject, q, position }) {
      const { lookup, ...completion } = completeQuery(q, position ?? q.length, subject, await queryFields(db))
      if (lookup === undefined) return { ...completion, candidates: [...completion.candidates] }
      const { column, prefix } = lookup
      const { rows } = await fieldValues(column, prefix, valuesOffered, actor.tags).execute(reports)
      const values = rows.map(({ value }) => ({
        kind: 'value' as const,
        text: quoteIfNeeded(value),
        detail: lookup.field,
      }))
      return { ...completion, candidates: [...completion.candidates, ...values] }
    },
  }),
  operation({
    name: 'query.fields',
    summary: 'Tell every field that a query can ask about.',
    http: 'GET /query/fields',
    effect: 'read',
    permission: 'inventory.read',
    input: z.object({ subject: Subject }),
    output: z.object({
      fields: z.array(
        z.object({
          name: z.string(),
          aliases: z.array(z.string()),
          type: z.string(),
          summary: z.string(),
          values: z.array(z.string()).describe('The words that can stand there, where there are only some.'),
        }),
      ),
    }),
    cli: { arguments: ['subject'] },
    run: async (_call, { subject }) => ({
      fields: fieldHelp(subject).map((field) => ({
        ...field,
        aliases: [...field.aliases],
        values: [...field.values],
      })),
    }),
  }),
]
