import { backupDatabase, pruneBackups } from '#database/backup.ts'
import type { BackupKey } from '#database/backup.ts'
import type { Config } from '#config.ts'
import { z } from 'zod'
import { jobAction } from '#features/jobs/action.ts'
import { readKeys } from '#features/system/check-key-file.ts'
import { openedOf } from '#features/system/opened.ts'
import { sizeText } from '#features/system/size-text.ts'
import type { Json } from '#kernel/json.ts'

/** Who submits what is due by schedule. */
export const scheduler = 'schedule'

/** The key file that belongs to the database now: where it is, and the ids of its keys. */
export async function backupKey(config: Pick<Config, 'secrets'>): Promise<BackupKey | undefined> {
  const keys = await readKeys(config)
  return keys && { path: config.secrets.keyFile, ids: keys.map(({ id }) => id) }
}

/** A backup as a job; one by schedule lets the oldest go. */
export const backupAction = jobAction({
  name: 'backup',
  title: 'Back up the database',
  summary: 'Copy the database, open the copy and check it.',
  effect: 'read',
  subject: 'none',
  parameters: z.object({ reason: z.string().exactOptional() }),
  input: z.object({}),
  needs: 'system.manage',
  isOffered: false,
  concurrency: 1,
  maxAttempts: 1,
  async run(job, parameters, _input, signal) {
    const { directory, keep } = job.config.backup
    const isScheduled = parameters.reason === scheduler
    job.progress({ done: 0, total: 2, message: 'Copying and checking' })
    const backup = await backupDatabase(
      await openedOf(job),
      {
        directory,
        clock: job.clock,
        reason: isScheduled ? 'schedule' : 'manual',
        key: await backupKey(job.config),
      },
      signal,
    )
    job.progress({ done: 1, total: 2, message: 'Letting old ones go' })
    const removed = isScheduled ? await pruneBackups(directory, keep) : []
    const { file, bytes, takenAt, engine, schema, key } = backup
    job.progress({ done: 2, total: 2, message: null })
    const result = {
      file,
      bytes,
      takenAt,
      engine,
      schema,
      keyFile: key?.path ?? null,
      keyIds: [...(key?.ids ?? [])],
      removed,
    } satisfies BackupResult
    return { result }
  },
})

/** What the job tells of the backup it made. */
interface BackupResult {
  [name: string]: Json
  file: string
  bytes: number
  keyFile: string | null
  keyIds: string[]
}

/** The same for a person: the backup, and the key file that no backup holds. */
export const backupLines = ({ file, bytes, keyFile, keyIds }: BackupResult): string =>
  [
    `${file} (${sizeText(bytes)}) was opened and is whole.`,
    ...(keyFile === null
      ? []
      : [
          `Keep a copy of the key file ${keyFile} (key ${keyIds.join(', ')}) apart from it: its secrets need it.`,
        ]),
  ].join('\n')
