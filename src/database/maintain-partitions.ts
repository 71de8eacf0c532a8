import { sql } from 'kysely'
import { toMilliseconds, toTimestamp } from '#kernel/clock.ts'
import { AppError } from '#kernel/errors.ts'
import type { Engine } from '#database/migration.ts'
import type { Database, Transaction } from '#database/schema.ts'

/** A table that PostgreSQL keeps in parts, one for each span of time. */
interface Partitioned {
  /** The column that says where a row belongs. */
  time: string
  /** How many characters of a time name its span: 7 for a month, 10 for a day. */
  digits: 7 | 10
  /** Spans that have a partition before they begin. */
  ahead: number
  /** The table that its rows refer to; it is locked first, as by whoever writes to both. */
  refersTo?: string
}

const partitioned = {
  sync_history: { time: 'performed_at', digits: 7, ahead: 3 },
  metrics: { time: 'timestamp', digits: 10, ahead: 3, refersTo: 'servers' },
} as const satisfies Record<string, Partitioned>

export type PartitionedTable = keyof typeof partitioned
export const partitionedTables = Object.keys(partitioned) as PartitionedTable[]

/**
 * Makes the partitions of a table for this span and the coming ones, moves rows that went into the default partition
 * meanwhile, and drops partitions that end before `keepFrom`. Nothing to do on SQLite. A dry run only tells. What
 * somebody else keeps busy is left for the next time: partitions are made long before they are needed.
 */
export async function maintainPartitions(
  { db, engine }: { db: Database; engine: Engine },
  table: PartitionedTable,
  now: string,
  {
    keepFrom,
    dryRun = false,
    patience = 3_000,
  }: {
    keepFrom?: string | undefined
    dryRun?: boolean | undefined
    /** So long it is waited for those who read or write the table; milliseconds. */
    patience?: number | undefined
  } = {},
): Promise<{ made: string[]; dropped: string[] }> {
  if (engine === 'sqlite') return { made: [], dropped: [] }
  const there = await partitions(db, table)
  const rest = `${table}_default`
  if (!there.includes(rest)) return { made: [], dropped: [] }
  const isOld = (span: string) => keepFrom !== undefined && endOf(span) <= keepFrom
  const wanted = [...comingSpans(table, now), ...(await straySpans(db, table))].filter((span) => !isOld(span))
  const missing = [...new Set(wanted)].filter((span) => !there.includes(nameOf(table, span))).toSorted()
  const old = there.filter((name) => name !== rest && isOld(spanOf(table, name)))
  if (dryRun) return { made: missing.map((span) => nameOf(table, span)), dropped: old }
  const made: string[] = []
  const dropped: string[] = []
  for (const span of missing) {
    if (!(await locked(db, table, patience, (each) => make(each, table, span)))) return { made, dropped }
    made.push(nameOf(table, span))
  }
  for (const name of old) {
    const drop = sql`drop table if exists ${sql.table(name)}`
    if (!(await locked(db, table, patience, (each) => drop.execute(each)))) return { made, dropped }
    dropped.push(name)
  }
  return { made, dropped }
}

/** Months, as `2026-11`, or days that the default partition holds rows of. */
async function straySpans(db: Database, table: PartitionedTable): Promise<string[]> {
  const { time, digits } = partitioned[table]
  const { rows } = await sql<{ span: string }>`
    select distinct substr(${sql.ref(time)}, 1, ${sql.lit(digits)}) as span
    from ${sql.table(`${table}_default`)}`.execute(db)
  return rows.map((row) => row.span)
}

/** A partition cannot be made over rows of the default one, so they step aside for a moment. */
async function make(transaction: Transaction, table: PartitionedTable, span: string): Promise<void> {
  const name = nameOf(table, span)
  if ((await partitions(transaction, table)).includes(name)) return
  const [from, to] = [sql.lit(startOf(span)), sql.lit(endOf(span))]
  const time = sql.ref(partitioned[table].time)
  const stray = sql`from ${sql.table(`${table}_default`)} where ${time} >= ${from} and ${time} < ${to}`
  await sql`create temporary table stray on commit drop as select * ${stray}`.execute(transaction)
  await sql`delete ${stray}`.execute(transaction)
  await sql`create table ${sql.table(name)} partition of ${sql.table(table)}
    for values from (${from}) to (${to})`.execute(transaction)
  await sql`insert into ${sql.table(table)} select * from stray`.execute(transaction)
}

/**
 * Several nodes may look after the same database. Whole tables are locked first, in the order in which writers come to
 * them, so that nobody waits for each other in a circle. False where that took too long.
 */
async function locked(
  db: Database,
  table: PartitionedTable,
  patience: number,
  work: (transaction: Transaction) => Promise<unknown>,
): Promise<boolean> {
  const settings: Partitioned = partitioned[table]
  const tables = [...(settings.refersTo === undefined ? [] : [settings.refersTo]), table]
  try {
    await db.transaction().execute(async (transaction) => {
      await sql`set local lock_timeout = ${sql.lit(patience)}`.execute(transaction)
      await sql`select pg_advisory_xact_lock(8223372036854775806)`.execute(transaction)
      for (const each of tables)
        await sql`lock table ${sql.table(each)} in access exclusive mode`.execute(transaction)
      await work(transaction)
    })
    return true
  } catch (error) {
    if (error instanceof AppError && error.code === 'DATABASE_LOCKED') return false
    throw error
  }
}

async function partitions(db: Database, table: PartitionedTable): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select child.relname as name from pg_inherits
    join pg_class child on child.oid = inhrelid
    where inhparent = to_regclass(${table}) order by 1`.execute(db)
  return rows.map((row) => row.name)
}

const nameOf = (table: PartitionedTable, span: string): string => `${table}_${span.replaceAll('-', '_')}`
const spanOf = (table: PartitionedTable, name: string): string =>
  name.slice(table.length + 1).replaceAll('_', '-')

const startOf = (span: string): string => `${span.length === 7 ? `${span}-01` : span}T00:00:00.000Z`
/** The first moment that is no longer part of it. */
const endOf = (span: string): string => startOf(spanAfter(span))
/** 32 days on from the first of a month is always in the next month. */
const spanAfter = (span: string): string =>
  toTimestamp(toMilliseconds(startOf(span)) + (span.length === 7 ? 32 : 1) * 86_400_000).slice(0, span.length)

function comingSpans(table: PartitionedTable, now: string): string[] {
  const { digits, ahead } = partitioned[table]
  const spans = [now.slice(0, digits)]
  while (spans.length <= ahead) spans.push(spanAfter(spans.at(-1)!))
  return spans
}
