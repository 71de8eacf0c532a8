import { closeSync, fsyncSync, openSync } from 'node:fs'
import { chmod, link, mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { Timestamp } from '#kernel/clock.ts'
import { AppError } from '#kernel/errors.ts'
import type { Engine } from '#database/migration.ts'

/** Why a backup was made; the clean-up removes only scheduled ones. */
export type BackupReason = 'manual' | 'schedule' | 'migration' | 'before-restore'

/** The key file that opens the secrets in a backup. It is never part of one, so the operator must keep it too. */
export interface BackupKey {
  path: string
  /** Ids of its keys (features/access/key-file.ts), the one that seals first. */
  ids: readonly string[]
}

/** A backup file, as its name tells without opening it. */
export interface BackupFile {
  file: string
  bytes: number
  takenAt: Timestamp
  reason: BackupReason
  engine: Engine
}

/** What a backup says of itself, inside of it. */
export interface BackupManifest {
  takenAt: Timestamp
  reason: BackupReason
  /** The newest migration of its schema. */
  schema: string
  /** Rows of each table. */
  tables: Record<string, number>
  /** What must be kept with it; undefined where the backup does not say. */
  key?: BackupKey | undefined
}

const extension: Record<Engine, string> = { sqlite: 'db', postgres: 'jsonl.gz' }
const pattern =
  /^rollcall-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z(?:-\d+)?-(manual|schedule|migration|before-restore)\.(db|jsonl\.gz)$/

/** What the name of a file tells; undefined when it is not the name of a backup. */
export function readBackupName(name: string): Pick<BackupFile, 'takenAt' | 'reason' | 'engine'> | undefined {
  const match = pattern.exec(name)
  if (!match) return undefined
  const [, year, month, day, hour, minute, second, milliseconds, reason, kind] = match
  return {
    takenAt: `${year}-${month}-${day}T${hour}:${minute}:${second}.${milliseconds}Z`,
    reason: reason as BackupReason,
    engine: kind === 'db' ? 'sqlite' : 'postgres',
  }
}

const backupName = (engine: Engine, takenAt: Timestamp, reason: BackupReason, count: number): string =>
  `rollcall-${takenAt.replaceAll(/[-:.]/g, '')}${count > 1 ? `-${count}` : ''}-${reason}.${extension[engine]}`

/** The backups of a folder, newest first; unfinished ones are not among them. */
export async function listBackups(directory: string): Promise<BackupFile[]> {
  const names = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw fileError(error, directory)
  })
  const found: BackupFile[] = []
  for (const name of names) {
    const told = readBackupName(name)
    const file = join(directory, name)
    const facts = told && (await stat(file).catch(() => undefined))
    if (told && facts?.isFile()) found.push({ file, bytes: facts.size, ...told })
  }
  const newestFirst = (left: BackupFile, right: BackupFile) =>
    left.takenAt === right.takenAt
      ? right.file.length - left.file.length || right.file.localeCompare(left.file)
      : right.takenAt < left.takenAt
        ? -1
        : 1
  return found.sort(newestFirst)
}

/** Removes scheduled backups but the newest `keep`; gives the files removed. Others are never touched. */
export async function pruneBackups(directory: string, keep: number): Promise<string[]> {
  const scheduled = (await listBackups(directory)).filter((each) => each.reason === 'schedule')
  const removed = scheduled.slice(Math.max(1, keep)).map((each) => each.file)
  for (const file of removed) await rm(file, { force: true })
  return removed
}

/**
 * Has a backup made under an unfinished name and gives it its own once the work resolved and everything is on disk.
 * A backup that is there already is never replaced.
 */
export async function publishBackup<T>(
  directory: string,
  engine: Engine,
  { takenAt, reason }: Pick<BackupFile, 'takenAt' | 'reason'>,
  make: (unfinished: string) => Promise<T>,
): Promise<{ file: string; bytes: number; made: T }> {
  const folder = resolve(directory)
  const unfinished = join(folder, `${backupName(engine, takenAt, reason, 1)}.${process.pid}.partial`)
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const made = await make(unfinished)
    await chmod(unfinished, 0o600)
    syncFile(unfinished)
    const file = await publish(unfinished, (count) =>
      join(folder, backupName(engine, takenAt, reason, count)),
    )
    return { file, bytes: (await stat(file)).size, made }
  } catch (error) {
    throw fileError(error, folder)
  } finally {
    for (const tail of ['', '-journal', '-wal', '-shm'])
      await rm(unfinished + tail, { force: true }).catch(() => {})
  }
}

async function publish(unfinished: string, nameOf: (count: number) => string): Promise<string> {
  for (let count = 1; ; count += 1) {
    const file = nameOf(count)
    try {
      await link(unfinished, file)
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === 'EEXIST') continue
      // Some file systems know no hard links.
      if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'].includes(code ?? '')) throw error
      if (await stat(file).catch(() => undefined)) continue
      await rename(unfinished, file)
    }
    syncFolder(dirname(file))
    return file
  }
}

/** Makes sure that what a folder lists is on disk; Windows has and needs no such thing. */
export function syncFolder(folder: string): void {
  if (process.platform !== 'win32') syncFile(folder, 'r')
}

/** Makes sure that a file is on disk. */
export function syncFile(file: string, flags = 'r+'): void {
  const descriptor = openSync(file, flags)
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

/** The error of a file system as one of ours where a person can act on it. */
export function fileError(error: unknown, place: string): unknown {
  const { code } = (error ?? {}) as NodeJS.ErrnoException
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new AppError('DATABASE_FULL', `There is no space left in ${place}`, {
      hint: 'Free some space or choose another folder. The database itself was not touched.',
      cause: error,
    })
  }
  if (['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST'].includes(code ?? '')) {
    return new AppError('DATABASE_READ_ONLY', `Nothing can be written in ${place}`, {
      hint: 'It must be a folder that the user Rollcall runs as may write.',
      cause: error,
    })
  }
  return error
}

/** A file that cannot be restored, and why. */
export const invalidBackup = (file: string, why: string, cause?: unknown): AppError =>
  new AppError('BACKUP_INVALID', `${file} is no backup that can be restored: ${why}`, {
    hint: 'Choose another one: rollcall db backups.',
    cause,
  })
