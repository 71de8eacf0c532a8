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
  /** On SQLite: a number that differs from the last one when another process has written meanwhile. */
  outsideChanges?: (() => number) | undefined
  close(): Promise<void>
}

/**
 * Opens `sqlite:FILE` (made when missing) or `postgres://...`. The schema is brought up to date by migrate().
 * `patience`: milliseconds that another process may hold a SQLite file before a write gives up.
 */
export async function openDatabase({
  url,
  log = silentLog,
  patience = 15_000,
}: {
  url: string
  log?: Log
  patience?: number
}): Promise<OpenDatabase> {
  if (isPostgres(url)) return { engine: 'postgres', url, ...openPostgres(url, log) }
  const file = sqliteFile(url)
  if (file !== undefined) return { engine: 'sqlite', url, ...openSqlite(file, patience) }
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

export const isPostgres = (url: string): boolean => /^postgres(ql)?:\/\//.test(url)

/** The file that a SQLite URL names; undefined for another kind of URL. */
export function sqliteFile(url: string): string | undefined {
  if (url.startsWith('file://')) return fileURLToPath(url)
  if (!url.startsWith('sqlite:')) return undefined
  return url.slice('sqlite:'.length).replace(/^\/\/(?=\/)/, '') || undefined
}
