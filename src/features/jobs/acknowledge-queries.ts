import { CompiledQuery, createQueryId, sql } from 'kysely'
import type { Engine } from '#database/migration.ts'
import type { ManyQuery } from '#database/many-query.ts'
import type { Transaction } from '#database/schema.ts'
import type { Counts } from '#features/jobs/control-queries.ts'
import { openJobColumns } from '#features/jobs/claim-queries.ts'
import type { ClaimedRow, OpenJob } from '#features/jobs/claim-queries.ts'
import type { Outcome } from '#features/jobs/outcome.ts'

/** What became of a row, on behalf of the claim that holds it. */
export interface Acknowledgement {
  jobId: number
  row: ClaimedRow
  lease: string
  outcome: Outcome
}

/** How acknowledgements fared: those of leases that are lost changed nothing, and neither do repeated ones. */
export interface Written {
  applied: Acknowledgement[]
  late: Acknowledgement[]
}

/** Writes outcomes, each only while its claim still holds the row. */
export async function writeOutcomes(
  transaction: Transaction,
  engine: Engine,
  given: readonly Acknowledgement[],
  now: string,
): Promise<Written> {
  const changed = await (engine === 'sqlite'
    ? writeOneByOne(transaction, given, now)
    : writeAtOnce(transaction, given, now))
  if (changed.size === given.length) return { applied: [...given], late: [] }
  const rest = given.filter((each) => !changed.has(each))
  const repeated = await alreadyWritten(transaction, rest)
  return {
    applied: given.filter((each) => changed.has(each)),
    late: rest.filter((each) => !repeated.has(each)),
  }
}

const setColumns = `status = ?, review = ?, result = ?, error_code = ?, error_message = ?, cost_cents = ?,
  next_run_at = ?, attempt = ?, processed_at = ?, node_id = null`

async function writeOneByOne(
  transaction: Transaction,
  given: readonly Acknowledgement[],
  now: string,
): Promise<Set<Acknowledgement>> {
  const statement = `update job_rows set ${setColumns} where id = ? and lease_token = ? and attempt = ? and status = 'processing'`
  const run = async (each: readonly Acknowledgement[]) => {
    const rows = each.map((one) => [...valuesOf(one, now), one.row.id, one.lease, one.row.attempt])
    const query: ManyQuery = { ...CompiledQuery.raw(statement), queryId: createQueryId(), rows }
    return Number((await transaction.executeQuery(query)).numAffectedRows ?? 0)
  }
  const held = await heldOnes(transaction, given)
  await run(given.filter((each) => held.has(each)))
  return held
}

/** On SQLite nobody else writes in between, so what is held now is held when it is written. */
async function heldOnes(
  transaction: Transaction,
  given: readonly Acknowledgement[],
): Promise<Set<Acknowledgement>> {
  const { rows } = await sql<{ id: number; lease_token: string; attempt: number }>`
    select id, lease_token, attempt from job_rows where status = 'processing'
      and id in (select value from json_each(${JSON.stringify(given.map((each) => each.row.id))}))`.execute(
    transaction,
  )
  const held = new Map(rows.map((row) => [row.id, row]))
  const seen = new Set<number>()
  return new Set(
    given.filter(({ row, lease }) => {
      const now = held.get(row.id)
      const isHeld = now?.lease_token === lease && now.attempt === row.attempt && !seen.has(row.id)
      if (isHeld) seen.add(row.id)
      return isHeld
    }),
  )
}

async function writeAtOnce(
  transaction: Transaction,
  given: readonly Acknowledgement[],
  now: string,
): Promise<Set<Acknowledgement>> {
  const records = given.map((each, index) => {
    const [status, review, result, code, message, cost, next, attempt, at] = valuesOf(each, now)
    const { row, lease } = each
    return {
      n: index,
      id: row.id,
      lease,
      was: row.attempt,
      status,
      review,
      result,
      code,
      message,
      cost,
      next,
      attempt,
      at,
    }
  })
  const { rows } = await sql<{ n: number }>`
    update job_rows as t set status = g.status, review = g.review, result = g.result::jsonb,
      error_code = g.code, error_message = g.message, cost_cents = g.cost, next_run_at = g.next,
      attempt = g.attempt, processed_at = g.at, node_id = null
    from json_to_recordset(${JSON.stringify(records)}::json) as g (n int, id bigint, lease text, was int,
      status text, review text, result text, code text, message text, cost bigint, next text, attempt int, at text)
    where t.id = g.id and t.lease_token = g.lease and t.attempt = g.was and t.status = 'processing'
    returning g.n`.execute(transaction)
  return new Set(rows.map(({ n }) => given[n]!))
}

function valuesOf({ row, outcome }: Acknowledgement, now: string) {
  return [
    outcome.status,
    outcome.isAmbiguous ? 'ambiguous' : null,
    outcome.result,
    outcome.errorCode,
    outcome.errorMessage,
    outcome.costCents,
    outcome.nextRunAt,
    outcome.isUncounted ? row.attempt - 1 : row.attempt,
    outcome.status === 'pending' ? null : now,
  ] as const
}

/** Those whose rows tell that just this was written: a commit whose answer was lost. */
async function alreadyWritten(
  transaction: Transaction,
  given: readonly Acknowledgement[],
): Promise<Set<Acknowledgement>> {
  const rows = await transaction
    .selectFrom('job_rows')
    .select(['id', 'lease_token', 'status'])
    .where('id', 'in', [...new Set(given.map((each) => each.row.id))])
    .execute()
  const byId = new Map(rows.map((row) => [row.id, row]))
  return new Set(
    given.filter(({ row, lease, outcome }) => {
      const now = byId.get(row.id)
      return now?.lease_token === lease && now.status === outcome.status
    }),
  )
}

/** Moves the counters and the cost of a job; gives it as it is then. Undefined where it was removed. */
export async function countOutcomes(
  transaction: Transaction,
  id: number,
  counts: Counts & { costCents: number },
  now: string,
  progress?: string,
): Promise<OpenJob | undefined> {
  return transaction
    .updateTable('jobs')
    .set((eb) => ({
      processed_rows: eb('processed_rows', '+', counts.processed),
      successful_rows: eb('successful_rows', '+', counts.successful),
      failed_rows: eb('failed_rows', '+', counts.failed),
      skipped_rows: eb('skipped_rows', '+', counts.skipped),
      ambiguous_rows: eb('ambiguous_rows', '+', counts.ambiguous),
      ...(counts.costCents === 0
        ? {}
        : { total_cost_cents: sql<number>`coalesce(total_cost_cents, 0) + ${counts.costCents}` }),
      ...(progress === undefined ? {} : { progress }),
      updated_at: now,
    }))
    .where('id', '=', id)
    .returning(openJobColumns)
    .executeTakeFirst() as Promise<OpenJob | undefined>
}

/** Keeps how far jobs are. */
export async function keepProgress(
  transaction: Transaction,
  id: number,
  progress: string,
  now: string,
): Promise<void> {
  await transaction
    .updateTable('jobs')
    .set({ progress, updated_at: now })
    .where('id', '=', id)
    .where('status', 'in', ['running', 'paused'])
    .execute()
}
