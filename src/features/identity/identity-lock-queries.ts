import { sql } from 'kysely'
import type { Engine } from '#database/migration.ts'
import type { Transaction } from '#database/schema.ts'

/**
 * Lets one transaction at a time decide which records belong together, until it ends: two that each see a machine for
 * the first time would make two devices of it. SQLite has one writer anyway.
 */
export async function lockIdentity(transaction: Transaction, engine: Engine): Promise<void> {
  if (engine === 'postgres')
    await sql`select pg_advisory_xact_lock(hashtext('rollcall identity'))`.execute(transaction)
}
