import { CompiledQuery, sql } from 'kysely'
import type { Clock } from '#kernel/clock.ts'
import { systemClock } from '#kernel/clock.ts'
import { AppError } from '#kernel/errors.ts'
import { columnTypes } from '#database/migration.ts'
import type { Engine, Migration } from '#database/migration.ts'
import { inventory } from '#database/migrations/0001-inventory.ts'
import { sync } from '#database/migrations/0002-sync.ts'
import { jobs } from '#database/migrations/0003-jobs.ts'
import { monitoring } from '#database/migrations/0004-monitoring.ts'
import { knowledge } from '#database/migrations/0005-knowledge.ts'
import { access } from '#database/migrations/0006-access.ts'
import type { Database, Transaction } from '#database/schema.ts'

/** Every migration, oldest first. A released one never changes. */
export const migrations: Readonly<Record<string, Migration>> = {
  '0001-inventory': inventory,
  '0002-sync': sync,
  '0003-jobs': jobs,
  '0004-monitoring': monitoring,
  '0005-knowledge': knowledge,
  '0006-access': access,
}

const names = Object.keys(migrations)

/** Where a database stands: what was applied, what is still to come. */
export interface SchemaState {
  applied: { name: string; appliedAt: string }[]
  pending: string[]
}

interface Target {
  db: Database
  engine: Engine
}

/** Reads where the schema stands; throws DATABASE_NEWER when a newer Rollcall has been here. */
export async function schemaState({ db }: Pick<Target, 'db'>): Promise<SchemaState> {
  const applied = await appliedMigrations(db)
  const unknown = applied.filter(({ name }) => !names.includes(name))
  if (unknown.length > 0) {
    throw new AppError(
      'DATABASE_NEWER',
      `The database has the schema of a newer Rollcall (${unknown.map(({ name }) => name).join(', ')})`,
      {
        hint: 'Start that version again, or restore the backup that was made before it migrated: rollcall db restore FILE.',
      },
    )
  }
  const known = new Set(applied.map(({ name }) => name))
  return { applied, pending: names.filter((name) => !known.has(name)) }
}

/**
 * Brings the schema up to date, each step in a transaction of its own; gives the names of the steps done.
 * `before` runs first when a database with data is about to change: the place for a backup.
 */
export async function migrate(
  target: Target,
  { clock = systemClock, before }: { clock?: Clock; before?: () => Promise<void> } = {},
): Promise<string[]> {
  const { applied, pending } = await schemaState(target)
  if (pending.length === 0) return []
  if (applied.length > 0) await before?.()
  const done: string[] = []
  for (const name of pending) {
    if (await step(target, name, 'up', clock)) done.push(name)
  }
  return done
}

/** Takes migrations back, newest first, down to and without the named one (all, when undefined). */
export async function migrateDown(
  target: Target,
  to: string | undefined,
  clock: Clock = systemClock,
): Promise<string[]> {
  const { applied } = await schemaState(target)
  const done: string[] = []
  for (const { name } of applied.toReversed()) {
    if (name === to) break
    if (await step(target, name, 'down', clock)) done.push(name)
  }
  return done
}

/** One step, unless another process was faster; several may start at the same time. */
function step(
  { db, engine }: Target,
  name: string,
  direction: 'up' | 'down',
  clock: Clock,
): Promise<boolean> {
  return db.transaction().execute(async (transaction) => {
    if (engine === 'postgres')
      await sql`select pg_advisory_xact_lock(8223372036854775807)`.execute(transaction)
    await run(
      transaction,
      'create table if not exists schema_migrations (name text primary key, applied_at text not null)',
    )
    const isApplied = (await appliedMigrations(transaction)).some((each) => each.name === name)
    if (isApplied === (direction === 'up')) return false
    for (const statement of migrations[name]![direction](columnTypes[engine]))
      await run(transaction, statement)
    if (direction === 'up')
      await sql`insert into schema_migrations values (${name}, ${clock.now()})`.execute(transaction)
    else await sql`delete from schema_migrations where name = ${name}`.execute(transaction)
    return true
  })
}

const run = (transaction: Transaction, statement: string) =>
  transaction.executeQuery(CompiledQuery.raw(statement))

async function appliedMigrations(db: Database): Promise<{ name: string; appliedAt: string }[]> {
  const tables = await db.introspection.getTables()
  if (!tables.some((table) => table.name === 'schema_migrations')) return []
  const { rows } = await sql<{
    name: string
    applied_at: string
  }>`select name, applied_at from schema_migrations order by name`.execute(db)
  return rows.map((row) => ({ name: row.name, appliedAt: row.applied_at }))
}
