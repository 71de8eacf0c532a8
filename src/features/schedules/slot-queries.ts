import { sql } from 'kysely'
import type { Engine } from '#database/migration.ts'
import type { Database, Transaction } from '#database/schema.ts'
import type { Timestamp } from '#kernel/clock.ts'

export const slotOutcomes = ['made', 'skipped_overlap', 'skipped_window', 'missed', 'refused'] as const
export type SlotOutcome = (typeof slotOutcomes)[number]

/** One time of a schedule that was dealt with. */
export interface SettledSlot {
  key: string
  slot: Timestamp
  outcome: SlotOutcome
  jobId?: number | undefined
  reason?: string | undefined
}

/**
 * Takes a time of a schedule for the caller alone, among all processes on the database; false when it is taken.
 * Another one's transaction that is about to take it is waited for.
 */
export async function claimSlot(
  db: Pick<Database, 'insertInto'>,
  now: Timestamp,
  { key, slot, outcome, jobId, reason }: SettledSlot,
): Promise<boolean> {
  const result = await db
    .insertInto('schedule_slots')
    .values({
      schedule_key: key,
      slot,
      outcome,
      job_id: jobId ?? null,
      reason: reason ?? null,
      claimed_at: now,
    })
    .onConflict((conflict) => conflict.columns(['schedule_key', 'slot']).doNothing())
    .executeTakeFirst()
  return Number(result.numInsertedOrUpdatedRows ?? 0) > 0
}

/** Says what became of a time that was taken. */
export async function settleSlot(
  transaction: Transaction,
  { key, slot, outcome, jobId, reason }: SettledSlot,
): Promise<void> {
  await transaction
    .updateTable('schedule_slots')
    .set({ outcome, job_id: jobId ?? null, reason: reason ?? null })
    .where('schedule_key', '=', key)
    .where('slot', '=', slot)
    .execute()
}

const asRows = (engine: Engine, keys: readonly string[]) =>
  engine === 'sqlite'
    ? sql`(select value as key from json_each(${JSON.stringify(keys)}))`
    : sql`(select unnest(${keys}::text[]) as key)`

/** The newest time up to now that was dealt with, of each schedule that has one: one look into an index for each. */
export async function newestSlots(
  db: Database,
  engine: Engine,
  keys: readonly string[],
  now: Timestamp,
): Promise<Map<string, Timestamp>> {
  if (keys.length === 0) return new Map()
  const { rows } = await sql<{ key: string; slot: string | null }>`
    select wanted.key, (
      select max(slot) from schedule_slots where schedule_key = wanted.key and slot <= ${now}
    ) as slot
    from ${asRows(engine, keys)} as wanted`.execute(db)
  return new Map(rows.flatMap(({ key, slot }) => (slot === null ? [] : [[key, slot] as const])))
}

/** What became of the newest time up to now of each of these schedules; a clock that was ahead may have left later ones. */
export async function lastOutcomes(
  db: Database,
  engine: Engine,
  keys: readonly string[],
  now: Timestamp,
): Promise<Map<string, SettledSlot>> {
  if (keys.length === 0) return new Map()
  const { rows } = await sql<{
    key: string
    slot: string
    outcome: SlotOutcome
    job: number | null
    reason: string | null
  }>`
    select done.schedule_key as key, done.slot, done.outcome, jobs.id as job, done.reason
    from ${asRows(engine, keys)} as wanted
    join schedule_slots as done on done.schedule_key = wanted.key
      and done.slot = (
        select max(slot) from schedule_slots where schedule_key = wanted.key and slot <= ${now}
      )
    left join jobs on jobs.id = done.job_id`.execute(db)
  return new Map(
    rows.map(({ key, slot, outcome, job, reason }) => [
      key,
      { key, slot, outcome, jobId: job ?? undefined, reason: reason ?? undefined },
    ]),
  )
}

/** A job of an earlier time that is not over. */
export interface OpenJob {
  id: number
  /** False while it waits: for an approval, for its time, for its turn. */
  hasBegun: boolean
}

/**
 * Jobs that were made of a schedule and are not over, held against changes until the transaction ends: what is done with
 * them comes after a line of the trail, which whoever has one of them in hand still has to write. A preview that has
 * expired is not waited for.
 */
export async function openJobs(transaction: Transaction, engine: Engine, key: string): Promise<OpenJob[]> {
  const query = transaction
    .selectFrom('schedule_slots')
    .innerJoin('jobs', 'jobs.id', 'schedule_slots.job_id')
    .select(['jobs.id', 'jobs.status', 'jobs.started_at'])
    .where('schedule_key', '=', key)
    .where('jobs.status', 'in', ['pending', 'running', 'paused'])
    .where((eb) => eb.or([eb('approval', 'is', null), eb('approval', 'not in', ['expired', 'rejected'])]))
    .orderBy('jobs.id')
  const rows = await (engine === 'postgres' ? query.forNoKeyUpdate('jobs') : query).execute()
  return rows.map(({ id, status, started_at: startedAt }) => ({
    id,
    hasBegun: status !== 'pending' || startedAt !== null,
  }))
}

/** Forgets the times of a schedule that is gone. */
export async function forgetSlots(transaction: Transaction, key: string): Promise<void> {
  await transaction.deleteFrom('schedule_slots').where('schedule_key', '=', key).execute()
}
