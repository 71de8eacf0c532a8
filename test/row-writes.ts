import { sql } from 'kysely'
import type { OpenDatabase } from '#database/open.ts'

/** How many rows were inserted, updated and deleted, by table. */
export type RowWrites = Record<string, number>

export interface WriteCounter {
  /** The counts so far; begins anew. */
  take(): Promise<RowWrites>
  /** Takes the triggers away. */
  stop(): Promise<void>
}

const events = ['insert', 'update', 'delete']

/** Counts every row that is written from now on, by triggers on every table. */
export async function countRowWrites({ db, engine }: OpenDatabase): Promise<WriteCounter> {
  await sql`create table written_rows (written_table text not null)`.execute(db)
  if (engine === 'postgres')
    await sql`create function note_written_row() returns trigger language plpgsql as
      $$ begin insert into written_rows values (tg_argv[0]); return null; end $$`.execute(db)
  const tables = await tablesOf({ db, engine })
  for (const table of tables) {
    for (const event of events) {
      const name = `written_${table}_${event}`
      const action =
        engine === 'sqlite'
          ? `begin insert into written_rows values ('${table}'); end`
          : `for each row execute function note_written_row('${table}')`
      await sql.raw(`create trigger ${name} after ${event} on ${table} ${action}`).execute(db)
    }
  }
  return {
    async take() {
      const { rows } = await sql<{ name: string; count: number }>`
        select written_table as name, count(*) as count from written_rows group by written_table order by written_table`.execute(
        db,
      )
      await sql`delete from written_rows`.execute(db)
      return Object.fromEntries(rows.map(({ name, count }) => [name, Number(count)] as const))
    },
    async stop() {
      for (const table of tables) {
        for (const event of events) {
          const on = engine === 'postgres' ? ` on ${table}` : ''
          await sql.raw(`drop trigger written_${table}_${event}${on}`).execute(db)
        }
      }
      await sql`drop table written_rows`.execute(db)
    },
  }
}

/** Partitioned tables carry the triggers of their parts; the parts of a full-text index are not rows of ours. */
async function tablesOf({ db, engine }: Pick<OpenDatabase, 'db' | 'engine'>): Promise<string[]> {
  const { rows } =
    engine === 'sqlite'
      ? await sql<{ name: string }>`
          select name from sqlite_master
          where type = 'table' and name not like 'sqlite_%' and name not like 'device_search%'
            and sql not like 'create virtual%'`.execute(db)
      : await sql<{ name: string }>`
          select relname as name from pg_class
          where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition`.execute(
          db,
        )
  return rows.map((row) => row.name).filter((name) => name !== 'written_rows')
}

/** What a run writes about itself. */
const bookkeeping = ['sync_runs', 'sync_metadata']

/** Rows that are not a run's own bookkeeping. */
export const withoutBookkeeping = (writes: RowWrites): RowWrites =>
  Object.fromEntries(Object.entries(writes).filter(([table]) => !bookkeeping.includes(table)))
