import { z } from 'zod'
import { decideReviews } from '#features/devices/decide-reviews.ts'
import { reviewText } from '#features/devices/review-text.ts'
import { undoReviews } from '#features/devices/undo-reviews.ts'
import { countReviews, findReview, listReviews } from '#features/identity/review-list-queries.ts'
import { reviewKinds } from '#features/identity/review-queries.ts'
import { Review, reviewDecisions, ReviewOutcome } from '#features/identity/review-shapes.ts'
import { operation, type AnyOperation } from '#features/operation.ts'
import { decodeCursor, pageInput, pageOf, toPage } from '#features/page.ts'

const ReviewId = z.number().int().positive()

/** How many reviews may be decided at once. */
const decidedAtMost = 500

/** Pairs of records of which rules cannot say whether they are one machine, and people can. */
export const reviewOperations: readonly AnyOperation[] = [
  operation({
    name: 'review.list',
    summary: 'List pairs of records that may or may not be one machine, the likeliest first.',
    http: 'GET /reviews',
    effect: 'read',
    permission: 'inventory.read',
    paged: true,
    input: z.object({
      ...pageInput,
      kind: z.enum(reviewKinds).exactOptional(),
      source: z.string().exactOptional().describe('Only with a record of this source on either side.'),
      q: z.string().max(200).exactOptional().describe('Text in either device or record.'),
      resolved: z.boolean().default(false).describe('Those that are decided already, instead.'),
    }),
    output: pageOf(Review),
    cli: { columns: ['id', 'kind', 'score', 'left.name', 'left.source', 'right.name', 'right.source'] },
    async run({ db, engine, actor }, { limit, cursor, ...filter }) {
      const position =
        cursor === undefined ? undefined : decodeCursor(cursor, z.tuple([z.number(), z.number()]))
      const after = position && { score: position[0], id: position[1] }
      const [reviews, total] = await Promise.all([
        listReviews(db, engine, actor, filter, { after, limit: limit + 1 }),
        after === undefined ? countReviews(db, actor, filter) : undefined,
      ])
      const page = toPage(reviews, limit, ({ score, id }) => [score, id])
      return { ...page, ...(total === undefined ? {} : { total }) }
    },
  }),
  operation({
    name: 'review.show',
    summary: 'Show a pair of records side by side, with what agrees and what differs.',
    http: 'GET /reviews/:id',
    effect: 'read',
    permission: 'inventory.read',
    input: z.object({ id: ReviewId }),
    output: Review,
    cli: { arguments: ['id'], show: reviewText },
    run: ({ db, engine, actor }, { id }) => findReview(db, engine, actor, id),
  }),
  operation({
    name: 'review.decide',
    summary:
      'Say of pairs of records that they are one machine (merge), never are (apart), or no longer (split).',
    http: 'POST /reviews/decide',
    effect: 'change',
    permission: 'inventory.change',
    input: z.object({
      decision: z.enum(reviewDecisions),
      ids: z.array(ReviewId).min(1).max(decidedAtMost),
      reason: z.string().trim().max(1_000).exactOptional(),
    }),
    output: z.object({
      decided: z.number().int(),
      items: z.array(ReviewOutcome).describe('What became of each, in the order given.'),
    }),
    cli: { arguments: ['decision', 'ids'] },
    async run(call, { ids, decision, reason }, signal) {
      const items = await decideReviews(call, ids, decision, reason || null, signal)
      return { decided: items.filter((item) => item.done).length, items }
    },
  }),
  operation({
    name: 'review.undo',
    summary:
      'Take back what was decided of pairs of records: merges are undone, splits joined, and they wait again.',
    http: 'POST /reviews/undo',
    effect: 'change',
    permission: 'inventory.change',
    input: z.object({ ids: z.array(ReviewId).min(1).max(decidedAtMost) }),
    output: z.object({
      undone: z.number().int(),
      items: z.array(ReviewOutcome).describe('What became of each, in the order given.'),
    }),
    cli: { arguments: ['ids'] },
    async run(call, { ids }, signal) {
      const items = await undoReviews(call, ids, signal)
      return { undone: items.filter((item) => item.done).length, items }
    },
  }),
]
