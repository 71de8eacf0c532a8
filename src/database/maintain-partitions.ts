import { sql } from 'kysely'
import { toMilliseconds, toTimestamp } from '#kernel/clock.ts'
import type { Engine } from '#database/migration.ts'
import type { Database, Transaction } from '#database/schema.ts'

/** Months that have a partition before they begin. */
const monthsAhead = 3
const prefix = 'sync_history_'
const rest = 'sync_history_default'

/**
 * Makes the monthly partitions of sync_history for this month and the coming ones, moves rows that went into the
 * default partition meanwhile, and drops partitions that end before `keepFrom`. Nothing to do on SQLite. A dry run
 * only tells.
 */
export async function maintainPartitions(
  { db, engine }: { db: Database; engine: Engine },
  now: string,
  { keepFrom, dryRun = false }: { keepFrom?: string | undefined; dryRun?: boolean | undefined } = {},
): Promise<{ made: string[]; dropped: string[] }> {
  if (engine === 'sqlite') return { made: [], dropped: [] }
  const there = await partitions(db)
  if (!there.includes(rest)) return { made: [], dropped: [] }
  const isOld = (month: string) => keepFrom !== undefined && monthAfter(month) <= keepFrom
  const wanted = [...comingMonths(now), ...(await strayMonths(db))].filter((month) => !isOld(month))
  const missing = [...new Set(wanted)].filter((month) => !there.includes(nameOf(month)))
  const old = there.filter((name) => name !== rest && isOld(monthOf(name)))
  if (!dryRun) {
    for (const month of missing) await make(db, month)
    for (const name of old)
      await locked(db, (transaction) => sql`drop table if exists ${sql.table(name)}`.execute(transaction))
  }
  return { made: missing.map(nameOf).toSorted(), dropped: old }
}

/** Months, as `2026-11`, that the default partition holds rows of. */
async function strayMonths(db: Database): Promise<string[]> {
  const { rows } = await sql<{
    month: string
  }>`select distinct substr(performed_at, 1, 7) as month from ${sql.table(rest)}`.execute(db)
  return rows.map((row) => row.month)
}

/** A partition cannot be made over rows of the default one, so they step aside for a moment. */
async function make(db: Database, month: string): Promise<void> {
  const [from, to] = [sql.lit(monthStart(month)), sql.lit(monthAfter(month))]
  const name = nameOf(month)
  await locked(db, async (transaction) => {
    if ((await partitions(transaction)).includes(name)) return
    const stray = sql`from ${sql.table(rest)} where performed_at >= ${from} and performed_at < ${to}`
    await sql`lock table ${sql.table(rest)} in access exclusive mode`.execute(transaction)
    await sql`create temporary table stray_history on commit drop as select * ${stray}`.execute(transaction)
    await sql`delete ${stray}`.execute(transaction)
    await sql`create table ${sql.table(name)} partition of sync_history for values from (${from}) to (${to})`.execute(
      transaction,
    )
    await sql`insert into sync_history select * from stray_history`.execute(transaction)
  })
}

/** Several nodes may look after the same database. */
function locked(db: Database, work: (transaction: Transaction) => Promise<unknown>): Promise<void> {
  return db.transaction().execute(async (transaction) => {
    await sql`select pg_advisory_xact_lock(8223372036854775806)`.execute(transaction)
    await work(transaction)
  })
}

async function partitions(db: Database): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select child.relname as name from pg_inherits
    join pg_class child on child.oid = inhrelid
    where inhparent = to_regclass('sync_history') order by 1`.execute(db)
  return rows.map((row) => row.name)
}

const nameOf = (month: string): string => `${prefix}${month.replace('-', '_')}`
const monthOf = (name: string): string => name.slice(prefix.length).replace('_', '-')
const monthStart = (month: string): string => `${month}-01T00:00:00.000Z`
/** The first moment that is no longer part of it: 32 days on is always in the next month. */
const monthAfter = (month: string): string => monthStart(nextMonth(month))
const nextMonth = (month: string): string =>
  toTimestamp(toMilliseconds(monthStart(month)) + 32 * 86_400_000).slice(0, 7)

function comingMonths(now: string): string[] {
  const months = [now.slice(0, 7)]
  while (months.length <= monthsAhead) months.push(nextMonth(months.at(-1)!))
  return months
}
