import { schemaState } from '#database/migrate.ts'
import type { Context } from '#features/context.ts'
import { checkAccess } from '#features/system/check-access.ts'
import { checkAudit } from '#features/system/check-audit.ts'
import { checkBackups } from '#features/system/check-backups.ts'
import { checkClock } from '#features/system/check-clock.ts'
import { checkConfiguration } from '#features/system/check-configuration.ts'
import { checkDatabase, lostDatabase, newDatabase } from '#features/system/check-database.ts'
import { checkFolders } from '#features/system/check-folders.ts'
import { checkJobs } from '#features/system/check-jobs.ts'
import { checkKeyFile } from '#features/system/check-key-file.ts'
import { checkMetrics } from '#features/system/check-metrics.ts'
import { checkNode } from '#features/system/check-node.ts'
import { checkNotices } from '#features/system/check-notices.ts'
import { checkServer } from '#features/system/check-server.ts'
import { checkSources } from '#features/system/check-sources.ts'
import { checkTools } from '#features/system/check-tools.ts'
import { checkWebPages } from '#features/system/check-web-pages.ts'
import { type Check, problem } from '#features/system/check.ts'
import { isDatabaseThere } from '#features/system/health.ts'
import { AppError, toAppError } from '#kernel/errors.ts'

/** What could be opened, and why the rest could not. */
export interface Patient {
  config: Context['config']
  clock: Context['clock']
  /** Undefined when the database could not be opened, or is not made yet. */
  context?: Context | undefined
  /** Why not. */
  failure?: unknown
  /** There is no database yet, as before the first start. */
  isNew?: boolean | undefined
}

/**
 * Looks at everything an installation needs and says what is wrong and how to mend it. It changes nothing, and works
 * without a server and without a database, too.
 */
export async function diagnose(patient: Patient, signal: AbortSignal): Promise<Check[]> {
  const { config, clock } = patient
  // One that hangs would keep every other look waiting.
  const isThere = patient.context !== undefined && (await isDatabaseThere(patient.context))
  const opened = isThere ? patient.context : undefined
  const failure = patient.failure ?? (patient.context && lost())
  // With another schema there is only one thing to say of what is in it.
  const context = opened && (await hasThisSchema(opened)) ? opened : undefined
  const apart: [name: string, look: () => Promise<Check[]>][] = [
    ['node', async () => checkNode()],
    ['configuration', () => checkConfiguration(config)],
    ['folders', () => checkFolders(config)],
    ['key-file', () => checkKeyFile(config, context)],
    ['database', () => lookAtDatabase()],
    ['backups', () => checkBackups({ ...patient, context }, signal)],
    ['server', () => checkServer({ config, clock, context }, signal)],
    ['web-pages', async () => checkWebPages()],
    ['tools', () => checkTools(signal)],
  ]
  const within: typeof apart = context
    ? [
        ['clock', () => checkClock(context)],
        ['access', () => checkAccess(context)],
        ['audit', () => checkAudit(context, signal)],
        ['metrics', () => checkMetrics(context)],
        ['notices', () => checkNotices(context)],
        ['sources', () => checkSources(context)],
        ['jobs', () => checkJobs(context)],
      ]
    : []
  async function lookAtDatabase(): Promise<Check[]> {
    if (patient.isNew) return newDatabase(config)
    return opened ? checkDatabase(opened, signal) : lostDatabase(config, failure)
  }
  const checks: Check[] = []
  for (const [name, look] of [...apart, ...within]) checks.push(...(await attempt(name, look, signal)))
  return checks
}

/** What can be said where the configuration itself is wrong. */
export async function diagnoseWithoutConfig(failure: unknown, signal: AbortSignal): Promise<Check[]> {
  const { message, hint } = toAppError(failure)
  return [
    ...checkNode(),
    problem('configuration', message, hint ?? 'docs/configuration.md lists every setting.'),
    ...checkWebPages(),
    ...(await checkTools(signal)),
  ]
}

const hasThisSchema = (context: Context): Promise<boolean> =>
  schemaState(context).then(
    ({ pending }) => pending.length === 0,
    () => false,
  )

/** A look that fails is a finding too, and keeps nobody from the next. */
async function attempt(name: string, look: () => Promise<Check[]>, signal: AbortSignal): Promise<Check[]> {
  signal.throwIfAborted()
  try {
    return await look()
  } catch (error) {
    signal.throwIfAborted()
    const { message, hint, code } = toAppError(error)
    const own = code === 'INTERNAL' && error instanceof Error ? error.message : message
    return [problem(name, `This could not be looked at: ${own}`, hint ?? 'See the log.')]
  }
}

const lost = (): AppError =>
  new AppError('DATABASE_UNREACHABLE', 'The database does not answer', {
    hint: 'Look whether its server runs, its disk is there, and nothing holds it. Rollcall goes on as soon as it is back.',
  })
