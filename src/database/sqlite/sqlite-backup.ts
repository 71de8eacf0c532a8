import { backup } from 'node:sqlite'
import { AppError } from '#kernel/errors.ts'
import type { BackupManifest } from '#database/backup-file.ts'
import { invalidBackup } from '#database/backup-file.ts'
import { checkSqlite, manifestTable } from '#database/sqlite/check-sqlite.ts'
import { placeholder, sealFile, sealOf } from '#database/sqlite/seal-file.ts'
import { fromSqliteError } from '#database/sqlite/sqlite-errors.ts'
import { DatabaseClass, SqliteHandle } from '#database/sqlite/sqlite-handle.ts'

/** Pages of one step; between two the backup can be cancelled. */
const stepPages = 1_000

/** Copies an open database into a file of its own, checks the copy, and writes into it what it is. */
export async function writeSqliteBackup(
  path: string,
  target: string,
  about: Omit<BackupManifest, 'schema' | 'tables'>,
  signal: AbortSignal,
): Promise<BackupManifest> {
  await copy(path, target, signal)
  const whole = new SqliteHandle(target, { readOnly: false, pragmas: [] })
  // As one file without neighbours.
  whole.pragma('journal_mode = delete')
  whole.close()
  const { complaints, migrations, tables } = await checkSqlite(target, signal)
  if (complaints.length > 0) {
    throw new AppError('DATABASE_CORRUPT', `The database ${path} is damaged: ${complaints[0]}`, {
      hint: 'The backup was not kept, because its copy has the same damage. Restore the newest backup from before.',
    })
  }
  const manifest: BackupManifest = { ...about, schema: migrations.at(-1) ?? '', tables }
  const handle = new SqliteHandle(target, { readOnly: false, pragmas: ['synchronous = full'] })
  const reserved = placeholder()
  handle.exec(`create table ${manifestTable} (seal text not null, manifest text not null)`)
  handle.execute(`insert into ${manifestTable} values (?, ?)`, [reserved, JSON.stringify(manifest)])
  handle.close()
  await sealFile(target, reserved, signal)
  return manifest
}

/** A read transaction holds the state of one moment, so that writers neither wait nor make it start again. */
async function copy(path: string, target: string, signal: AbortSignal): Promise<void> {
  const source = new DatabaseClass(path, { readOnly: true, timeout: 5_000 })
  try {
    source.exec('begin')
    source.prepare('select count(*) from sqlite_schema').get()
    await backup(source, target, { rate: stepPages, progress: () => signal.throwIfAborted() })
  } catch (error) {
    throw fromSqliteError(error, path)
  } finally {
    source.close()
  }
}

/** Opens a backup and checks all of it; throws BACKUP_INVALID. */
export async function readSqliteBackup(
  file: string,
  signal: AbortSignal,
): Promise<Omit<BackupManifest, 'takenAt' | 'reason'> & Partial<BackupManifest>> {
  const found = await checkSqlite(file, signal).catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'DATABASE_CORRUPT')
      throw invalidBackup(file, 'it is damaged', error)
    throw error
  })
  if (found.complaints.length > 0) throw invalidBackup(file, `it is damaged (${found.complaints[0]})`)
  if (found.migrations.length === 0) throw invalidBackup(file, 'it is the database of another program')
  const schema = found.migrations.at(-1)!
  if (found.backup === undefined) return { schema, tables: found.tables }
  const { sha256 } = await sealOf(file, found.backup.seal, signal)
  if (sha256 !== found.backup.seal) throw invalidBackup(file, 'its checksum is wrong')
  const manifest = JSON.parse(found.backup.manifest) as BackupManifest
  for (const [table, rows] of Object.entries(manifest.tables)) {
    if (found.tables[table] !== rows)
      throw invalidBackup(
        file,
        `table ${table} has ${found.tables[table] ?? 'no'} rows where ${rows} were written`,
      )
  }
  return { ...manifest, schema, tables: found.tables }
}
