import { Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely'
import type { Dialect, Driver } from 'kysely'
import { mkdirSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { AppError } from '#kernel/errors.ts'
import type { Schema } from '#database/schema.ts'
import { SqliteDriver } from '#database/sqlite/sqlite-driver.ts'
import { SqliteHandle } from '#database/sqlite/sqlite-handle.ts'
import { readerPragmas, writerPragmas } from '#database/sqlite/sqlite-pragmas.ts'
import { SqliteReportDriver } from '#database/sqlite/sqlite-report-driver.ts'
import { SqliteWriter } from '#database/sqlite/sqlite-writer.ts'

const dialect = (createDriver: () => Driver): Dialect => ({
  createDriver,
  createAdapter: () => new SqliteAdapter(),
  createIntrospector: (db) => new SqliteIntrospector(db),
  createQueryCompiler: () => new SqliteQueryCompiler(),
})

/** Opens (and makes, where there is none) a SQLite file: the one writer, a quick reader, and processes for long reads. */
export function openSqlite(
  file: string,
  patience: number,
): {
  db: Kysely<Schema>
  reports: Kysely<Schema>
  path: string
  outsideChanges(): number
  close(): Promise<void>
} {
  const path = resolve(file)
  makeFolder(dirname(path))
  const handle = new SqliteHandle(path, { readOnly: false, pragmas: writerPragmas })
  if (handle.pragma('journal_mode') !== 'wal') {
    handle.close()
    throw cannotWrite(path)
  }
  const writer = new SqliteWriter(handle, patience)
  const reader = new SqliteHandle(path, { readOnly: true, pragmas: readerPragmas })
  const db = new Kysely<Schema>({ dialect: dialect(() => new SqliteDriver(writer, reader)) })
  const reports = new Kysely<Schema>({ dialect: dialect(() => new SqliteReportDriver(path, 2)) })
  let closed = false
  return {
    db,
    reports,
    path,
    outsideChanges: () => Number(handle.pragma('data_version')),
    async close() {
      if (closed) return
      closed = true
      await reports.destroy()
      await writer.close()
      reader.close()
    },
  }
}

const cannotWrite = (path: string) =>
  new AppError('DATABASE_READ_ONLY', `The database ${path} cannot be written`, {
    hint: 'Check that the file and its folder belong to this user, and that the disk is a local one mounted for writing.',
  })

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
  } catch (cause) {
    throw new AppError('DATABASE_READ_ONLY', `The folder ${folder} for the database cannot be made`, {
      hint: 'Make it, or set database.url to a place that this user may write.',
      cause,
    })
  }
}
