import { sql } from 'kysely'
import { bulkInsert } from '#database/bulk.ts'
import type { Engine } from '#database/migration.ts'
import type { Transaction } from '#database/schema.ts'
import type { ClaimedRow } from '#features/jobs/claim-queries.ts'

/** What the ledger of effects says of rows that were just taken. */
export interface Ledger {
  /** Theirs to do. */
  mine: ClaimedRow[]
  /** Done before, by which row of which job. */
  done: { row: ClaimedRow; jobId: number; rowNumber: number; result: string | null }[]
  /** Another row has the same effect in work. */
  held: ClaimedRow[]
}

interface KeptEffect {
  effect_key: string
  job_id: number
  row_number: number
  status: string
  result: string | null
  holder: string | null
}

/** Notes in the claim's transaction that the effects of these rows are begun, and sorts out those that are not theirs. */
export async function beginEffects(
  transaction: Transaction,
  engine: Engine,
  job: { id: number; action: string },
  rows: readonly ClaimedRow[],
  now: string,
): Promise<Ledger> {
  const keyed = new Map<string, ClaimedRow>()
  const ledger: Ledger = { mine: [], done: [], held: [] }
  for (const row of rows) {
    if (row.effect_key === null) ledger.mine.push(row)
    else if (keyed.has(row.effect_key)) ledger.held.push(row)
    else keyed.set(row.effect_key, row)
  }
  if (keyed.size === 0) return ledger
  await insertBegun(transaction, engine, job, keyed, now)
  for (const kept of await keptEffects(transaction, engine, [...keyed.keys()])) {
    const row = keyed.get(kept.effect_key)!
    const isOwn = kept.job_id === job.id && kept.row_number === row.row_number
    if (kept.status === 'done')
      ledger.done.push({ row, jobId: kept.job_id, rowNumber: kept.row_number, result: kept.result })
    else if (isOwn) ledger.mine.push(row)
    else if (kept.holder === 'processing') ledger.held.push(row)
    else if (await takeOver(transaction, kept, job.id, row.row_number, now)) ledger.mine.push(row)
    else ledger.held.push(row)
  }
  return ledger
}

/** In the order of the keys, so that two claims never wait for each other. */
async function insertBegun(
  transaction: Transaction,
  engine: Engine,
  job: { id: number; action: string },
  rows: ReadonlyMap<string, ClaimedRow>,
  now: string,
): Promise<void> {
  const begun = [...rows.keys()].toSorted().map((key) => ({
    effect_key: key,
    action: job.action,
    job_id: job.id,
    row_number: rows.get(key)!.row_number,
    status: 'begun',
    begun_at: now,
  }))
  await bulkInsert(transaction, engine, 'job_effects', begun, { ignore: true })
}

async function keptEffects(
  transaction: Transaction,
  engine: Engine,
  keys: readonly string[],
): Promise<KeptEffect[]> {
  const { rows } = await sql<KeptEffect>`
    select e.effect_key, e.job_id, e.row_number, e.status, e.result, r.status as holder
    from job_effects e left join job_rows r on r.job_id = e.job_id and r.row_number = e.row_number
    where ${keyIn(engine, 'e.effect_key', keys)} order by e.effect_key`.execute(transaction)
  return rows
}

const keyIn = (engine: Engine, column: string, keys: readonly string[]) =>
  engine === 'sqlite'
    ? sql<boolean>`${sql.ref(column)} in (select value from json_each(${JSON.stringify(keys)}))`
    : sql<boolean>`${sql.ref(column)} = any(${keys}::text[])`

/** Whoever began it does not do it any more. The other side does what comes with the same key once. */
async function takeOver(
  transaction: Transaction,
  kept: KeptEffect,
  jobId: number,
  rowNumber: number,
  now: string,
): Promise<boolean> {
  const { numUpdatedRows } = await transaction
    .updateTable('job_effects')
    .set({ job_id: jobId, row_number: rowNumber, begun_at: now })
    .where('effect_key', '=', kept.effect_key)
    .where('status', '=', 'begun')
    .where('job_id', '=', kept.job_id)
    .where('row_number', '=', kept.row_number)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** Keeps effects as done for good, each with what it gave. */
export async function endEffects(
  transaction: Transaction,
  engine: Engine,
  done: readonly { key: string; result: string | null }[],
  now: string,
): Promise<void> {
  if (done.length === 0) return
  const text = JSON.stringify(done.map(({ key, result }) => ({ key, result })))
  if (engine === 'sqlite')
    await sql`
      update job_effects set status = 'done', done_at = ${now}, result = g.value ->> 'result'
      from json_each(${text}) as g where job_effects.effect_key = g.value ->> 'key'`.execute(transaction)
  else
    await sql`
      update job_effects set status = 'done', done_at = ${now}, result = g.result::jsonb
      from json_to_recordset(${text}::json) as g (key text, result text)
      where job_effects.effect_key = g.key`.execute(transaction)
}

/** Forgets effects of a job that were begun and are known not to have been done. */
export async function forgetEffects(
  transaction: Transaction,
  engine: Engine,
  jobId: number,
  keys: readonly string[],
): Promise<void> {
  if (keys.length === 0) return
  await transaction
    .deleteFrom('job_effects')
    .where(keyIn(engine, 'effect_key', keys))
    .where('job_id', '=', jobId)
    .where('status', '=', 'begun')
    .execute()
}
