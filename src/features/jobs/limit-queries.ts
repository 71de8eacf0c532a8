import { sql } from 'kysely'
import type { RawBuilder } from 'kysely'
import { Occupancy, takeTokens } from '#features/jobs/limits.ts'
import type { DueRow, SharedLimits } from '#features/jobs/limits.ts'
import { shift, toMilliseconds } from '#kernel/clock.ts'
import type { Engine } from '#database/migration.ts'
import type { Transaction } from '#database/schema.ts'

/** Rows that may be begun now. */
export interface Admitted {
  ids: number[]
  /** When the rate lets the next begin; null where only the end of a row can. */
  nextAt: string | null
}

interface Asked {
  transaction: Transaction
  engine: Engine
  jobId: number
  now: string
  /** The greatest number of a row that may be begun. */
  upTo: number
}

/**
 * Chooses up to `most` due rows of a job that its limits let begin now, in the order in which they are due; rows whose
 * target or credential is busy are passed over. To be called in the transaction that then sets them to `processing`:
 * until it ends no other process may choose, so that the limits hold exactly over all jobs and processes.
 * The tokens of a rate are taken by the database's clock on PostgreSQL, where each node has a clock of its own.
 */
export async function admitLimited(
  transaction: Transaction,
  engine: Engine,
  jobId: number,
  limits: SharedLimits,
  most: number,
  now: string,
  upTo: number = 2_147_483_647,
): Promise<Admitted> {
  const asked: Asked = { transaction, engine, jobId, now, upTo }
  await lockLimits(asked)
  const { allowed, bucket, waitMs } = await rateOf(asked, limits.rate, most)
  if (allowed === 0) return { ids: [], nextAt: shift(now, waitMs) }
  const ids = await chooseRows(asked, limits, allowed)
  if (limits.rate === null || bucket === null || ids.length === 0) return { ids, nextAt: null }
  const rest = takeTokens(bucket, limits.rate, bucket.filledAt, ids.length)
  await keepBucket(transaction, limits.rate.key, rest.bucket)
  // With tokens left it is not the rate that holds up the rest.
  return { ids, nextAt: rest.waitMs > 0 ? shift(now, rest.waitMs) : null }
}

/** One transaction at a time decides what begins. SQLite has one writer anyway. */
async function lockLimits({ transaction, engine }: Asked): Promise<void> {
  if (engine === 'postgres')
    await sql`select pg_advisory_xact_lock(hashtext('rollcall job limits'))`.execute(transaction)
}

/** How many the rate lets begin now, and the bucket filled up to now. */
async function rateOf({ transaction, engine, now }: Asked, rate: SharedLimits['rate'], most: number) {
  if (rate === null) return { allowed: most, bucket: null, waitMs: 0 }
  const nowMs = engine === 'postgres' ? await databaseTime(transaction) : toMilliseconds(now)
  const kept = await transaction
    .selectFrom('job_limits')
    .select(['tokens', 'filled_at'])
    .where('key', '=', rate.key)
    .executeTakeFirst()
  const before = kept && { tokens: kept.tokens, filledAt: kept.filled_at }
  const { taken, bucket, waitMs } = takeTokens(before, rate, nowMs, most)
  return { allowed: taken, bucket: { ...bucket, tokens: bucket.tokens + taken }, waitMs }
}

async function databaseTime(transaction: Transaction): Promise<number> {
  const { rows } = await sql<{ ms: number }>`
    select floor(extract(epoch from clock_timestamp()) * 1000)::float8 as ms`.execute(transaction)
  return rows[0]!.ms
}

const keepBucket = (transaction: Transaction, key: string, bucket: { tokens: number; filledAt: number }) =>
  transaction
    .insertInto('job_limits')
    .values({ key, tokens: bucket.tokens, filled_at: bucket.filledAt })
    .onConflict((conflict) =>
      conflict.column('key').doUpdateSet({ tokens: bucket.tokens, filled_at: bucket.filledAt }),
    )
    .execute()

/** First those that are due first; only when too many of these are held up, by target over all the rest. */
async function chooseRows(asked: Asked, limits: SharedLimits, most: number): Promise<number[]> {
  const busy = new Occupancy(
    limits,
    limits.perTarget === null ? new Map() : await countBusy(asked, 'target_key'),
    limits.perCredential === null ? new Map() : await countBusy(asked, 'credential_key'),
  )
  const chosen: number[] = []
  const choose = (rows: readonly DueRow[]): void => {
    for (const row of rows) if (chosen.length < most && busy.take(row)) chosen.push(row.id)
  }
  const window = 50 + 4 * most
  const first = await firstDue(asked, window)
  choose(first)
  if (first.length < window) return chosen
  for (let before = -1; chosen.length < most && chosen.length > before;) {
    before = chosen.length
    choose(await dueElsewhere(asked, busy, chosen, most - chosen.length))
  }
  return chosen
}

async function countBusy({ transaction }: Asked, column: 'target_key' | 'credential_key') {
  const { rows } = await sql<{ key: string; rows: number }>`
    select ${sql.ref(column)} as key, count(*) as rows from job_rows
    where status = 'processing' and ${sql.ref(column)} is not null and ${sql.ref(column)} <> ''
    group by 1`.execute(transaction)
  return new Map(rows.map((row) => [row.key, Number(row.rows)]))
}

async function firstDue({ transaction, jobId, now, upTo }: Asked, most: number): Promise<DueRow[]> {
  const { rows } = await sql<DueRow>`
    select id, target_key, credential_key from job_rows
    where job_id = ${jobId} and status = 'pending' and next_run_at <= ${now} and row_number <= ${upTo}
    order by next_run_at, row_number limit ${most}`.execute(transaction)
  return rows
}

/** Text that is in none of the names; a list may be empty. */
const notAmong = (column: RawBuilder<unknown>, names: readonly (string | number)[]): RawBuilder<unknown> =>
  names.length === 0 ? sql`1 = 1` : sql`${column} not in (${sql.join(names)})`

/**
 * Due rows of the targets and credentials that are free, found by jumping from one to the next in the index: a million
 * rows of a busy target before them cost one jump.
 */
async function dueElsewhere(
  asked: Asked,
  busy: Occupancy,
  chosen: number[],
  most: number,
): Promise<DueRow[]> {
  const { transaction, engine, jobId, now, upTo } = asked
  const open = sql`job_id = ${jobId} and status = 'pending' and target_key is not null`
  const firstOfPair = sql`
    select id from job_rows where ${open} and credential_key = pairs.c and target_key = pairs.t
    and next_run_at <= ${now} and row_number <= ${upTo} and ${notAmong(sql`id`, chosen)} order by next_run_at, row_number limit ${most}`
  const { rows } = await sql<DueRow>`
    with recursive
    credentials (c) as (
      select min(credential_key) from job_rows where ${open}
      union all
      select (select min(credential_key) from job_rows where ${open} and credential_key > credentials.c)
      from credentials where credentials.c is not null
    ),
    pairs (c, t) as (
      select c, (select min(target_key) from job_rows where ${open} and credential_key = credentials.c)
      from credentials where c is not null and ${notAmong(sql`c`, busy.fullCredentials())}
      union all
      select c, (select min(target_key) from job_rows
        where ${open} and credential_key = pairs.c and target_key > pairs.t)
      from pairs where t is not null
    )
    select job_rows.id, job_rows.target_key, job_rows.credential_key from pairs
    ${
      engine === 'postgres'
        ? sql`cross join lateral (${firstOfPair}) due join job_rows on job_rows.id = due.id`
        : sql`join job_rows on job_rows.id in (${firstOfPair})`
    }
    where pairs.t is not null and ${notAmong(sql`pairs.t`, busy.fullTargets())}
    limit ${most * 8}`.execute(transaction)
  return rows
}
