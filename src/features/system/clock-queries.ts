import { sql } from 'kysely'
import type { Database } from '#database/schema.ts'
import { toTimestamp } from '#kernel/clock.ts'
import type { Timestamp } from '#kernel/clock.ts'

/** The time of the PostgreSQL server. */
export async function serverTime(db: Database): Promise<Timestamp> {
  const { rows } = await sql<{ milliseconds: number }>`
    select extract(epoch from clock_timestamp()) * 1000 as milliseconds`.execute(db)
  return toTimestamp(Number(rows[0]!.milliseconds))
}

/** The newest time that the database tells of; undefined for an empty one. */
export async function newestTime(db: Database): Promise<Timestamp | undefined> {
  const [audit, run] = await Promise.all([
    db
      .selectFrom('audit_logs')
      .select((eb) => eb.fn.max('timestamp').as('at'))
      .executeTakeFirst(),
    db
      .selectFrom('sync_runs')
      .select((eb) => eb.fn.max('started_at').as('at'))
      .executeTakeFirst(),
  ])
  return [audit?.at, run?.at]
    .filter((at) => at !== undefined && at !== null)
    .sort()
    .at(-1)
}
