import type { Insertable } from 'kysely'
import type { OpenDatabase } from '#database/open.ts'
import type { JobRowsTable, JobsTable } from '#database/schema.ts'
import type { CheckApproval } from '#features/jobs/approve-job.ts'
import { errorOperations } from '#features/jobs/error-operations.ts'
import { createApprovalOperations } from '#features/jobs/job-approval-operations.ts'
import { jobControlOperations } from '#features/jobs/job-control-operations.ts'
import { jobOperations } from '#features/jobs/job-operations.ts'
import { insertJob, insertRows } from '#features/jobs/insert-queries.ts'
import { requesterOf } from '#features/jobs/requester.ts'
import type { Actor } from '#model/actor.ts'
import { rolePermissions } from '#model/actor.ts'
import { answerOperation } from '#surfaces/answer-operation.ts'
import { testConfig } from '#test/test-config.ts'
import { testContext } from '#test/test-context.ts'
import type { TestContext } from '#test/test-context.ts'

// oxlint-disable-next-line typescript/no-explicit-any -- the tests look into answers of every shape
type Answer = any

const never = new AbortController().signal

/** A person of a role, with the account of that name. */
export const person = (name: string, rest: Partial<Actor> = {}): Actor => ({
  kind: 'user',
  name: `${name}@example.net`,
  userId: name,
  role: 'operator',
  permissions: new Set(rolePermissions[rest.role ?? 'operator']),
  ...rest,
})

export const ada = person('ada')
export const bob = person('bob')

export type JobColumns = Partial<Insertable<JobsTable>> & { by?: Actor }
export type RowColumns = Partial<Insertable<JobRowsTable>>

export interface JobWorld {
  context: TestContext
  /** Asks as a surface does: right, input and answer checked. */
  ask(operation: string, input?: object, actor?: Actor): Promise<Answer>
  /** A stored job with these rows, counted as they stand; gives its id. */
  addJob(columns?: JobColumns, rows?: readonly RowColumns[]): Promise<number>
  /** Of which jobs rows or options were made anew. */
  prepared: number[]
}

/** A job that waits for an approval of what has the hash `shown`. */
export const waiting: JobColumns = {
  mode: 'confirm',
  waiting_for: 'approval',
  approval: 'waiting',
  approval_hash: 'shown',
  approval_expires_at: '2026-01-02T00:00:00.000Z',
}

/** A database with the operations of jobs; what is stored passes for what was signed, unless `check` says otherwise. */
export function jobWorld(
  opened: OpenDatabase,
  {
    policy = {},
    check = async () => true,
  }: { policy?: Partial<TestContext['config']['jobs']['policy']>; check?: CheckApproval } = {},
): JobWorld {
  const { jobs } = testConfig()
  const config = testConfig({ jobs: { ...jobs, policy: { ...jobs.policy, ...policy } } })
  const context = testContext(opened, { config })
  const prepared: number[] = []
  const prepareAgain = async (_call: unknown, id: number) => void prepared.push(id)
  const operations = [
    ...jobOperations,
    ...jobControlOperations,
    ...errorOperations,
    ...createApprovalOperations({ check, prepareAgain }),
  ]
  return {
    context,
    prepared,
    async ask(name, input = {}, actor = ada) {
      const operation = operations.find((each) => each.name === name)
      if (!operation) throw new Error(`there is no operation ${name}`)
      return answerOperation(operation, context, actor, input, never)
    },
    addJob: (columns = {}, rows = [{}]) => addJob(opened, context.clock.now(), columns, rows),
  }
}

/** Writes a job and its rows as they are given, with counters that agree. */
export async function addJob(
  { db, engine }: Pick<OpenDatabase, 'db' | 'engine'>,
  now: string,
  { by = ada, ...columns }: JobColumns,
  rows: readonly RowColumns[],
): Promise<number> {
  const having = (status: string) => rows.filter((row) => (row.status ?? 'pending') === status).length
  const [successful, failed, skipped] = [having('completed'), having('failed'), having('skipped')]
  return db.transaction().execute(async (transaction) => {
    const id = await insertJob(transaction, now, {
      name: 'Tag devices',
      action: 'tag',
      parameters: '{}',
      effect: 'keyed',
      options: '{}',
      original_command: '',
      requested_by: by.name,
      requester: JSON.stringify(requesterOf(by)),
      total_rows: rows.length,
      processed_rows: successful + failed + skipped,
      successful_rows: successful,
      failed_rows: failed,
      skipped_rows: skipped,
      ambiguous_rows: rows.filter((row) => row.review === 'ambiguous').length,
      ...columns,
    })
    for (const [index, row] of rows.entries()) {
      const number = index + 1
      const key = { row_number: number, row_key: `key-${number}`, row_checksum: 'x', input: '{}' }
      await insertRows(transaction, engine, now, id, [{ ...key, ...row }])
    }
    return id
  })
}
