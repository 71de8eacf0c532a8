import { open, stat } from 'node:fs/promises'
import { basename, dirname, resolve } from 'node:path'
import type { Clock } from '#kernel/clock.ts'
import { toTimestamp } from '#kernel/clock.ts'
import { AppError } from '#kernel/errors.ts'
import type { BackupFile, BackupKey, BackupManifest, BackupReason } from '#database/backup-file.ts'
import { fileError, invalidBackup, publishBackup, readBackupName } from '#database/backup-file.ts'
import { migrate, migrations, schemaState } from '#database/migrate.ts'
import type { Engine } from '#database/migration.ts'
import { isPostgres, openDatabase, sqliteFile } from '#database/open.ts'
import type { OpenDatabase } from '#database/open.ts'
import { readPostgresBackup, writePostgresBackup } from '#database/postgres/postgres-backup.ts'
import { loadPostgresBackup, refuseRunning } from '#database/postgres/postgres-restore.ts'
import { readSqliteBackup, writeSqliteBackup } from '#database/sqlite/sqlite-backup.ts'
import { restoreSqlite } from '#database/sqlite/sqlite-restore.ts'

export { listBackups, pruneBackups } from '#database/backup-file.ts'
export type { BackupFile, BackupKey, BackupReason } from '#database/backup-file.ts'

/** A backup that was opened and checked. */
export interface Backup extends BackupFile, BackupManifest {}

export interface Restored extends Backup {
  /** Where the replaced database is now; undefined where there was none. */
  replaced?: string | undefined
  /** Migrations that were needed after it. */
  migrated: string[]
}

/** Takes an online backup into a folder; it counts only once it was opened, checked and is on disk. */
export async function backupDatabase(
  opened: OpenDatabase,
  {
    directory,
    clock,
    reason,
    key,
  }: { directory: string; clock: Clock; reason: BackupReason; key?: BackupKey | undefined },
  signal: AbortSignal,
): Promise<Backup> {
  signal.throwIfAborted()
  // A newer schema has tables that this program does not know.
  await schemaState(opened)
  const about = { takenAt: clock.now(), reason, key }
  const { file, bytes, made } = await publishBackup(directory, opened.engine, about, (unfinished) =>
    opened.engine === 'sqlite'
      ? writeSqliteBackup(opened.path!, unfinished, about, signal)
      : writePostgresBackup(opened.url, unfinished, about, signal),
  )
  return { file, bytes, engine: opened.engine, ...made }
}

/** Opens a backup and checks all of it; throws BACKUP_INVALID with what is wrong. Slow work is done beside this process. */
export async function verifyBackup(file: string, signal: AbortSignal): Promise<Backup> {
  const path = resolve(file)
  const facts = await stat(path).catch((cause: unknown) => {
    throw invalidBackup(path, 'there is no such file', cause)
  })
  const engine = await engineOf(path)
  const told = readBackupName(basename(path))
  const found = await (engine === 'sqlite'
    ? readSqliteBackup(path, signal)
    : readPostgresBackup(path, signal))
  return {
    takenAt: told?.takenAt ?? toTimestamp(facts.mtimeMs),
    reason: told?.reason ?? 'manual',
    ...found,
    file: path,
    bytes: facts.size,
    engine,
  }
}

/** Its first bytes tell what a file is; its name may have been changed. */
async function engineOf(file: string): Promise<Engine> {
  const handle = await open(file, 'r').catch((error: unknown) => {
    throw invalidBackup(file, 'it cannot be read', error)
  })
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(16), 0, 16, 0)
    if (buffer.toString('latin1') === 'SQLite format 3\0') return 'sqlite'
    if (bytesRead > 2 && buffer[0] === 0x1f && buffer[1] === 0x8b) return 'postgres'
  } catch (error) {
    throw invalidBackup(file, 'it cannot be read', error)
  } finally {
    await handle.close()
  }
  throw invalidBackup(file, 'it is a file of another kind')
}

/**
 * Puts a backup in the place of the database at a URL and migrates it to today's schema. Refuses (CONFLICT) while
 * a server runs on it, and (DATABASE_NEWER) a backup of a newer schema. What it replaces is kept: beside the file on
 * SQLite, as a backup in `replacedInto` (the folder of the restored one, where nothing is said) on PostgreSQL.
 */
export async function restoreDatabase(
  {
    url,
    file,
    clock,
    replacedInto,
  }: { url: string; file: string; clock: Clock; replacedInto?: string | undefined },
  signal: AbortSignal,
): Promise<Restored> {
  const backup = await verifyBackup(file, signal)
  refuseNewer(backup)
  const engine: Engine = isPostgres(url) ? 'postgres' : 'sqlite'
  if (engine !== backup.engine)
    throw invalidBackup(backup.file, 'it is of the other kind of database than database.url')
  if (engine === 'postgres') {
    const directory = replacedInto ?? dirname(backup.file)
    return { ...backup, ...(await restorePostgres(url, backup, directory, clock, signal)) }
  }
  const path = sqliteFile(url)
  if (path === undefined) throw new AppError('CONFIG_INVALID', 'database.url names no file')
  const done = await restoreSqlite({ path: resolve(path), file: backup.file, clock }, signal)
  return { ...backup, ...done }
}

function refuseNewer({ file, schema }: Backup): void {
  if (schema in migrations) return
  throw new AppError('DATABASE_NEWER', `${file} has the schema of a newer Rollcall (${schema})`, {
    hint: 'Restore it with that version or a later one.',
  })
}

/** Tables that we do not know can neither be kept in a backup nor taken away. */
function refuseUnknown(error: unknown): never {
  if (!(error instanceof AppError) || error.code !== 'DATABASE_NEWER') throw error
  throw new AppError('DATABASE_NEWER', error.message, {
    hint: 'Make an empty database, set database.url to it, and restore there.',
    cause: error,
  })
}

async function restorePostgres(
  url: string,
  backup: Backup,
  directory: string,
  clock: Clock,
  signal: AbortSignal,
): Promise<Pick<Restored, 'replaced' | 'migrated'>> {
  await refuseRunning(url, clock)
  const before = await openDatabase({ url })
  let replaced: string | undefined
  try {
    const { applied } = await schemaState(before).catch(refuseUnknown)
    if (applied.length > 0)
      replaced = (await backupDatabase(before, { directory, clock, reason: 'before-restore' }, signal)).file
  } finally {
    await before.close()
  }
  await loadPostgresBackup({ url, file: backup.file, clock, manifest: backup }, signal).catch(
    (error: unknown) => {
      throw fileError(error, directory)
    },
  )
  const after = await openDatabase({ url })
  try {
    return { replaced, migrated: await migrate(after, { clock }) }
  } finally {
    await after.close()
  }
}
