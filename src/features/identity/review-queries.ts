import { bulkInsert, bulkUpdate } from '#database/bulk.ts'
import type { Engine } from '#database/migration.ts'
import type { Database, Transaction } from '#database/schema.ts'
import { decisionsAmong } from '#features/identity/decision-queries.ts'
import { idsIn } from '#features/inventory/device-state-queries.ts'
import type { Authorship } from '#features/inventory/save-devices.ts'
import type { Json } from '#kernel/json.ts'
import { canonicalJson } from '#kernel/json.ts'

export const reviewKinds = ['maybe-same', 'clone', 'contradiction'] as const
export type ReviewKind = (typeof reviewKinds)[number]

/** Two records of which rules cannot say whether they are one machine. */
export interface NewReview {
  kind: ReviewKind
  left: number
  right: number
  /** 0 to 1: how much speaks for one machine. */
  score: number
  evidence: Json
}

/** Who resolves what is no longer in doubt. */
export const settledByItself = 'system:settled'

const subjectOf = ({ kind, left, right }: Pick<NewReview, 'kind' | 'left' | 'right'>): string =>
  `${kind} ${Math.min(left, right)} ${Math.max(left, right)}`

/**
 * Keeps open what rules cannot decide about these records, and closes what they could not decide before and now can.
 * What a person has decided is not asked again. Nothing unchanged is written.
 */
export async function saveReviews(
  transaction: Transaction,
  author: Authorship,
  reviews: readonly NewReview[],
  scope: readonly number[],
): Promise<void> {
  if (scope.length === 0) return
  const open = await openReviews(transaction, author.engine, scope)
  const decided = await decidedPairs(transaction, author.engine, reviews)
  const wanted = new Map(
    reviews
      .filter((review) => !decided.has(subjectOf({ ...review, kind: 'maybe-same' })))
      .map((review) => [subjectOf(review), review]),
  )
  const known = new Map(open.map((row) => [row.subject, row]))
  await closeReviews(
    transaction,
    author,
    open.filter((row) => !wanted.has(row.subject)).map((row) => row.id),
    { resolution: 'settled', by: settledByItself },
  )
  const updated = [...wanted].flatMap(([subject, { score, evidence }]) => {
    const row = known.get(subject)
    const text = canonicalJson(evidence)
    // PostgreSQL gives JSON in an order of its own.
    if (!row || (row.score === score && canonicalJson(JSON.parse(row.evidence)) === text)) return []
    return [{ id: row.id, score, evidence: text, updated_at: author.now }]
  })
  await bulkUpdate(transaction, author.engine, 'identity_reviews', ['id'], updated)
  await insertReviews(
    transaction,
    author,
    [...wanted].filter(([subject]) => !known.has(subject)),
  )
}

const insertReviews = (
  transaction: Transaction,
  author: Authorship,
  reviews: readonly [string, NewReview][],
) =>
  bulkInsert(
    transaction,
    author.engine,
    'identity_reviews',
    reviews.map(([subject, { kind, left, right, score, evidence }]) => ({
      kind,
      subject,
      left_record_id: Math.min(left, right),
      right_record_id: Math.max(left, right),
      score,
      evidence: canonicalJson(evidence),
      run_id: runOf(author.syncId),
      created_at: author.now,
      updated_at: author.now,
      resolved_at: null,
      resolved_by: null,
      resolution: null,
      act: null,
    })),
  )

export const runOf = (syncId: string): number | null => {
  const id = /^run:(\d+)$/.exec(syncId)?.[1]
  return id === undefined ? null : Number(id)
}

const openReviews = (transaction: Transaction, engine: Engine, records: readonly number[]) =>
  transaction
    .selectFrom('identity_reviews')
    .select(['id', 'subject', 'score', 'evidence'])
    .where('resolved_at', 'is', null)
    .where((eb) =>
      eb.or([idsIn(engine, 'left_record_id', records), idsIn(engine, 'right_record_id', records)]),
    )
    .execute()

/** Pairs of which a person has said what they are, as subjects. */
async function decidedPairs(
  transaction: Transaction,
  engine: Engine,
  reviews: readonly NewReview[],
): Promise<Set<string>> {
  const records = [...new Set(reviews.flatMap(({ left, right }) => [left, right]))]
  const decisions = await decisionsAmong(transaction, engine, records)
  return new Set(decisions.map(({ left, right }) => subjectOf({ kind: 'maybe-same', left, right })))
}

/** How a question was answered, by whom, and the act of those decisions that did. */
export interface Answer {
  resolution: string
  by: string
  act?: number | null | undefined
}

/** Closes reviews; gives those that were open until now. */
export async function closeReviews(
  transaction: Transaction,
  { engine, now }: Pick<Authorship, 'engine' | 'now'>,
  ids: readonly number[],
  { resolution, by, act = null }: Answer,
): Promise<number[]> {
  if (ids.length === 0) return []
  const rows = await transaction
    .updateTable('identity_reviews')
    .set({ resolved_at: now, resolved_by: by, resolution, act })
    .where(idsIn(engine, 'id', ids))
    .where('resolved_at', 'is', null)
    .returning('id')
    .execute()
  return rows.map((row) => row.id)
}

/** Closes what was in doubt between these records and those, because a person has said what they are. */
export async function resolveBetween(
  transaction: Transaction,
  author: Authorship,
  lefts: readonly number[],
  rights: readonly number[],
  answer: Omit<Answer, 'by'>,
): Promise<number[]> {
  if (lefts.length === 0 || rights.length === 0) return []
  const between = (left: readonly number[], right: readonly number[]) =>
    transaction
      .selectFrom('identity_reviews')
      .select('id')
      .where('resolved_at', 'is', null)
      .where(idsIn(author.engine, 'left_record_id', left))
      .where(idsIn(author.engine, 'right_record_id', right))
      .execute()
  const rows = [...(await between(lefts, rights)), ...(await between(rights, lefts))]
  const ids = rows.map((row) => row.id)
  return closeReviews(transaction, author, ids, { ...answer, by: author.by })
}

/** The reviews that an act answered. */
export async function answeredBy(db: Database, act: number): Promise<number[]> {
  const rows = await db.selectFrom('identity_reviews').select('id').where('act', '=', act).execute()
  return rows.map((row) => row.id)
}

/** The act that answered a review; null for one that a merge answered, or nobody. */
export async function actOf(db: Database, review: number): Promise<number | null> {
  const row = await db
    .selectFrom('identity_reviews')
    .select('act')
    .where('id', '=', review)
    .executeTakeFirst()
  return row?.act ?? null
}

/** Asks again what an undone decision had answered, unless it is asked anew already. */
export async function reopenReviews(
  transaction: Transaction,
  engine: Engine,
  ids: readonly number[],
): Promise<void> {
  if (ids.length === 0) return
  await transaction
    .updateTable('identity_reviews')
    .set({ resolved_at: null, resolved_by: null, resolution: null, act: null })
    .where(idsIn(engine, 'id', ids))
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('identity_reviews as other')
            .select('other.id')
            .whereRef('other.subject', '=', 'identity_reviews.subject')
            .where('other.resolved_at', 'is', null),
        ),
      ),
    )
    .execute()
}
