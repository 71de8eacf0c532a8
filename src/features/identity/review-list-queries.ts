import type { Engine } from '#database/migration.ts'
import type { Database } from '#database/schema.ts'
import { spellingsOf } from '#features/identity/key-spelling.ts'
import { evidenceInWords } from '#features/identity/link-evidence.ts'
import { loadSides, pairConditions } from '#features/identity/record-pair-queries.ts'
import type { PairFilter } from '#features/identity/record-pair-queries.ts'
import { compareSides } from '#features/identity/record-sides.ts'
import type { ReviewKind } from '#features/identity/review-queries.ts'
import type { Review } from '#features/identity/review-shapes.ts'
import { AppError } from '#kernel/errors.ts'
import type { Json } from '#kernel/json.ts'
import type { Actor } from '#model/actor.ts'

type Viewer = Pick<Actor, 'tags'>

export interface ReviewFilter extends PairFilter {
  kind?: ReviewKind | undefined
  resolved?: boolean | undefined
  id?: number | undefined
}

export interface ReviewPosition {
  score: number
  id: number
}

function selectReviews(db: Database, viewer: Viewer, filter: ReviewFilter) {
  let query = db.selectFrom('identity_reviews')
  for (const condition of pairConditions(db, 'identity_reviews', viewer, filter))
    query = query.where(condition)
  if (filter.id !== undefined) query = query.where('id', '=', filter.id)
  if (filter.kind !== undefined) query = query.where('kind', '=', filter.kind)
  if (filter.resolved !== undefined)
    query = query.where('resolved_at', filter.resolved ? 'is not' : 'is', null)
  return query
}

/** Reviews that the viewer may see, those that are most likely one machine first. */
export async function listReviews(
  db: Database,
  engine: Engine,
  viewer: Viewer,
  filter: ReviewFilter,
  page: { after?: ReviewPosition | undefined; limit: number },
): Promise<Review[]> {
  const { after } = page
  let query = selectReviews(db, viewer, filter)
  if (after)
    query = query.where((eb) =>
      eb.or([
        eb('score', '<', after.score),
        eb.and([eb('score', '=', after.score), eb('id', '>', after.id)]),
      ]),
    )
  const rows = await query.selectAll().orderBy('score', 'desc').orderBy('id').limit(page.limit).execute()
  const sides = await loadSides(db, engine, [
    ...new Set(rows.flatMap((row) => [row.left_record_id, row.right_record_id])),
  ])
  return rows.flatMap((row) => {
    const [left, right] = [sides.get(row.left_record_id), sides.get(row.right_record_id)]
    if (!left || !right) return []
    return [
      {
        id: row.id,
        kind: row.kind as ReviewKind,
        score: row.score,
        left: left.shown,
        right: right.shown,
        compared: compareSides(left.content, right.content),
        words: evidenceInWords(row.evidence, {
          isPair: true,
          spelled: spellingsOf([left.content.record, right.content.record]),
        }),
        evidence: JSON.parse(row.evidence) as Json,
        runId: row.run_id,
        createdAt: row.created_at,
        updatedAt: row.updated_at,
        resolvedAt: row.resolved_at,
        resolvedBy: row.resolved_by,
        resolution: row.resolution,
      },
    ]
  })
}

export async function countReviews(db: Database, viewer: Viewer, filter: ReviewFilter): Promise<number> {
  const { count } = await selectReviews(db, viewer, filter)
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return Number(count)
}

/** NOT_FOUND for one that is not there or that the viewer may not see. */
export async function findReview(db: Database, engine: Engine, viewer: Viewer, id: number): Promise<Review> {
  const [review] = await listReviews(db, engine, viewer, { id }, { limit: 1 })
  if (!review) throw new AppError('NOT_FOUND', `There is no review ${id}`)
  return review
}
