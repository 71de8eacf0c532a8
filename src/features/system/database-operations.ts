import { stat } from 'node:fs/promises'
import { z } from 'zod'
import { listBackups } from '#database/backup.ts'
import type { BackupFile } from '#database/backup.ts'
import { schemaState } from '#database/migrate.ts'
import type { Context } from '#features/context.ts'
import { JobStarted } from '#features/jobs/job-shapes.ts'
import { liveNodes } from '#features/jobs/node-queries.ts'
import { operation } from '#features/operation.ts'
import type { AnyOperation } from '#features/operation.ts'
import { decodeCursor, pageInput, pageOf, toPage } from '#features/page.ts'
import { backupAction, backupKey, backupLines } from '#features/system/backup-job.ts'
import { databaseBytes, tableSizes } from '#features/system/database-queries.ts'
import { openFile } from '#features/system/health-queries.ts'
import { maintain } from '#features/system/maintain.ts'
import { withoutUrlPassword } from '#kernel/schema-fields.ts'

/** A backup, as its name tells; it has that name only because it was opened and found whole. */
const Backup = z.object({
  file: z.string(),
  bytes: z.number().int(),
  takenAt: z.string(),
  reason: z.enum(['manual', 'schedule', 'migration', 'before-restore']),
  engine: z.enum(['sqlite', 'postgres']),
})

const Key = z
  .object({ path: z.string(), ids: z.array(z.string()) })
  .describe('The key file, which no backup holds: keep it apart. Ids name its keys and tell nothing of them.')

const Status = z.object({
  engine: z.enum(['sqlite', 'postgres']),
  url: z.string().describe('Without password.'),
  file: z.string().nullable().describe('On SQLite.'),
  bytes: z.number().int(),
  logBytes: z.number().int().nullable().describe('The write-ahead log of SQLite.'),
  schema: z.string().nullable().describe('The newest migration.'),
  pending: z.array(z.string()).describe('Migrations to come.'),
  tables: z.array(z.object({ table: z.string(), rows: z.number().int(), isEstimate: z.boolean() })),
  newestBackup: Backup.nullable(),
  backupDirectory: z.string(),
  keyFile: Key.nullable(),
  nodes: z.array(
    z.object({
      id: z.string(),
      hostname: z.string(),
      pid: z.number().int(),
      roles: z.array(z.enum(['api', 'worker'])),
    }),
  ),
})

const Maintenance = z.object({
  dryRun: z.boolean(),
  cleanUps: z.array(z.object({ name: z.string(), about: z.string(), count: z.number().int() })),
  bytes: z.number().int().describe('Size of the database.'),
  freedBytes: z.number().int().nullable().describe('What became free on the disk; null in a dry run.'),
})

async function statusOf(context: Context): Promise<z.infer<typeof Status>> {
  const { db, engine, config } = context
  const { applied, pending } = await schemaState(context)
  const file = engine === 'sqlite' ? await openFile(db) : undefined
  const log = file && (await stat(`${file}-wal`).catch(() => undefined))
  const [newestBackup = null] = await backupsOf(context)
  return {
    engine,
    url: withoutUrlPassword(config.database.url),
    file: file ?? null,
    bytes: await databaseBytes(context),
    logBytes: file === undefined ? null : log ? log.size : 0,
    schema: applied.at(-1)?.name ?? null,
    pending,
    tables: await tableSizes(context),
    newestBackup,
    backupDirectory: config.backup.directory,
    keyFile: await keyOf(config),
    nodes: (await liveNodes(context)).map((node) => ({ ...node, roles: [...node.roles] })),
  }
}

/** A key file that cannot be read is the doctor's to tell of. */
async function keyOf(config: Context['config']): Promise<z.infer<typeof Key> | null> {
  const key = await backupKey(config).catch(() => undefined)
  return key ? { path: key.path, ids: [...key.ids] } : null
}

const placeOf = ({ takenAt, file }: BackupFile): [string, string] => [takenAt, file]

/** Newest first, with a place for each. */
async function backupsOf({ config }: Pick<Context, 'config'>): Promise<BackupFile[]> {
  const found = await listBackups(config.backup.directory)
  return found.toSorted((left, right) => (isAfter(left, placeOf(right)) ? 1 : -1))
}

const isAfter = ({ takenAt, file }: BackupFile, [time, name]: [string, string]): boolean =>
  takenAt < time || (takenAt === time && file < name)

/** The care of the database. */
export const databaseOperations: readonly AnyOperation[] = [
  operation({
    name: 'db.status',
    summary: 'Show the database: its size, its schema, its newest backup, and who uses it.',
    http: 'GET /db',
    effect: 'read',
    permission: 'system.manage',
    input: z.object({}),
    output: Status,
    run: statusOf,
  }),
  operation({
    name: 'db.backups',
    summary: 'List the backups, newest first.',
    http: 'GET /db/backups',
    effect: 'read',
    permission: 'system.manage',
    paged: true,
    input: z.object(pageInput),
    output: pageOf(Backup),
    cli: { columns: ['takenAt', 'reason', 'bytes', 'file'] },
    async run(context, { limit, cursor }) {
      const all = await backupsOf(context)
      if (cursor === undefined) return { ...toPage(all, limit, placeOf), total: all.length }
      const after = decodeCursor(cursor, z.tuple([z.string(), z.string()]))
      const rest = all.filter((each) => isAfter(each, after))
      return { ...toPage(rest, limit, placeOf), total: all.length }
    },
  }),
  operation({
    name: 'db.backup',
    summary: 'Back up the database while it runs, and check the copy.',
    http: 'POST /db/backups',
    effect: 'change',
    permission: 'system.manage',
    job: true,
    input: z.object({}),
    output: JobStarted,
    cli: { show: backupLines },
    run: async ({ jobs, actor }) => ({
      jobId: await jobs.submit({
        action: backupAction.name,
        name: 'Back up the database',
        parameters: { reason: 'manual' },
        actor,
      }),
    }),
  }),
  operation({
    name: 'db.maintain',
    summary: 'Tidy up: stale devices, old history, what has expired, indexes and free space.',
    http: 'POST /db/maintain',
    effect: 'change',
    permission: 'system.manage',
    input: z.object({
      dryRun: z.boolean().default(false).describe('Only count what would be done; change nothing.'),
    }),
    output: Maintenance,
    run: (context, { dryRun }, signal) => maintain(context, { dryRun, by: context.actor.name }, signal),
  }),
]
