import type { Clock } from '#kernel/clock.ts'
import type { Engine } from '#database/migration.ts'
import type { OpenDatabase } from '#database/open.ts'

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
  takenAt: string
  reason: BackupReason
  engine: Engine
}

/** A backup that was opened and checked. */
export interface Backup extends BackupFile {
  /** The newest migration of its schema. */
  schema: string
  /** Rows of each table. */
  tables: Record<string, number>
  /** What must be kept with it; undefined where the backup does not say. */
  key?: BackupKey | undefined
}

export interface Restored extends Backup {
  /** Where the replaced database is now; undefined where there was none. */
  replaced?: string | undefined
  /** Migrations that were needed after it. */
  migrated: string[]
}

/** Takes an online backup into a folder; it counts only once it was opened, checked and is on disk. */
export async function backupDatabase(
  _opened: OpenDatabase,
  _options: { directory: string; clock: Clock; reason: BackupReason; key?: BackupKey | undefined },
  _signal: AbortSignal,
): Promise<Backup> {
  throw new Error('in the making')
}

/** The backups of a folder, newest first; unfinished ones are not among them. */
export async function listBackups(_directory: string): Promise<BackupFile[]> {
  throw new Error('in the making')
}

/** Removes scheduled backups but the newest `keep`; gives the files removed. Others are never touched. */
export async function pruneBackups(_directory: string, _keep: number): Promise<string[]> {
  throw new Error('in the making')
}

/** Opens a backup and checks all of it; throws BACKUP_INVALID with what is wrong. Slow work is done beside this process. */
export async function verifyBackup(_file: string, _signal: AbortSignal): Promise<Backup> {
  throw new Error('in the making')
}

/**
 * Puts a backup in the place of the database at a URL and migrates it to today's schema. Refuses (CONFLICT) while
 * a server runs on it, and (DATABASE_NEWER) a backup of a newer schema; what it replaces is kept.
 */
export async function restoreDatabase(
  _options: { url: string; file: string; clock: Clock; replacedInto?: string | undefined },
  _signal: AbortSignal,
): Promise<Restored> {
  throw new Error('in the making')
}
