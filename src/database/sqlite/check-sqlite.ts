import { Kysely, sql } from 'kysely'
import type { Schema } from '#database/schema.ts'
import { sqliteDialect } from '#database/sqlite/sqlite-dialect.ts'
import { SqliteReportDriver } from '#database/sqlite/sqlite-report-driver.ts'

/** What is in a SQLite file, and everything that is wrong with it. */
export interface SqliteCheck {
  complaints: string[]
  /** Names of its migrations; empty where it is not one of ours. */
  migrations: string[]
  /** Rows of each table. */
  tables: Record<string, number>
  /** What a backup keeps of itself. */
  backup: { seal: string; manifest: string } | undefined
}

/** Where a backup keeps what it says of itself; a restored database has it no more. */
export const manifestTable = 'rollcall_backup'

/** Reads all of a file and checks it, in a process of its own: minutes on a large file. */
export async function checkSqlite(path: string, signal: AbortSignal): Promise<SqliteCheck> {
  const db = new Kysely<Schema>({
    dialect: sqliteDialect(() => new SqliteReportDriver(path, 1)),
  })
  const ask = async <Row>(text: string): Promise<Row[]> =>
    (await db.executeQuery<Row>(sql<Row>`${sql.raw(text)}`.compile(db), { signal })).rows
  try {
    const complaints = await faults(ask)
    const names = (await ask<{ name: string }>(tableNames)).map((row) => row.name)
    const tables: Record<string, number> = {}
    for (const name of names) {
      const [count] = await ask<{ rows: number }>(`select count(*) as rows from "${name}"`)
      if (name !== manifestTable) tables[name] = count!.rows
    }
    const migrations = names.includes('schema_migrations')
      ? await ask<{ name: string }>('select name from schema_migrations order by name')
      : []
    const backup = names.includes(manifestTable)
      ? await ask<{ seal: string; manifest: string }>(`select seal, manifest from ${manifestTable}`)
      : []
    return {
      complaints,
      migrations: migrations.map((row) => row.name),
      tables,
      backup: backup[0],
    }
  } finally {
    await db.destroy()
  }
}

const tableNames = `select name from pragma_table_list
  where schema = 'main' and type = 'table' and name not like 'sqlite_%' order by name`

type Ask = <Row>(text: string) => Promise<Row[]>

async function faults(ask: Ask): Promise<string[]> {
  const integrity = await ask<{ integrity_check: string }>('pragma integrity_check(10)')
  const broken = integrity.map((row) => row.integrity_check).filter((text) => text !== 'ok')
  if (broken.length > 0) return broken
  const keys = await ask<{ table: string; rowid: number; parent: string }>('pragma foreign_key_check')
  return keys.slice(0, 10).map((row) => `row ${row.rowid} of ${row.table} points at nothing in ${row.parent}`)
}
