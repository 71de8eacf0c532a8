import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import type { Config } from '#config.ts'
import { schemaState } from '#database/migrate.ts'
import { openDatabase, sqliteFile } from '#database/open.ts'
import type { OpenDatabase } from '#database/open.ts'
import { toSecretKey } from '#features/access/key-file.ts'
import { type Check, worstOf } from '#features/system/check.ts'
import { diagnose, diagnoseWithoutConfig, type Patient } from '#features/system/diagnose.ts'
import type { Clock } from '#kernel/clock.ts'
import { silentLog } from '#kernel/log.ts'
import { contextOver } from '#open-app.ts'

/** What the doctor of this machine starts from. */
export interface DoctorParts {
  /** Reads the configuration; may throw. */
  config(): Config
  clock: Clock
}

/**
 * Looks at this installation from a process of its own: no server need run, and the database need not open. Nothing is
 * made, migrated or changed by it.
 */
export async function examine(
  { config, clock }: DoctorParts,
  signal: AbortSignal,
): Promise<{ status: Check['status']; checks: Check[] }> {
  const checks = await look(config, clock, signal)
  return { status: worstOf(checks), checks }
}

async function look(config: () => Config, clock: Clock, signal: AbortSignal): Promise<Check[]> {
  let found: Config
  try {
    found = config()
  } catch (error) {
    return diagnoseWithoutConfig(error, signal)
  }
  const { opened, ...patient } = await openAsItIs(found, clock)
  try {
    return await diagnose(patient, signal)
  } finally {
    await opened?.close()
  }
}

/** The database as it is: one that is missing stays missing, and an old schema stays old. */
async function openAsItIs(
  config: Config,
  clock: Clock,
): Promise<Patient & { opened?: OpenDatabase | undefined }> {
  const file = sqliteFile(config.database.url)
  if (file !== undefined && !existsSync(file)) return { config, clock, isNew: true }
  let opened: OpenDatabase | undefined
  try {
    opened = await openDatabase({ url: config.database.url })
    const { applied } = await schemaState(opened)
    if (applied.length === 0) return { config, clock, isNew: true, opened }
    return { config, clock, opened, context: contextOver(opened, partsFor(config, clock)) }
  } catch (failure) {
    return { config, clock, failure, opened }
  }
}

/** The key file is looked at by itself; no check seals or opens anything with the context's. */
const partsFor = (config: Config, clock: Clock) => ({
  config,
  clock,
  log: silentLog,
  keys: [toSecretKey(randomBytes(32))] as const,
})
