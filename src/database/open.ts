import { fileURLToPath } from 'node:url'
import { AppError } from '#kernel/errors.ts'
import type { Log } from '#kernel/log.ts'
import { silentLog } from '#kernel/log.ts'
import type { Engine } from '#database/migration.ts'
import { openPostgres } from '#database/postgres/open-postgres.ts'
import type { Database } from '#database/schema.ts'
import { openSqlite } from '#database/sqlite/open-sqlite.ts'

/** An open database of either engine. */
export interface OpenDatabase {
  engine: Engine
  /** Quick reads and every write; a write is durable when it resolves. */
  db: Database
  /** Reads that may take long; cannot write. */
  reports: Database
  url: string
  /** The file, on SQLite. */
  path?: string | undefined
  close(): Promise<void>
}

/** Opens `sqlite:FILE` (made when missing) or `postgres://...`. The schema is brought up to date by migrate(). */
export async function openDatabase({
  url,
  log = silentLog,
}: {
  url: string
  log?: Log
}): Promise<OpenDatabase> {
  if (/^postgres(ql)?:\/\//.test(url)) return { engine: 'postgres', url, ...openPostgres(url, log) }
  const file = sqliteFile(url)
  if (file !== undefined) return { engine: 'sqlite', url, ...openSqlite(file) }
  throw new AppError('CONFIG_INVALID', `database.url is not a database that Rollcall knows`, {
    complaints: [
      {
        path: 'database.url',
        value: url.split(':')[0],
        expected: 'sqlite:FILE or postgres://USER@HOST/DATABASE',
      },
    ],
  })
}

/** The file that a SQLite URL names; undefined for another kind of URL. */
export function sqliteFile(url: string): string | undefined {
  if (url.startsWith('file://')) return fileURLToPath(url)
  if (!url.startsWith('sqlite:')) return undefined
  return url.slice('sqlite:'.length).replace(/^\/\/(?=\/)/, '') || undefined
}
