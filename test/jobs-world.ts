import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { after } from 'node:test'
import { z } from 'zod'
import type { OpenDatabase } from '#database/open.ts'
import type { Context, NewJob } from '#features/context.ts'
import { jobAction } from '#features/jobs/action.ts'
import type { AnyJobAction, RowCall, RowOutcome } from '#features/jobs/action.ts'
import { findJob } from '#features/jobs/job-queries.ts'
import { createJobQueue } from '#features/jobs/job-queue.ts'
import type { Job } from '#features/jobs/job-shapes.ts'
import type { NodeIdentity } from '#features/jobs/node-queries.ts'
import { work } from '#features/jobs/worker.ts'
import type { WorkOptions } from '#features/jobs/worker.ts'
import { systemClock } from '#kernel/clock.ts'
import type { Clock } from '#kernel/clock.ts'
import type { Happening } from '#kernel/event-bus.ts'
import { systemActor } from '#model/actor.ts'
import type { Actor } from '#model/actor.ts'
import type { JobId } from '#model/ids.ts'
import { testContext } from '#test/test-context.ts'

export type Input = Record<string, unknown>
export type Run = (call: RowCall, input: Input, signal: AbortSignal) => Promise<RowOutcome>

/** An action called `count` that does this with each row. */
export const counting = (run: Run, overrides: Partial<Omit<AnyJobAction, 'run'>> = {}): AnyJobAction =>
  jobAction({
    name: 'count',
    title: 'Count sheep',
    summary: 'Count sheep.',
    effect: 'read',
    subject: 'none',
    parameters: z.looseObject({}) as never,
    input: z.looseObject({}) as never,
    needs: 'jobs.submit',
    ...overrides,
    run: (call, _parameters, input, signal) => run(call, input, signal),
  })

/** A process of its own name; with a process id that is there. */
export const nodeNamed = (id = `node-${randomUUID().slice(0, 8)}`): NodeIdentity => ({
  id,
  hostname: hostname(),
  pid: process.pid,
  roles: ['worker'],
})

export interface JobsWorld {
  context: Context
  actions: Map<string, AnyJobAction>
  happenings: Happening[]
  /** Submits a job of these rows, or of a single one. */
  submit(rows?: readonly Input[] | number, job?: Partial<NewJob> & { actor?: Actor }): Promise<JobId>
  /** Begins to work here; gives a function that ends it as a process ends. */
  start(node?: NodeIdentity, options?: WorkOptions, context?: Context): () => Promise<void>
  job(id: JobId): Promise<Job>
  /** The job once it is over, or as this says. */
  until(id: JobId, isSo?: (job: Job) => boolean): Promise<Job>
  /** Status, attempt and code of each row. */
  rows(id: JobId): Promise<string[]>
  /** What the trail says of a job, the oldest first. */
  trail(id: JobId): Promise<string[]>
}

const isOver = (job: Job): boolean => ['completed', 'failed', 'cancelled'].includes(job.status)

interface Settings {
  clock?: Clock
  jobs?: Partial<Context['config']['jobs']>
}

/** A context with a queue of these actions, by the real clock unless another is given. */
export function jobsContext(
  opened: OpenDatabase,
  actions: readonly AnyJobAction[],
  { clock = systemClock, jobs = {} }: Settings = {},
): { context: Context; actions: Map<string, AnyJobAction>; happenings: Happening[] } {
  const base = testContext(opened)
  const config = { ...base.config, jobs: { ...base.config.jobs, ...jobs } }
  const context: Context = { ...base, clock, config }
  const byName = new Map(actions.map((action) => [action.name, action]))
  context.jobs = createJobQueue(context, byName)
  return { context, actions: byName, happenings: base.happenings }
}

/** Jobs of these actions over a database, in a process that ends with the tests. */
export function jobsWorld(
  opened: OpenDatabase,
  actions: readonly AnyJobAction[],
  { clock = systemClock, jobs = {} }: Settings = {},
): JobsWorld {
  const { context, actions: byName, happenings } = jobsContext(opened, actions, { clock, jobs })
  const ends: (() => Promise<void>)[] = []
  after(async () => {
    await Promise.all(ends.map((end) => end()))
  })
  const job = async (id: JobId) => (await findJob(opened.db, id))!
  return {
    context,
    actions: byName,
    happenings,
    submit: (rows = 1, more = {}) =>
      context.jobs.submit({
        action: actions[0]!.name,
        name: 'Count sheep',
        parameters: {},
        actor: systemActor('test'),
        rows: rowsOf(rows),
        ...more,
      }),
    start(node = nodeNamed(), options = {}, own = context) {
      const stop = new AbortController()
      const done = work(own, byName, node, stop.signal, options)
      const end = async () => {
        stop.abort()
        await done
      }
      ends.push(end)
      return end
    },
    job,
    async until(id, isSo = isOver) {
      for (;;) {
        const now = await job(id)
        if (isSo(now)) return now
        await nextChange(context, id)
      }
    },
    async rows(id) {
      const rows = await opened.db
        .selectFrom('job_rows')
        .select(['status', 'attempt', 'error_code', 'review'])
        .where('job_id', '=', id)
        .orderBy('row_number')
        .execute()
      return rows.map((row) =>
        [row.status, row.attempt, row.error_code, row.review].filter((each) => each !== null).join(' '),
      )
    },
    async trail(id) {
      const lines = await opened.db
        .selectFrom('audit_logs')
        .select(['operation', 'message', 'row_number'])
        .where('job_id', '=', id)
        .orderBy('id')
        .execute()
      return lines.map(({ operation, message, row_number: row }) =>
        [operation, row, message].filter((each) => each !== null).join(' '),
      )
    },
  }
}

const rowsOf = (rows: readonly Input[] | number): NewJob['rows'] =>
  typeof rows === 'number'
    ? Array.from({ length: rows }, (_, index) => ({ key: `row-${index + 1}`, input: {} }))
    : rows.map((input, index) => ({ key: `row-${index + 1}`, input: input as never }))

/** Resolves when something is told of a job, or a little later, as other processes tell nothing here. */
function nextChange(context: Context, id: JobId): Promise<void> {
  const heard = new AbortController()
  const unsubscribe = context.events.subscribe(({ topic, data }) => {
    if (topic.startsWith('job.') && data['id'] === id) heard.abort()
  })
  return systemClock.sleep(20, heard.signal).finally(unsubscribe)
}

/** Resolves when the signal aborts, by throwing its reason as well-behaved work does. */
export const untilAborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) => {
    if (signal.aborted) return reject(signal.reason as Error)
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
  })
