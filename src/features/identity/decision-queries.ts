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
 * Writes what was decided of pairs of records in one go; what was decided of them otherwise ends, and what was decided
 * so already stays. Gives the new ones and those that ended, and the act that the new ones share.
 */
export async function decide(
  transaction: Transaction,
  { engine, now, by }: Pick<Authorship, 'engine' | 'now' | 'by'>,
  kind: DecisionKind,
  pairs: readonly (readonly [number, number])[],
  reason: string | null,
): Promise<{ act: number | null; made: number[]; ended: number[] }> {
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
      act: made[0]!,
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
  return { act: made[0] ?? null, made, ended }
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

/** The decisions of an act that hold now. */
const decisionsOfAct = (db: Database, act: number) =>
  db
    .selectFrom('identity_decisions')
    .select(['id', 'left_record_id as left', 'right_record_id as right'])
    .where('act', '=', act)
    .where('undone_at', 'is', null)
    .orderBy('id')
    .execute()

/** What was decided of the same pairs until an act decided otherwise. */
async function endedByAct(db: Database, act: number): Promise<number[]> {
  const rows = await db
    .selectFrom('identity_decisions as made')
    .innerJoin('identity_decisions as before', (join) =>
      join
        .onRef('before.left_record_id', '=', 'made.left_record_id')
        .onRef('before.right_record_id', '=', 'made.right_record_id')
        .onRef('before.undone_at', '=', 'made.decided_at')
        .onRef('before.undone_by', '=', 'made.decided_by'),
    )
    .select('before.id')
    .where('made.act', '=', act)
    .execute()
  return rows.map((row) => row.id)
}

/**
 * Takes back all that was decided in one go: what it had overruled holds again. Gives the decisions that held until
 * now, and the records that they were about.
 */
export async function endAct(
  transaction: Transaction,
  author: Pick<Authorship, 'engine' | 'now' | 'by'>,
  act: number,
): Promise<{ ended: number[]; records: number[] }> {
  const decisions = await decisionsOfAct(transaction, act)
  const before = await endedByAct(transaction, act)
  const ids = decisions.map(({ id }) => id)
  const ended = await endDecisions(transaction, author, ids, author.by)
  await holdDecisionsAgain(transaction, author.engine, before)
  return { ended, records: [...new Set(decisions.flatMap(({ left, right }) => [left, right]))] }
}
