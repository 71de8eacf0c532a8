import type { Config } from '#config.ts'
import { backupDatabase } from '#database/backup.ts'
import { migrate, migrateDown, migrations, schemaState } from '#database/migrate.ts'
import { openDatabase } from '#database/open.ts'
import type { OpenDatabase } from '#database/open.ts'
import { liveNodes } from '#features/jobs/node-queries.ts'
import { backupKey } from '#features/system/backup-job.ts'
import type { Clock } from '#kernel/clock.ts'
import { AppError } from '#kernel/errors.ts'
import { suggest } from '#kernel/suggest.ts'

/** What a migration did. */
export interface Migrated {
  up: string[]
  down: string[]
  /** The backup that was made before; undefined where nothing had to change or there was nothing yet. */
  backup: string | undefined
  schema: string
}

interface Parts {
  config: Config
  clock: Clock
  /** Down, or up, to this one; the newest where nothing is said. */
  to?: string | undefined
}

/**
 * `rollcall db migrate [--to VERSION]`: brings the schema up to date, or back to an older one for an older release,
 * after a verified backup. CONFLICT to go back while a server runs.
 */
export async function migrateDatabase({ config, clock, to }: Parts, signal: AbortSignal): Promise<Migrated> {
  const target = to === undefined ? undefined : needMigration(to)
  const opened = await openDatabase({ url: config.database.url })
  try {
    const { applied } = await schemaState(opened)
    const goesBack = target !== undefined && applied.some(({ name }) => name > target)
    let backup: string | undefined
    const before = async () => {
      const key = await backupKey(config)
      const reason = 'migration' as const
      const made = await backupDatabase(
        opened,
        { directory: config.backup.directory, clock, reason, key },
        signal,
      )
      backup = made.file
    }
    if (goesBack) {
      await refuseRunning(opened, clock)
      await before()
    }
    const down = goesBack ? await migrateDown(opened, target, clock) : []
    const up = goesBack ? [] : await migrate(opened, { clock, before, ...stepsTo(target) })
    const now = await schemaState(opened)
    return { up, down, backup, schema: now.applied.at(-1)?.name ?? '' }
  } finally {
    await opened.close()
  }
}

/** What was done, for a person. */
export function migratedLines({ up, down, backup, schema }: Migrated): string[] {
  if (up.length + down.length === 0) return [`Nothing to do: the schema is ${schema || 'empty'}.`]
  return [
    ...(down.length > 0 ? [`Taken back: ${down.join(', ')}`] : []),
    ...(up.length > 0 ? [`Done: ${up.join(', ')}`] : []),
    ...(backup === undefined ? [] : [`What it was before is kept: ${backup}`]),
    `The schema is ${schema || 'empty'} now.`,
  ]
}

function needMigration(to: string): string {
  const names = Object.keys(migrations)
  const found = names.find((name) => name === to || name.split('-')[0] === to)
  if (found) return found
  const meant = suggest(to, names)
  throw new AppError('NOT_FOUND', `There is no migration ${to}`, {
    hint: meant ? `Did you mean ${meant}?` : `Those known are ${names.join(', ')}.`,
  })
}

const stepsTo = (target: string | undefined): { steps?: typeof migrations } =>
  target === undefined
    ? {}
    : { steps: Object.fromEntries(Object.entries(migrations).filter(([name]) => name <= target)) }

async function refuseRunning({ db, engine }: OpenDatabase, clock: Clock): Promise<void> {
  const nodes = await liveNodes({ db, engine, clock })
  if (nodes.length === 0) return
  throw new AppError(
    'CONFLICT',
    `Rollcall is running on ${nodes.map((node) => `${node.hostname} (process ${node.pid})`).join(', ')}`,
    { hint: 'Stop it first: it would keep writing what the older schema does not know.' },
  )
}
