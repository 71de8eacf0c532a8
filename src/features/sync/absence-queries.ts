import { sql } from 'kysely'
import type { Engine } from '#database/migration.ts'
import type { Database, Transaction } from '#database/schema.ts'
import { idsIn } from '#features/inventory/device-state-queries.ts'
import type { RunState, SourceIdentity } from '#features/sync/run-state.ts'

const pageSize = 5_000

const recordsOf = (db: Database, source: Pick<SourceIdentity, 'system' | 'name'>) =>
  db
    .selectFrom('source_records')
    .where('source_system', '=', source.system)
    .where('source_identifier', '=', source.name)

/** How many records of the source are held: not known to be away. Both counts come out of an index. */
export async function countHeld(db: Database, source: SourceIdentity): Promise<number> {
  const count = (query: ReturnType<typeof recordsOf>) =>
    query.select((eb) => eb.fn.countAll<number>().as('count')).executeTakeFirstOrThrow()
  const all = await count(recordsOf(db, source))
  const away = await count(recordsOf(db, source).where('last_run_id', 'is not', null))
  return Number(all.count) - Number(away.count)
}

/** The held records that the run did not see. */
export async function findUnseen(db: Database, run: RunState): Promise<number[]> {
  const unseen: number[] = []
  let after = 0
  for (;;) {
    const rows = await recordsOf(db, run.source)
      .where('last_run_id', 'is', null)
      .where('id', '>', after)
      .select(['id', 'source_id'])
      .orderBy('id')
      .limit(pageSize)
      .execute()
    for (const row of rows) if (!run.seen.has(row.source_id)) unseen.push(row.id)
    if (rows.length < pageSize) return unseen
    after = rows.at(-1)!.id
  }
}

/**
 * Notes that records are away: the last run that held them is the newest complete one before this, or the one that
 * last changed them. With `isProved` they are missing, too.
 */
export async function markAway(
  transaction: Transaction,
  engine: Engine,
  run: Pick<RunState, 'id' | 'completeBefore'>,
  ids: readonly number[],
  isProved: boolean,
): Promise<void> {
  const latest = sql.raw(engine === 'sqlite' ? 'max' : 'greatest')
  await transaction
    .updateTable('source_records')
    .set({
      last_run_id: sql<number>`${latest}(changed_run_id, ${sql.lit(run.completeBefore)})`,
      ...(isProved ? { missing_run_id: run.id } : {}),
    })
    .where(idsIn(engine, 'id', ids))
    .execute()
}

/** A run whose absent records wait for a person, and the complete one before it. */
export interface WaitingRun {
  id: number
  source: Pick<SourceIdentity, 'system' | 'name'>
  completeBefore: number
}

/**
 * Records that the run was the first complete one not to hold, that nobody has decided about, and that no run has seen
 * since.
 */
export const waitingRecords = (db: Database, { id, source, completeBefore }: WaitingRun) =>
  recordsOf(db, source)
    .where('last_run_id', 'is not', null)
    .where('missing_run_id', 'is', null)
    .where('last_run_id', '>=', completeBefore)
    .where('last_run_id', '<', id)
    .select('id')
    .orderBy('id')
