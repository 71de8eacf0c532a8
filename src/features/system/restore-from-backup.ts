import type { Config } from '#config.ts'
import { restoreDatabase } from '#database/backup.ts'
import type { Restored } from '#database/backup.ts'
import { readKeys } from '#features/system/check-key-file.ts'
import type { Clock } from '#kernel/clock.ts'

/** A backup that was put in place, and whether its secrets can be read. */
export interface RestoredWithKey extends Restored {
  /** Ids of keys that the backup's secrets may need and the key file does not hold. */
  missingKeys: string[]
}

/**
 * `rollcall db restore FILE`: checks the backup and puts it in the place of the configured database; what it replaces
 * is kept. CONFLICT while a server runs on it, BACKUP_INVALID for a file that is none.
 */
export async function restoreFromBackup(
  { config, clock, file }: { config: Config; clock: Clock; file: string },
  signal: AbortSignal,
): Promise<RestoredWithKey> {
  const restored = await restoreDatabase(
    { url: config.database.url, file, clock, replacedInto: config.backup.directory },
    signal,
  )
  const keys = (await readKeys(config).catch(() => undefined)) ?? []
  const missingKeys = (restored.key?.ids ?? []).filter((id) => !keys.some((key) => key.id === id))
  return { ...restored, missingKeys }
}

/** What was done, for a person. */
export function restoredLines({
  file,
  takenAt,
  replaced,
  migrated,
  key,
  missingKeys,
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
  ]
}
