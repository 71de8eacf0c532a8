import path from 'node:path'
import type { Config } from '#config.ts'
import { restoreDatabase } from '#database/backup.ts'
import type { Restored } from '#database/backup.ts'
import { openDatabase } from '#database/open.ts'
import { createSecretBox } from '#features/access/secret-box.ts'
import type { SecretKey } from '#features/access/key-file.ts'
import { beginSeries } from '#features/audit/checkpoints.ts'
import { readKeys } from '#features/system/check-key-file.ts'
import type { Clock } from '#kernel/clock.ts'

/** A backup that was put in place, and whether its secrets can be read. */
export interface RestoredWithKey extends Restored {
  /** Ids of keys that the backup's secrets may need and the key file does not hold. */
  missingKeys: string[]
  /** Whether the audit trail tells of the restore; without a key file it cannot be signed. */
  isNoted: boolean
}

/**
 * `rollcall db restore FILE`: checks the backup and puts it in the place of the configured database; what it replaces
 * is kept. CONFLICT while a server runs on it, BACKUP_INVALID for a file that is none.
 */
export async function restoreFromBackup(
  {
    config,
    clock,
    file,
    by = 'cli',
  }: { config: Config; clock: Clock; file: string; by?: string | undefined },
  signal: AbortSignal,
): Promise<RestoredWithKey> {
  const restored = await restoreDatabase(
    { url: config.database.url, file, clock, replacedInto: config.backup.directory },
    signal,
  )
  const keys = (await readKeys(config).catch(() => undefined)) ?? []
  const missingKeys = (restored.key?.ids ?? []).filter((id) => !keys.some((key) => key.id === id))
  const [first, ...others] = keys
  if (first) await noteRestore({ config, clock }, [first, ...others], restored, by)
  return { ...restored, missingKeys, isNoted: first !== undefined }
}

/** The trail went back with the database: it says so itself, and so does the checkpoint file, which did not. */
async function noteRestore(
  { config, clock }: { config: Config; clock: Clock },
  keys: readonly [SecretKey, ...SecretKey[]],
  { file, takenAt }: Restored,
  by: string,
): Promise<void> {
  const opened = await openDatabase({ url: config.database.url })
  try {
    await beginSeries(
      { db: opened.db, clock, config, secrets: createSecretBox(keys) },
      {
        actor: by,
        operation: 'db.restore',
        message: `${by} restored the backup of ${takenAt}`,
        level: 'WARNING',
        eventType: 'state_change',
        details: { file: path.basename(file), takenAt },
      },
    )
  } finally {
    await opened.close()
  }
}

/** What was done, for a person. */
export function restoredLines({
  file,
  takenAt,
  replaced,
  migrated,
  key,
  missingKeys,
  isNoted,
}: RestoredWithKey): string[] {
  return [
    `${file} of ${takenAt} is in place.`,
    ...(replaced === undefined ? [] : [`What it replaced is kept: ${replaced}`]),
    ...(migrated.length === 0 ? [] : [`Its schema was brought up to date: ${migrated.join(', ')}`]),
    ...(missingKeys.length === 0
      ? []
      : [
          `Its secrets need key ${missingKeys.join(', ')}, which the key file does not hold: put back ${key?.path ?? 'the key file of that time'}.`,
        ]),
    ...(isNoted
      ? []
      : [
          'There is no key file, so the audit trail does not tell of it yet. With the key in place: rollcall audit checkpoint --restored',
        ]),
  ]
}
