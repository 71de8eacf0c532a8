import { sql } from 'kysely'
import { bulkUpsert } from '#database/bulk.ts'
import type { Engine } from '#database/migration.ts'
import type { Database, Transaction } from '#database/schema.ts'
import type { MetricChunksTable, MetricLatestTable, MetricRollupsTable } from '#database/schema-metrics.ts'

export type Tier = 'hour' | 'day'

/** The chunks of one subject that begin at these times, in order. */
export const chunksOfSubject = (db: Database, subject: string, starts: readonly number[]) =>
  db
    .selectFrom('metric_chunks')
    .select(['start', 'payload'])
    .where('subject', '=', subject)
    .where('start', 'in', starts)
    .orderBy('start')
    .execute()

/** The chunks of several subjects in one bucket. */
export const chunksOfBucket = (db: Database, start: number, subjects: readonly string[]) =>
  db
    .selectFrom('metric_chunks')
    .select(['subject', 'payload'])
    .where('start', '=', start)
    .where('subject', 'in', subjects)
    .execute()

export const rollupsOfSubject = (db: Database, tier: Tier, subject: string, starts: readonly number[]) =>
  db
    .selectFrom('metric_rollups')
    .select(['start', 'payload'])
    .where('tier', '=', tier)
    .where('subject', '=', subject)
    .where('start', 'in', starts)
    .orderBy('start')
    .execute()

export const rollupsOfStart = (db: Database, tier: Tier, start: number, subjects: readonly string[]) =>
  db
    .selectFrom('metric_rollups')
    .select(['subject', 'payload'])
    .where('tier', '=', tier)
    .where('start', '=', start)
    .where('subject', 'in', subjects)
    .execute()

export interface Sealed {
  chunks: readonly MetricChunksTable[]
  rollups: readonly MetricRollupsTable[]
  latest: readonly MetricLatestTable[]
}

export async function saveSealed(transaction: Transaction, engine: Engine, sealed: Sealed): Promise<void> {
  await bulkUpsert(transaction, engine, 'metric_chunks', ['start', 'subject'], sealed.chunks)
  await bulkUpsert(transaction, engine, 'metric_rollups', ['tier', 'start', 'subject'], sealed.rollups)
  await bulkUpsert(transaction, engine, 'metric_latest', ['subject'], sealed.latest)
}

/** Which of these servers there are. On PostgreSQL they cannot go before the transaction ends. */
export async function serversThatExist(
  transaction: Transaction,
  engine: Engine,
  ids: readonly string[],
): Promise<Set<string>> {
  if (ids.length === 0) return new Set()
  const rows = await transaction
    .selectFrom('servers')
    .select('id')
    .where('id', 'in', ids)
    .orderBy('id')
    .$if(engine === 'postgres', (query) => query.modifyEnd(sql`for key share`))
    .execute()
  return new Set(rows.map(({ id }) => id))
}

export const latestOf = (db: Database, subjects: readonly string[]) =>
  db.selectFrom('metric_latest').selectAll().where('subject', 'in', subjects).execute()

/** Newest values after a subject, in the order of subjects. */
export const latestAfter = (db: Database, subject: string, limit: number) =>
  db
    .selectFrom('metric_latest')
    .selectAll()
    .where('subject', '>', subject)
    .orderBy('subject')
    .limit(limit)
    .execute()

/** When the oldest chunk begins. */
export async function oldestChunk(db: Database | Transaction): Promise<number | undefined> {
  const row = await db
    .selectFrom('metric_chunks')
    .select('start')
    .orderBy('start')
    .limit(1)
    .executeTakeFirst()
  return row?.start
}

/** When the newest chunk begins. */
export async function newestChunk(db: Database): Promise<number | undefined> {
  const query = db.selectFrom('metric_chunks').select('start').orderBy('start', 'desc')
  return (await query.limit(1).executeTakeFirst())?.start
}

/** When the oldest roll-ups begin. */
export async function oldestRollups(db: Database | Transaction, tier: Tier): Promise<number | undefined> {
  const query = db.selectFrom('metric_rollups').select('start').where('tier', '=', tier)
  return (await query.orderBy('start').limit(1).executeTakeFirst())?.start
}

/** Deletes some of the oldest that begin before a time; gives how many. */
export async function deleteOldChunks(
  transaction: Transaction,
  before: number,
  limit: number,
): Promise<number> {
  const { numDeletedRows } = await transaction
    .deleteFrom('metric_chunks')
    .where(({ eb, refTuple, selectFrom }) =>
      eb(
        refTuple('start', 'subject'),
        'in',
        selectFrom('metric_chunks')
          .select(['start', 'subject'])
          .where('start', '<', before)
          .orderBy('start')
          .limit(limit)
          .$asTuple('start', 'subject'),
      ),
    )
    .executeTakeFirst()
  return Number(numDeletedRows)
}

export async function deleteOldRollups(
  transaction: Transaction,
  tier: Tier,
  before: number,
  limit: number,
): Promise<number> {
  const { numDeletedRows } = await transaction
    .deleteFrom('metric_rollups')
    .where('tier', '=', tier)
    .where(({ eb, refTuple, selectFrom }) =>
      eb(
        refTuple('start', 'subject'),
        'in',
        selectFrom('metric_rollups')
          .select(['start', 'subject'])
          .where('tier', '=', tier)
          .where('start', '<', before)
          .orderBy('start')
          .limit(limit)
          .$asTuple('start', 'subject'),
      ),
    )
    .executeTakeFirst()
  return Number(numDeletedRows)
}

/** Deletes all that is sealed of some subjects; buckets are named, so that each is found by its key. */
export async function deleteSealed(
  transaction: Transaction,
  subjects: readonly string[],
  starts: { chunks: readonly number[]; hour: readonly number[]; day: readonly number[] },
): Promise<void> {
  if (starts.chunks.length > 0)
    await transaction
      .deleteFrom('metric_chunks')
      .where('start', 'in', starts.chunks)
      .where('subject', 'in', subjects)
      .execute()
  for (const tier of ['hour', 'day'] as const)
    if (starts[tier].length > 0)
      await transaction
        .deleteFrom('metric_rollups')
        .where('tier', '=', tier)
        .where('start', 'in', starts[tier])
        .where('subject', 'in', subjects)
        .execute()
}

export async function deleteLatest(transaction: Transaction, subjects: readonly string[]): Promise<void> {
  await transaction.deleteFrom('metric_latest').where('subject', 'in', subjects).execute()
}
