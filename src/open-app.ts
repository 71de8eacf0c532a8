import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import type { Config } from '#config.ts'
import { backupDatabase } from '#database/backup.ts'
import { migrate } from '#database/migrate.ts'
import { openDatabase } from '#database/open.ts'
import type { OpenDatabase } from '#database/open.ts'
import { createAudit } from '#features/access/audit.ts'
import { loadKeys, type SecretKey } from '#features/access/key-file.ts'
import { createSecretBox } from '#features/access/secret-box.ts'
import { signAuditWith } from '#features/audit/chain-head.ts'
import { lastCheckpoint } from '#features/audit/checkpoints.ts'
import type { Context, Metrics } from '#features/context.ts'
import { createMetrics } from '#features/metrics/create-metrics.ts'
import type { MetricsEngine } from '#features/metrics/metrics-engine.ts'
import { createJobQueue } from '#features/jobs/job-queue.ts'
import type { AnyJobAction } from '#features/jobs/action.ts'
import { jobActions } from '#features/job-actions.ts'
import type { NodeIdentity } from '#features/jobs/node-queries.ts'
import { createLiveConfig, type LiveConfig } from '#features/system/live-config.ts'
import type { Clock } from '#kernel/clock.ts'
import { createEventBus, type Happening } from '#kernel/event-bus.ts'
import type { Log } from '#kernel/log.ts'
import { withoutUrlPassword } from '#kernel/schema-fields.ts'
import { tellOthers } from '#share-events.ts'
import { sourceTypes } from '#sources/sources.ts'

/** Rollcall with its database open: what every surface stands on. */
export interface App {
  context: Context
  opened: OpenDatabase
  /** The configuration of the context, which follows what is set while Rollcall runs. */
  settings: LiveConfig
  metrics: MetricsEngine
  actions: ReadonlyMap<string, AnyJobAction>
  node: NodeIdentity
  /** Events that came from other processes and are not told to them again. */
  heard: WeakSet<Happening>
  close(): Promise<void>
}

/** What an app is opened from. */
export interface AppParts {
  config: Config
  clock: Clock
  log: Log
  roles: NodeIdentity['roles']
}

/** Opens the database, brings its schema up to date (after a backup), and puts everything together. */
export async function openApp({ config, clock, log, roles }: AppParts, signal: AbortSignal): Promise<App> {
  const keys = loadKeys(config.secrets.keyFile) as [SecretKey, ...SecretKey[]]
  const opened = await openDatabase({ url: config.database.url, log })
  const settings = createLiveConfig(config)
  try {
    const isNew = await bringUpToDate(opened, { config, clock, log }, keys, signal)
    // A command in the wrong folder would otherwise show an empty inventory without a word.
    if (isNew && roles.length === 0)
      log.warn(
        { database: withoutUrlPassword(config.database.url) },
        'there was no database here, so a new one was made',
      )
    await settings.refresh(opened.db)
  } catch (error) {
    await opened.close()
    throw error
  }
  const parts = { config: settings.config, clock, log, keys }
  const metrics = createMetrics({ ...parts, db: opened.db, reports: opened.reports, engine: opened.engine })
  const context = contextOver(opened, { ...parts, metrics })
  const name = config.node.name ?? hostname()
  const node = { id: `${name}:${randomUUID().slice(0, 8)}`, hostname: hostname(), pid: process.pid, roles }
  const heard = new WeakSet<Happening>()
  const allTold = tellOthers(opened, context, node.id, heard)
  signAuditWith(opened.db, context.secrets)
  const close = async () => {
    await metrics.close()
    await allTold()
    await lastCheckpoint(context)
    await opened.close()
  }
  return { context, opened, settings, metrics, actions: jobActions, node, heard, close }
}

/** What features may use, over an open database. */
export function contextOver(
  opened: OpenDatabase,
  {
    config,
    clock,
    log,
    keys,
    metrics,
  }: Pick<AppParts, 'config' | 'clock' | 'log'> & {
    keys: readonly [SecretKey, ...SecretKey[]]
    metrics?: Metrics | undefined
  },
): Context {
  const events = createEventBus((err) => log.error({ err }, 'somebody who listens to events failed'))
  const base = { db: opened.db, clock, events }
  const whole = { config, clock, log, db: opened.db, reports: opened.reports, engine: opened.engine }
  return {
    ...base,
    reports: opened.reports,
    engine: opened.engine,
    log,
    config,
    secrets: createSecretBox(keys),
    sourceTypes,
    jobs: createJobQueue({ ...base, engine: opened.engine, config }, jobActions),
    metrics: metrics ?? createMetrics(whole),
    audit: createAudit(base),
  }
}

/** True when there was nothing in the database before. */
async function bringUpToDate(
  opened: OpenDatabase,
  { config, clock, log }: Pick<AppParts, 'config' | 'clock' | 'log'>,
  keys: readonly SecretKey[],
  signal: AbortSignal,
): Promise<boolean> {
  let isNew = true
  const before = async () => {
    isNew = false
    const key = { path: config.secrets.keyFile, ids: keys.map(({ id }) => id) }
    const options = { directory: config.backup.directory, clock, reason: 'migration' as const, key }
    const { file } = await backupDatabase(opened, options, signal)
    log.info({ file }, 'database backed up before its schema changes')
  }
  const done = await migrate(opened, { clock, before })
  if (done.length > 0) log.debug({ migrations: done }, 'schema brought up to date')
  return isNew && done.length > 0
}
