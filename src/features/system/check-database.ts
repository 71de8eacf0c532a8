import { stat } from 'node:fs/promises'
import type { Config } from '#config.ts'
import { schemaState } from '#database/migrate.ts'
import type { Context } from '#features/context.ts'
import { type Check, ok, problem, warning } from '#features/system/check.ts'
import { openFile } from '#features/system/health-queries.ts'
import { quickCheck } from '#features/system/integrity-queries.ts'
import { sizeText } from '#features/system/size-text.ts'
import { toAppError } from '#kernel/errors.ts'
import { withoutUrlPassword } from '#kernel/schema-fields.ts'

const url = (config: Pick<Config, 'database'>): string => withoutUrlPassword(config.database.url)

/** Larger than this, the log of a SQLite file slows reading down. */
const largeLog = 512 * 2 ** 20

/** What is said of a database that could not be opened. */
export async function lostDatabase(config: Pick<Config, 'database'>, failure: unknown): Promise<Check[]> {
  if (failure === undefined)
    return [problem('database', `${url(config)} was not opened`, 'Start Rollcall and look at what it says.')]
  const { message, hint, code } = toAppError(failure)
  const said = code === 'INTERNAL' && failure instanceof Error ? failure.message : message
  return [problem('database', said, hint ?? 'Check database.url; the log has the details.')]
}

/** What is said of one that is not made yet. */
export const newDatabase = (config: Pick<Config, 'database'>): Check[] => [
  ok('database', `${url(config)} is not there yet; it is made at the start`),
]

/** Whether the database answers, is sound, and has the schema of this release. */
export async function checkDatabase(context: Context, signal: AbortSignal): Promise<Check[]> {
  const begun = context.clock.monotonic()
  const { applied, pending } = await schemaState(context)
  const took = Math.round(context.clock.monotonic() - begun)
  return [
    ok('database', `${url(context.config)} answers (${took} ms)`),
    checkSchema(
      applied.map((each) => each.name),
      pending,
    ),
    await checkIntegrity(context, signal),
    ...(await checkLog(context)),
  ]
}

function checkSchema(applied: readonly string[], pending: readonly string[]): Check {
  if (pending.length === 0) return ok('schema', `Up to date (${applied.at(-1)})`)
  return problem(
    'schema',
    `The database has an older schema; to come: ${pending.join(', ')}`,
    'Restart Rollcall, or run: rollcall db migrate',
  )
}

async function checkIntegrity(context: Context, signal: AbortSignal): Promise<Check> {
  const complaints = await quickCheck(context, signal)
  if (complaints.length === 0) return ok('integrity', 'The quick check found nothing wrong')
  return problem(
    'integrity',
    `The database is damaged: ${complaints.join('; ')}`,
    context.engine === 'sqlite'
      ? 'Stop Rollcall, put the file aside and restore the newest backup: rollcall db restore FILE'
      : 'Rebuild what is named (reindex), or restore the newest backup: rollcall db restore FILE',
  )
}

async function checkLog({ engine, db }: Context): Promise<Check[]> {
  const file = engine === 'sqlite' ? await openFile(db) : undefined
  if (file === undefined) return []
  const bytes = (await stat(`${file}-wal`).catch(() => undefined))?.size ?? 0
  const said = `The write-ahead log has ${sizeText(bytes)}`
  return [
    bytes > largeLog
      ? warning(
          'write-ahead-log',
          said,
          'A program that reads the file for very long keeps it from shrinking: close it, or restart Rollcall.',
        )
      : ok('write-ahead-log', said),
  ]
}
