import { reserveIds, bulkInsert } from '#database/bulk.ts'
import type { Engine } from '#database/migration.ts'
import type { Database, Transaction } from '#database/schema.ts'
import { idsIn } from '#features/inventory/device-state-queries.ts'
import type { Authorship } from '#features/inventory/save-devices.ts'

export type DecisionKind = 'same' | 'apart'

/** Two records that are one machine, or that never are, as a person said. */
export interface Decision {
  id: number
  kind: DecisionKind
  left: number
  right: number
}

const pairName = (left: number, right: number): string =>
  left < right ? `${left} ${right}` : `${right} ${left}`

/** The decisions among these records that hold now. */
export async function decisionsAmong(
  db: Database,
  engine: Engine,
  records: readonly number[],
): Promise<Decision[]> {
  if (records.length === 0) return []
  const rows = await db
    .selectFrom('identity_decisions')
    .select(['id', 'kind', 'left_record_id as left', 'right_record_id as right'])
    .where('undone_at', 'is', null)
    .where(idsIn(engine, 'left_record_id', records))
    .where(idsIn(engine, 'right_record_id', records))
    .orderBy('id')
    .execute()
  return rows.map((row) => ({ ...row, kind: row.kind as DecisionKind }))
}

/**
 * Writes what was decided of pairs of records; what was decided of them otherwise ends, and what was decided so
 * already stays. Gives the new ones and those that ended.
 */
export async function decide(
  transaction: Transaction,
  { engine, now, by }: Pick<Authorship, 'engine' | 'now' | 'by'>,
  kind: DecisionKind,
  pairs: readonly (readonly [number, number])[],
  reason: string | null,
): Promise<{ made: number[]; ended: number[] }> {
  const wanted = new Map(
    pairs.filter(([left, right]) => left !== right).map((pair) => [pairName(...pair), pair]),
  )
  const before = (await decisionsAmong(transaction, engine, [...new Set(pairs.flat())])).filter((each) =>
    wanted.has(pairName(each.left, each.right)),
  )
  const ended = before.filter((each) => each.kind !== kind).map((each) => each.id)
  await endDecisions(transaction, { engine, now }, ended, by)
  for (const each of before) if (each.kind === kind) wanted.delete(pairName(each.left, each.right))
  const made = await reserveIds(transaction, engine, 'identity_decisions', wanted.size)
  await bulkInsert(
    transaction,
    engine,
    'identity_decisions',
    [...wanted.values()].map(([one, other], index) => ({
      id: made[index]!,
      kind,
      left_record_id: Math.min(one, other),
      right_record_id: Math.max(one, other),
      reason,
      decided_by: by,
      decided_at: now,
      undone_at: null,
      undone_by: null,
    })),
  )
  return { made, ended }
}

/** Ends decisions; gives those that held until now. */
export async function endDecisions(
  transaction: Transaction,
  { engine, now }: Pick<Authorship, 'engine' | 'now'>,
  ids: readonly number[],
  by: string,
): Promise<number[]> {
  if (ids.length === 0) return []
  const rows = await transaction
    .updateTable('identity_decisions')
    .set({ undone_at: now, undone_by: by })
    .where(idsIn(engine, 'id', ids))
    .where('undone_at', 'is', null)
    .returning('id')
    .execute()
  return rows.map((row) => row.id)
}

/** Lets decisions hold again that a merge had ended, unless something else was decided of the same records since. */
export async function holdDecisionsAgain(
  transaction: Transaction,
  engine: Engine,
  ids: readonly number[],
): Promise<void> {
  if (ids.length === 0) return
  await transaction
    .updateTable('identity_decisions')
    .set({ undone_at: null, undone_by: null })
    .where(idsIn(engine, 'id', ids))
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('identity_decisions as other')
            .select('other.id')
            .whereRef('other.left_record_id', '=', 'identity_decisions.left_record_id')
            .whereRef('other.right_record_id', '=', 'identity_decisions.right_record_id')
            .where('other.undone_at', 'is', null),
        ),
      ),
    )
    .execute()
}

/** The decisions that were made in the moment in which a review was decided, by the same person. */
export async function decidedWith(db: Database, review: number): Promise<number[]> {
  const rows = await db
    .selectFrom('identity_reviews')
    .innerJoin('identity_decisions', (join) =>
      join
        .onRef('identity_decisions.decided_at', '=', 'identity_reviews.resolved_at')
        .onRef('identity_decisions.decided_by', '=', 'identity_reviews.resolved_by'),
    )
    .select('identity_decisions.id')
    .where('identity_reviews.id', '=', review)
    .where('identity_decisions.undone_at', 'is', null)
    .execute()
  return rows.map((row) => row.id)
}
