import { chmod, copyFile, link, mkdir, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Clock } from '#kernel/clock.ts'
import { AppError } from '#kernel/errors.ts'
import { fileError, syncFile, syncFolder } from '#database/backup-file.ts'
import { migrate } from '#database/migrate.ts'
import { openDatabase } from '#database/open.ts'
import { manifestTable } from '#database/sqlite/check-sqlite.ts'
import { readSqliteBackup } from '#database/sqlite/sqlite-backup.ts'
import { refuseRemains } from '#database/sqlite/open-sqlite.ts'
import { SqliteHandle } from '#database/sqlite/sqlite-handle.ts'

const neighbours = ['-wal', '-shm', '-journal']

/**
 * Puts a copy of a backup, checked and migrated, in the place of a database in one step, so that there is no moment
 * with half of it. Gives where the replaced one is, and the migrations that were needed.
 */
export async function restoreSqlite(
  { path, file, clock }: { path: string; file: string; clock: Clock },
  signal: AbortSignal,
): Promise<{ replaced: string | undefined; migrated: string[] }> {
  await refuseInUse(path)
  const fresh = `${path}.restoring`
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    await copyFile(file, fresh)
    await chmod(fresh, 0o600)
    await readSqliteBackup(fresh, signal)
    const migrated = await bringUpToDate(fresh, clock)
    syncFile(fresh)
    signal.throwIfAborted()
    await refuseInUse(path)
    const replaced = await swap(path, fresh, clock)
    return { replaced, migrated }
  } catch (error) {
    throw fileError(error, dirname(path))
  } finally {
    for (const tail of ['', ...neighbours]) await rm(fresh + tail, { force: true })
  }
}

/** The restored database no longer is a backup. */
async function bringUpToDate(fresh: string, clock: Clock): Promise<string[]> {
  const handle = new SqliteHandle(fresh, { readOnly: false, pragmas: ['synchronous = full'] })
  handle.exec(`drop table if exists ${manifestTable}`)
  handle.close()
  const opened = await openDatabase({ url: `sqlite:${fresh}` })
  let migrated: string[]
  try {
    migrated = await migrate(opened, { clock })
  } finally {
    await opened.close()
  }
  // What is moved must be one file without a log.
  const whole = new SqliteHandle(fresh, { readOnly: false, pragmas: ['journal_mode = delete'] })
  whole.close()
  return migrated
}

/**
 * Leaving WAL mode needs the file for oneself alone, so it tells whether another process has it open; and it leaves
 * one file without neighbours. A damaged file is used by nobody.
 */
async function refuseInUse(path: string): Promise<void> {
  if (!(await exists(path))) return
  let handle: SqliteHandle | undefined
  try {
    refuseRemains(path)
    handle = new SqliteHandle(path, { readOnly: false, pragmas: ['busy_timeout = 500'] })
    handle.pragma('journal_mode = delete')
  } catch (error) {
    if (!(error instanceof AppError) || error.code === 'DATABASE_CORRUPT') return
    if (error.code !== 'DATABASE_LOCKED') throw error
    throw new AppError('CONFLICT', `Rollcall is running on the database ${path}`, {
      hint: 'Stop the server, and close every other program that has the file open, and restore again.',
      cause: error,
    })
  } finally {
    handle?.close()
  }
}

async function swap(path: string, fresh: string, clock: Clock): Promise<string | undefined> {
  const replaced = (await exists(path))
    ? await unusedName(`${path}.${clock.now().replaceAll(/[-:.]/g, '')}.before-restore`)
    : undefined
  if (replaced !== undefined) {
    // A second name for the old file, so that its first one always names a whole database.
    await link(path, replaced).catch(() => copyFile(path, replaced))
    // Only a damaged file still has them.
    for (const tail of neighbours) if (await exists(path + tail)) await rename(path + tail, replaced + tail)
  }
  await rename(fresh, path)
  syncFolder(dirname(path))
  return replaced
}

async function unusedName(name: string): Promise<string> {
  for (let count = 1; ; count += 1) {
    const candidate = count === 1 ? name : name.replace(/before-restore$/, `${count}.before-restore`)
    if (!(await exists(candidate))) return candidate
  }
}

const exists = (file: string): Promise<boolean> =>
  stat(file).then(
    () => true,
    () => false,
  )
