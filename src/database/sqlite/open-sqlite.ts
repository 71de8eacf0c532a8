import { Kysely } from 'kysely'
import { closeSync, mkdirSync, openSync, readSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { AppError } from '#kernel/errors.ts'
import type { Schema } from '#database/schema.ts'
import { sqliteDialect } from '#database/sqlite/sqlite-dialect.ts'
import { closeBoth, SqliteDriver } from '#database/sqlite/sqlite-driver.ts'
import { damaged } from '#database/sqlite/sqlite-errors.ts'
import { SqliteHandle } from '#database/sqlite/sqlite-handle.ts'
import { readerPragmas, writerPragmas } from '#database/sqlite/sqlite-pragmas.ts'
import { SqliteReportDriver } from '#database/sqlite/sqlite-report-driver.ts'
import { SqliteWriter } from '#database/sqlite/sqlite-writer.ts'

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
  refuseRemains(path)
  const handle = new SqliteHandle(path, { readOnly: false, pragmas: writerPragmas })
  if (handle.pragma('journal_mode') !== 'wal') {
    handle.close()
    throw cannotWrite(path)
  }
  const writer = new SqliteWriter(handle, patience)
  const reader = new SqliteHandle(path, { readOnly: true, pragmas: readerPragmas })
  const db = new Kysely<Schema>({ dialect: sqliteDialect(() => new SqliteDriver(writer, reader)) })
  const reports = new Kysely<Schema>({ dialect: sqliteDialect(() => new SqliteReportDriver(path, 2)) })
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
      await closeBoth(writer, reader)
    },
  }
}

/**
 * SQLite takes an empty file for a new database and throws away its log, and may do so with a file that has lost its
 * beginning; what could still be rescued would be gone.
 */
export function refuseRemains(path: string): void {
  const bytes = statSync(path, { throwIfNoEntry: false })?.size
  if (bytes === undefined) return
  const logBytes = statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0
  if (bytes === 0 ? logBytes > 0 : !beginsLikeOne(path)) throw damaged(path)
}

function beginsLikeOne(path: string): boolean {
  const start = Buffer.alloc(16)
  let descriptor: number
  try {
    descriptor = openSync(path, 'r')
  } catch {
    // SQLite says better why it cannot be opened.
    return true
  }
  try {
    readSync(descriptor, start, 0, 16, 0)
  } finally {
    closeSync(descriptor)
  }
  return start.toString('latin1') === 'SQLite format 3\0'
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
