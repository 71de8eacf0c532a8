import type { Engine } from '#database/migration.ts'
import type { Database } from '#database/schema.ts'
import { loadSides, pairConditions } from '#features/identity/record-pair-queries.ts'
import type { PairFilter } from '#features/identity/record-pair-queries.ts'
import type { DecisionKind } from '#features/identity/decision-queries.ts'
import type { DecisionShape } from '#features/identity/review-shapes.ts'
import type { Actor } from '#model/actor.ts'

export interface DecisionFilter extends PairFilter {
  kind?: DecisionKind | undefined
  /** Also those that were undone. */
  undone?: boolean | undefined
  id?: number | undefined
}

/** What people decided of records that the viewer may see, the newest first. */
export async function listDecisions(
  db: Database,
  engine: Engine,
  viewer: Pick<Actor, 'tags'>,
  filter: DecisionFilter,
  page: { before?: number | undefined; limit: number },
): Promise<DecisionShape[]> {
  let query = db.selectFrom('identity_decisions').selectAll().orderBy('id', 'desc').limit(page.limit)
  for (const condition of pairConditions(db, 'identity_decisions', viewer, filter))
    query = query.where(condition)
  if (page.before !== undefined) query = query.where('id', '<', page.before)
  if (filter.id !== undefined) query = query.where('id', '=', filter.id)
  if (filter.kind !== undefined) query = query.where('kind', '=', filter.kind)
  if (filter.undone !== true) query = query.where('undone_at', 'is', null)
  const rows = await query.execute()
  const sides = await loadSides(db, engine, [
    ...new Set(rows.flatMap((row) => [row.left_record_id, row.right_record_id])),
  ])
  return rows.flatMap((row) => {
    const [left, right] = [sides.get(row.left_record_id), sides.get(row.right_record_id)]
    if (!left || !right) return []
    return [
      {
        id: row.id,
        act: row.act,
        kind: row.kind as DecisionKind,
        left: left.shown,
        right: right.shown,
        reason: row.reason,
        decidedBy: row.decided_by,
        decidedAt: row.decided_at,
        undoneAt: row.undone_at,
        undoneBy: row.undone_by,
      },
    ]
  })
}

/** The merge that made a decision and still holds. */
export async function mergeOfDecision(db: Database, id: number): Promise<number | undefined> {
  const rows = await db
    .selectFrom('identity_decisions')
    .innerJoin('device_merges', (join) =>
      join
        .onRef('device_merges.merged_by', '=', 'identity_decisions.decided_by')
        .onRef('device_merges.merged_at', '=', 'identity_decisions.decided_at'),
    )
    .select(['device_merges.id', 'device_merges.before'])
    .where('identity_decisions.id', '=', id)
    .where('device_merges.undone_at', 'is', null)
    .execute()
  const isOf = (before: string) => (JSON.parse(before) as { decisions: number[] }).decisions.includes(id)
  return rows.find((row) => isOf(row.before))?.id
}
