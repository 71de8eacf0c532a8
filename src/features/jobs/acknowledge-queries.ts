import { CompiledQuery, createQueryId, sql } from 'kysely'
import type { RawBuilder } from 'kysely'
import type { Engine } from '#database/migration.ts'
import type { ManyQuery } from '#database/many-query.ts'
import type { Transaction } from '#database/schema.ts'
import type { Counts } from '#features/jobs/control-queries.ts'
import { isStill, openJobColumns } from '#features/jobs/claim-queries.ts'
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
  const write = engine === 'sqlite' ? writeOneByOne : writeAtOnce
  const { plain = [], other = [] } = Object.groupBy(given, (each) => (isPlain(each) ? 'plain' : 'other'))
  const changed = new Set([
    ...(await write(transaction, plain, always, now)),
    ...(await write(transaction, other, [...always, ...further], now)),
  ])
  if (changed.size === given.length) return { applied: [...given], late: [] }
  const rest = given.filter((each) => !changed.has(each))
  const repeated = await alreadyWritten(transaction, rest)
  return {
    applied: given.filter((each) => changed.has(each)),
    late: rest.filter((each) => !repeated.has(each)),
  }
}

/** It ended well at once, so that nothing of an earlier try has to be taken back: fewer columns, and no index of them. */
const isPlain = ({ row, outcome }: Acknowledgement): boolean =>
  row.attempt === 1 &&
  outcome.status === 'completed' &&
  outcome.errorCode === null &&
  outcome.errorMessage === null &&
  !outcome.isAmbiguous &&
  !outcome.isUncounted

interface Column {
  name: string
  /** Its type on PostgreSQL. */
  type: 'text' | 'int' | 'bigint' | 'jsonb'
  of(acknowledgement: Acknowledgement, now: string): string | number | null
}

const always: readonly Column[] = [
  { name: 'status', type: 'text', of: ({ outcome }) => outcome.status },
  { name: 'result', type: 'jsonb', of: ({ outcome }) => outcome.result },
  { name: 'cost_cents', type: 'bigint', of: ({ outcome }) => outcome.costCents },
  {
    name: 'processed_at',
    type: 'text',
    of: ({ outcome }, now) => (outcome.status === 'pending' ? null : now),
  },
]

const further: readonly Column[] = [
  { name: 'review', type: 'text', of: ({ outcome }) => (outcome.isAmbiguous ? 'ambiguous' : null) },
  { name: 'error_code', type: 'text', of: ({ outcome }) => outcome.errorCode },
  { name: 'error_message', type: 'text', of: ({ outcome }) => outcome.errorMessage },
  { name: 'next_run_at', type: 'text', of: ({ outcome }) => outcome.nextRunAt },
  { name: 'attempt', type: 'int', of: ({ row, outcome }) => row.attempt - (outcome.isUncounted ? 1 : 0) },
]

async function writeOneByOne(
  transaction: Transaction,
  given: readonly Acknowledgement[],
  columns: readonly Column[],
  now: string,
): Promise<Acknowledgement[]> {
  if (given.length === 0) return []
  const set = columns.map(({ name }) => `${name} = ?`).join(', ')
  const statement = `update job_rows set ${set}, node_id = null
    where id = ? and lease_token = ? and attempt = ? and status = 'processing'`
  const rows = given.map((each) => [
    ...columns.map((column) => column.of(each, now)),
    each.row.id,
    each.lease,
    each.row.attempt,
  ])
  const query: ManyQuery = { ...CompiledQuery.raw(statement), queryId: createQueryId(), rows }
  const { rows: changes } = await transaction.executeQuery<number>(query)
  return given.filter((_each, index) => changes[index]! > 0)
}

/** In one statement; a column that is the same in all rows is told once. */
async function writeAtOnce(
  transaction: Transaction,
  given: readonly Acknowledgement[],
  columns: readonly Column[],
  now: string,
): Promise<Acknowledgement[]> {
  if (given.length === 0) return []
  const told: { name: string; values: RawBuilder<unknown> }[] = [
    { name: 'id', values: sql`${given.map(({ row }) => row.id)}::bigint[]` },
    { name: 'lease', values: sql`${given.map(({ lease }) => lease)}::text[]` },
    { name: 'was', values: sql`${given.map(({ row }) => row.attempt)}::int[]` },
  ]
  const set = columns.map(({ name, type, of }) => {
    const values = given.map((each) => of(each, now))
    const cast = sql.raw(type)
    if (values.every((value) => value === values[0])) return sql`${sql.raw(name)} = ${values[0]}::${cast}`
    told.push({ name: `new_${name}`, values: sql`${values}::${type === 'jsonb' ? sql`text` : cast}[]` })
    return sql`${sql.raw(name)} = g.${sql.raw(`new_${name}`)}::${cast}`
  })
  const names = sql.raw([...told.map(({ name }) => name), 'n'].join(', '))
  const { rows } = await sql<{ n: number }>`
    update job_rows as t set ${sql.join(set)}, node_id = null
    from unnest(${sql.join(told.map(({ values }) => values))}) with ordinality as g (${names})
    where t.id = g.id and t.lease_token = g.lease and t.attempt = g.was and ${isStill('processing', 't')}
    returning g.n`.execute(transaction)
  return rows.map(({ n }) => given[n - 1]!)
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
