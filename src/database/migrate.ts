import { CompiledQuery, sql } from 'kysely'
import type { Clock } from '#kernel/clock.ts'
import { systemClock } from '#kernel/clock.ts'
import { AppError } from '#kernel/errors.ts'
import { columnTypes } from '#database/migration.ts'
import { maintainPartitions, partitionedTables } from '#database/maintain-partitions.ts'
import type { Engine, Migration } from '#database/migration.ts'
import { inventory } from '#database/migrations/0001-inventory.ts'
import { sync } from '#database/migrations/0002-sync.ts'
import { jobs } from '#database/migrations/0003-jobs.ts'
import { monitoring } from '#database/migrations/0004-monitoring.ts'
import { knowledge } from '#database/migrations/0005-knowledge.ts'
import { access } from '#database/migrations/0006-access.ts'
import { identity } from '#database/migrations/0007-identity.ts'
import { prefixes } from '#database/migrations/0008-prefixes.ts'
import { watching } from '#database/migrations/0009-watching.ts'
import type { Database, Transaction } from '#database/schema.ts'

/** Every migration, oldest first. A released one never changes. */
export const migrations: Readonly<Record<string, Migration>> = {
  '0001-inventory': inventory,
  '0002-sync': sync,
  '0003-jobs': jobs,
  '0004-monitoring': monitoring,
  '0005-knowledge': knowledge,
  '0006-access': access,
  '0007-identity': identity,
  '0008-prefixes': prefixes,
  '0009-watching': watching,
}

/** Where a database stands: what was applied, what is still to come. */
export interface SchemaState {
  applied: { name: string; appliedAt: string }[]
  pending: string[]
}

interface Target {
  db: Database
  engine: Engine
}

type Steps = Readonly<Record<string, Migration>>

/** Reads where the schema stands; throws DATABASE_NEWER when a newer Rollcall has been here. */
export async function schemaState(
  { db }: Pick<Target, 'db'>,
  steps: Steps = migrations,
): Promise<SchemaState> {
  const names = Object.keys(steps)
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
  {
    clock = systemClock,
    before,
    steps = migrations,
  }: { clock?: Clock; before?: () => Promise<void>; steps?: Steps } = {},
): Promise<string[]> {
  const { applied, pending } = await schemaState(target, steps)
  if (applied.length === 0) await refuseStrangers(target)
  else if (pending.length > 0) await before?.()
  const done: string[] = []
  for (const name of pending) {
    const isDone = await target.db
      .transaction()
      .execute((transaction) => step(transaction, target.engine, steps, name, 'up', clock))
    if (isDone) done.push(name)
  }
  for (const table of partitionedTables) await maintainPartitions(target, table, clock.now())
  return done
}

/** A SQLite file belongs to one program; ours must not grow into that of another one. */
async function refuseStrangers({ db, engine }: Target): Promise<void> {
  if (engine === 'postgres') return
  const tables = (await db.introspection.getTables()).map((table) => table.name)
  if (tables.length === 0 || tables.includes('schema_migrations')) return
  throw new AppError('CONFLICT', `The database holds tables of another program (${tables[0]})`, {
    hint: 'Set database.url to a file of its own; it is made when it is not there.',
  })
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
    const isDone = await target.db
      .transaction()
      .execute((transaction) => step(transaction, target.engine, migrations, name, 'down', clock))
    if (isDone) done.push(name)
  }
  return done
}

/** Within one transaction: takes back whatever is applied, then makes the schema up to and with the named step. */
export async function remakeSchema(
  transaction: Transaction,
  engine: Engine,
  to: string,
  clock: Clock,
): Promise<void> {
  const { applied } = await schemaState({ db: transaction })
  for (const { name } of applied.toReversed())
    await step(transaction, engine, migrations, name, 'down', clock)
  for (const name of Object.keys(migrations)) {
    await step(transaction, engine, migrations, name, 'up', clock)
    if (name === to) return
  }
}

/** One step, unless another process was faster; several may start at the same time. */
async function step(
  transaction: Transaction,
  engine: Engine,
  steps: Steps,
  name: string,
  direction: 'up' | 'down',
  clock: Clock,
): Promise<boolean> {
  if (engine === 'postgres') await sql`select pg_advisory_xact_lock(8223372036854775807)`.execute(transaction)
  await run(
    transaction,
    'create table if not exists schema_migrations (name text primary key, applied_at text not null)',
  )
  const isApplied = (await appliedMigrations(transaction)).some((each) => each.name === name)
  if (isApplied === (direction === 'up')) return false
  for (const statement of steps[name]![direction](columnTypes[engine])) await run(transaction, statement)
  if (direction === 'up')
    await sql`insert into schema_migrations values (${name}, ${clock.now()})`.execute(transaction)
  else await sql`delete from schema_migrations where name = ${name}`.execute(transaction)
  return true
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
