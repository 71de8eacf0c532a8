import { Kysely, sql } from 'kysely'
import type { Schema } from '#database/schema.ts'
import { sqliteDialect } from '#database/sqlite/sqlite-dialect.ts'
import { SqliteReportDriver } from '#database/sqlite/sqlite-report-driver.ts'

/** Pages given back between two breaths; each is one short write. */
const stepPages = 500

/** Index by index and page by page, in a process of its own, so that neither pages nor writes wait for long. */
export async function tidySqlite(path: string, signal: AbortSignal): Promise<void> {
  const db = new Kysely<Schema>({
    dialect: sqliteDialect(() => new SqliteReportDriver(path, 1, { writes: true })),
  })
  const ask = async <Row>(text: string): Promise<Row[]> =>
    (await db.executeQuery<Row>(sql<Row>`${sql.raw(text)}`.compile(db), { signal })).rows
  const freePages = async () =>
    (await ask<{ freelist_count: number }>('pragma freelist_count'))[0]!.freelist_count
  try {
    const indexes = await ask<{ name: string }>(`select name from sqlite_schema where type = 'index'`)
    for (const { name } of indexes) await ask(`reindex "${name}"`)
    // Looks at some hundred rows of each index only.
    await ask('pragma analysis_limit = 1000')
    await ask('analyze')
    await ask(`insert into device_search (device_search) values ('optimize')`)
    for (let before = await freePages(); before > 0;) {
      await ask(`pragma incremental_vacuum(${stepPages})`)
      const left = await freePages()
      // A file of before this setting gives nothing back.
      if (left >= before) return
      before = left
    }
  } finally {
    await db.destroy()
  }
}
