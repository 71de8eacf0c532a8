import { z } from 'zod'
import { listSenders } from '#features/ingest/sender-queries.ts'
import { refusals, type Reason } from '#features/ingest/tally.ts'
import { operation, type AnyOperation } from '#features/operation.ts'
import { decodeCursor, pageInput, pageOf, toPage } from '#features/page.ts'

const Sender = z.object({
  sender: z.string().describe('The token, the person, or the page.'),
  way: z.string().describe('How it sends.'),
  messages: z.number().int(),
  samples: z.number().int(),
  mapped: z.number().int().describe('Samples that became a known metric, or a part of one.'),
  kept: z.number().int().describe('Samples kept under their own names.'),
  leftOut: z.number().int().describe('Samples that nobody needs; `leftOutBy` says which.'),
  refused: z.number().int(),
  servers: z.number().int().describe('Servers it told of since this process began.'),
  leftOutBy: z.record(z.string(), z.number().int()),
  refusedBy: z.array(
    z.object({ reason: z.string(), count: z.number().int(), example: z.string(), remedy: z.string() }),
  ),
  firstAt: z.string(),
  lastAt: z.string(),
})

/** What other agents send. */
export const ingestOperations: readonly AnyOperation[] = [
  operation({
    name: 'ingest.status',
    summary: 'Show who sends metrics, what became of them, and why some were refused.',
    http: 'GET /ingest',
    effect: 'read',
    permission: 'system.read',
    paged: true,
    input: z.object(pageInput),
    output: pageOf(Sender),
    cli: {
      columns: ['sender', 'way', 'samples', 'mapped', 'kept', 'leftOut', 'refused', 'servers', 'lastAt'],
    },
    async run({ db, actor }, { limit, cursor }) {
      // Names of senders and examples tell of servers: not for whoever sees only some of them.
      if (actor.tags !== undefined) return { items: [], nextCursor: null }
      const after = cursor === undefined ? undefined : decodeCursor(cursor, z.tuple([z.string(), z.string()]))
      const rows = await listSenders(db, { after, limit: limit + 1 })
      return toPage(
        rows.map(({ left_out, reasons, first_at, last_at, ...row }) => ({
          ...row,
          leftOut: left_out,
          leftOutBy: reasons.leftOut,
          refusedBy: Object.entries(reasons.refused).map(([reason, refused]) => ({
            reason,
            ...refused,
            remedy: refusals[reason as Reason] ?? '',
          })),
          firstAt: first_at,
          lastAt: last_at,
        })),
        limit,
        ({ sender, way }) => [sender, way],
      )
    },
  }),
]
