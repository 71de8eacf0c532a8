import { stat } from 'node:fs/promises'
import { listBackups, verifyBackup } from '#database/backup.ts'
import type { BackupFile } from '#database/backup.ts'
import { schemaState } from '#database/migrate.ts'
import { lastJob } from '#features/system/upkeep-queries.ts'
import { type Check, ok, problem, warning } from '#features/system/check.ts'
import { readKeys } from '#features/system/check-key-file.ts'
import type { Patient } from '#features/system/diagnose.ts'
import { openFile } from '#features/system/health-queries.ts'
import { sizeText, timeText } from '#features/system/size-text.ts'
import { machineTimetable, previousTime } from '#features/schedules/schedule-times.ts'
import { shift, toMilliseconds } from '#kernel/clock.ts'
import { toAppError } from '#kernel/errors.ts'

const name = 'backups'
const day = 86_400_000

/** Larger ones were checked when they were made; reading them again takes too long for a look. */
const mostToVerify = 256 * 2 ** 20

/** Whether backups are made, the newest is of age, opens, and what must be kept with it. */
export async function checkBackups(
  { config, clock, context, isNew = false }: Patient,
  signal: AbortSignal,
): Promise<Check[]> {
  const { directory, enabled } = config.backup
  const [newest] = await listBackups(directory)
  const checks: Check[] = enabled
    ? []
    : [warning(name, 'Scheduled backups are switched off', 'Switch them on: backup.enabled.')]
  if (context && enabled) checks.push(...(await checkLastJob(context)))
  if (newest === undefined && isNew) return checks
  if (newest === undefined) return [...checks, ...(await checkNone({ config, clock, context }))]
  checks.push(...checkAge({ config, clock }, newest))
  checks.push(await checkFile(newest, { config, clock, context }, signal))
  return checks
}

async function checkLastJob({ db }: NonNullable<Patient['context']>): Promise<Check[]> {
  const last = await lastJob(db, 'backup')
  if (last?.status !== 'failed') return []
  return [
    problem(name, `The newest backup failed: ${last.errorMessage}`, 'Mend that, and try: rollcall db backup'),
  ]
}

/** A new installation has none yet. */
async function checkNone({ config, clock, context }: Patient): Promise<Check[]> {
  if (!config.backup.enabled) return []
  const madeAt = context && (await schemaState(context)).applied.map((each) => each.appliedAt).sort()[0]
  if (madeAt !== undefined && madeAt > shift(clock.now(), -2 * day))
    return [ok(name, `None yet; the first is made by schedule (${config.backup.schedule})`)]
  return [
    warning(
      name,
      `There is no backup in ${config.backup.directory}`,
      'Make one now: rollcall db backup. Scheduled ones are made while a server runs.',
    ),
  ]
}

function checkAge({ config, clock }: Pick<Patient, 'config' | 'clock'>, newest: BackupFile): Check[] {
  const due = previousTime(machineTimetable(config.backup.schedule), shift(clock.now(), -day))
  if (!config.backup.enabled || due === undefined || newest.takenAt >= due) return []
  return [
    warning(
      name,
      `The newest backup is ${age(clock.now(), newest)} old`,
      'Scheduled ones are made while a server with the role worker runs: rollcall job list --action backup',
    ),
  ]
}

const age = (now: string, { takenAt }: BackupFile): string =>
  timeText(Math.max(0, toMilliseconds(now) - toMilliseconds(takenAt)))

async function checkFile(
  newest: BackupFile,
  { config, clock, context }: Patient,
  signal: AbortSignal,
): Promise<Check> {
  const said = `The newest, ${age(clock.now(), newest)} old (${sizeText(newest.bytes)}),`
  const place = (await isOnSameDisk(newest.file, context))
    ? ' It lies on the disk of the database: copy it elsewhere, too.'
    : ''
  if (newest.bytes > mostToVerify) return ok(name, `${said} was checked when it was made.${place}`)
  try {
    const { key } = await verifyBackup(newest.file, signal)
    const keys = (await readKeys(config).catch(() => undefined)) ?? []
    const missing = (key?.ids ?? []).filter((id) => !keys.some((each) => each.id === id))
    if (missing.length > 0)
      return warning(
        name,
        `${said} holds secrets sealed with key ${missing.join(', ')}, which the key file does not hold`,
        'Keep the key file of that time with the backup: without it those secrets are lost.',
      )
    return ok(name, `${said} was opened and is whole.${place}`)
  } catch (error) {
    signal.throwIfAborted()
    const { message } = toAppError(error)
    return problem(name, message, 'Make a new one: rollcall db backup')
  }
}

async function isOnSameDisk(file: string, context: Patient['context']): Promise<boolean> {
  const database = context?.engine === 'sqlite' ? await openFile(context.db) : undefined
  if (database === undefined) return false
  const [one, other] = await Promise.all([stat(file), stat(database)])
  return one.dev === other.dev
}
