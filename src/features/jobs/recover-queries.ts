import type { Engine } from '#database/migration.ts'
import type { Database, JobRowsTable, Transaction } from '#database/schema.ts'
import { idIn } from '#features/jobs/control-queries.ts'
import type { Selectable } from 'kysely'

/** Nodes that have rows or jobs in work. */
export async function nodesInWork(db: Database): Promise<string[]> {
  const rows = await db
    .selectFrom('job_rows')
    .select('node_id')
    .distinct()
    .where('status', '=', 'processing')
    .where('node_id', 'is not', null)
    .execute()
  const jobs = await db
    .selectFrom('jobs')
    .select('node_id')
    .distinct()
    .where('status', 'in', ['pending', 'running', 'paused'])
    .where('node_id', 'is not', null)
    .execute()
  return [...new Set([...rows, ...jobs].map(({ node_id: node }) => node!))]
}

export type LostRow = Pick<
  Selectable<JobRowsTable>,
  'id' | 'job_id' | 'row_number' | 'row_key' | 'attempt' | 'interruptions'
> & { effect: string }

/** Some rows that a node has in work, held until the transaction ends. */
export async function lostRows(
  transaction: Transaction,
  engine: Engine,
  node: string,
  limit: number,
): Promise<LostRow[]> {
  let query = transaction
    .selectFrom('job_rows')
    .select(['id', 'job_id', 'row_number', 'row_key', 'attempt', 'interruptions'])
    .where('node_id', '=', node)
    .where('status', '=', 'processing')
    .orderBy('id')
    .limit(limit)
  if (engine === 'postgres') query = query.forUpdate().skipLocked()
  const rows = await query.execute()
  if (rows.length === 0) return []
  const jobs = await transaction
    .selectFrom('jobs')
    .select(['id', 'effect'])
    .where(
      idIn(
        engine,
        'id',
        rows.map((row) => row.job_id),
      ),
    )
    .execute()
  const effects = new Map(jobs.map(({ id, effect }) => [id, effect]))
  return rows.map((row) => ({ ...row, effect: effects.get(row.job_id) ?? 'once' }))
}

/** Sets the same in rows that were lost, and takes them from their node. */
export async function settleLost(
  transaction: Transaction,
  engine: Engine,
  rows: readonly LostRow[],
  set: Partial<Selectable<JobRowsTable>>,
): Promise<void> {
  if (rows.length === 0) return
  await transaction
    .updateTable('job_rows')
    .set((eb) => ({
      node_id: null,
      lease_token: null,
      interruptions: eb('interruptions', '+', 1),
      ...set,
    }))
    .where(
      idIn(
        engine,
        'id',
        rows.map((row) => row.id),
      ),
    )
    .where('status', '=', 'processing')
    .execute()
}

/** Takes jobs that a node prepared or ended from it. */
export async function freeJobs(db: Database, node: string): Promise<void> {
  await db
    .updateTable('jobs')
    .set({ node_id: null })
    .where('node_id', '=', node)
    .where('status', 'in', ['pending', 'running', 'paused'])
    .execute()
}
