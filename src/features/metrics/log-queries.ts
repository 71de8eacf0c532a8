import { sql } from 'kysely'
import type { Database, Transaction } from '#database/schema.ts'
import type { Engine } from '#database/migration.ts'

/** Resolves with the number of the group when it is on disk. */
export async function insertGroup(db: Database | Transaction, payload: Buffer): Promise<number> {
  const { id } = await db
    .insertInto('metrics_log')
    .values({ payload })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

/** Groups after a number, in order. */
export const groupsAfter = (db: Database, after: number, limit: number) =>
  db
    .selectFrom('metrics_log')
    .select(['id', 'payload'])
    .where('id', '>', after)
    .orderBy('id')
    .limit(limit)
    .execute()

export const groupsByIds = (db: Database, ids: readonly number[]) =>
  db.selectFrom('metrics_log').select(['id', 'payload']).where('id', 'in', ids).orderBy('id').execute()

export async function idsAfter(db: Database, after: number): Promise<number[]> {
  const rows = await db.selectFrom('metrics_log').select('id').where('id', '>', after).orderBy('id').execute()
  return rows.map(({ id }) => id)
}

/** On PostgreSQL: the oldest transaction that still runs, and the first that has not begun. */
export async function runningTransactions(
  db: Database,
  engine: Engine,
): Promise<{ oldest: bigint; next: bigint }> {
  if (engine === 'sqlite') return { oldest: 0n, next: 0n }
  const { rows } = await sql<{ oldest: string; next: string }>`
    select pg_snapshot_xmin(pg_current_snapshot())::text as oldest,
      pg_snapshot_xmax(pg_current_snapshot())::text as next`.execute(db)
  return { oldest: BigInt(rows[0]!.oldest), next: BigInt(rows[0]!.next) }
}

/** How many groups there are, and their bytes. */
export async function measureLog(db: Database): Promise<{ rows: number; bytes: number }> {
  const { rows, bytes } = await db
    .selectFrom('metrics_log')
    .select(({ fn }) => [
      fn.countAll().as('rows'),
      sql<number | null>`sum(octet_length(payload))`.as('bytes'),
    ])
    .executeTakeFirstOrThrow()
  return { rows: Number(rows), bytes: Number(bytes ?? 0) }
}

/** Deletes up to a number; the newest group stays, so that numbers never begin anew. */
export async function deleteGroups(transaction: Transaction, upTo: number, limit: number): Promise<number> {
  const newest = await transaction
    .selectFrom('metrics_log')
    .select(({ fn }) => fn.max('id').as('id'))
    .executeTakeFirst()
  const { numDeletedRows } = await transaction
    .deleteFrom('metrics_log')
    .where('id', 'in', ({ selectFrom }) =>
      selectFrom('metrics_log')
        .select('id')
        .where('id', '<=', upTo)
        .where('id', '<', newest?.id ?? 0)
        .orderBy('id')
        .limit(limit),
    )
    .executeTakeFirst()
  return Number(numDeletedRows)
}
