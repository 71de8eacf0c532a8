import { sql } from 'kysely'
import type { Context } from '#features/context.ts'
import type { Schema } from '#database/schema.ts'

type Part = Pick<Context, 'db' | 'engine'>

/** Tables that grow with the number of machines are counted; those that grow with time are estimated. */
const counted = ['devices', 'hosts', 'source_records', 'sync_runs', 'jobs', 'users'] as const
const estimated = ['sync_history', 'audit_logs', 'metrics'] as const

export interface TableSize {
  table: string
  rows: number
  isEstimate: boolean
}

/** How many rows the main tables have; quick on a large database, too. */
export async function tableSizes(part: Part): Promise<TableSize[]> {
  const sizes: TableSize[] = []
  for (const table of counted) sizes.push({ table, rows: await countAll(part, table), isEstimate: false })
  for (const table of estimated) sizes.push({ table, rows: await estimate(part, table), isEstimate: true })
  return sizes
}

async function countAll({ db }: Part, table: keyof Schema & string): Promise<number> {
  const { rows } = await sql<{ count: number }>`select count(*) as count from ${sql.table(table)}`.execute(db)
  return Number(rows[0]!.count)
}

/** By the span of its ids on SQLite, by what the planner knows on PostgreSQL. */
async function estimate({ db, engine }: Part, table: string): Promise<number> {
  const { rows } =
    engine === 'sqlite'
      ? await sql<{ rows: number | null }>`
          select (select max(id) from ${sql.table(table)}) - (select min(id) from ${sql.table(table)}) + 1 as rows`.execute(
          db,
        )
      : await sql<{ rows: number | null }>`
          select sum(greatest(reltuples, 0))::bigint as rows from pg_class
          where oid = to_regclass(${table}) or oid in (select inhrelid from pg_inherits where inhparent = to_regclass(${table}))`.execute(
          db,
        )
  return Number(rows[0]?.rows ?? 0)
}

/** Size of everything the database holds, free space inside of it included. */
export async function databaseBytes({ db, engine }: Part): Promise<number> {
  const { rows } =
    engine === 'sqlite'
      ? await sql<{
          bytes: number
        }>`select page_count * page_size as bytes from pragma_page_count, pragma_page_size`.execute(db)
      : await sql<{ bytes: number }>`select pg_database_size(current_database()) as bytes`.execute(db)
  return Number(rows[0]!.bytes)
}
