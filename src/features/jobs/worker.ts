import { appendAudit } from '#features/audit/append-audit.ts'
import type { Context } from '#features/context.ts'
import type { AnyJobAction } from '#features/jobs/action.ts'
import { activateJob, jobsInVain, jobsToActivate, nextScheduled } from '#features/jobs/activate-queries.ts'
import { keepProgress } from '#features/jobs/acknowledge-queries.ts'
import { sweepApprovals } from '#features/jobs/approve-job.ts'
import { forgetTimes, jobStates, openJobs } from '#features/jobs/claim-queries.ts'
import type { OpenJob } from '#features/jobs/claim-queries.ts'
import { changeJob } from '#features/jobs/control-queries.ts'
import { keepAlive } from '#features/jobs/keep-alive.ts'
import type { NodeIdentity } from '#features/jobs/node-queries.ts'
import { Preparing } from '#features/jobs/preparing.ts'
import type { PrepareJob } from '#features/jobs/preparing.ts'
import { recoverRows } from '#features/jobs/recover.ts'
import { RowPool } from '#features/jobs/row-pool.ts'
import { settleJob } from '#features/jobs/settle-job.ts'
import { longestAsked } from '#features/jobs/outcome.ts'
import { every, shift, toMilliseconds } from '#kernel/clock.ts'

/** How long a worker waits before it looks again, in milliseconds; what happens here wakes it at once. */
const lookEvery = 1_000
/** How often the wish to stop a job is looked for, and how far it is gets kept; what happens here is heard at once. */
const watchEvery = 500

/** What a worker does beside rows, and whether it looks at one job only. */
export interface WorkOptions {
  /** Makes the rows of a job that is being prepared. */
  prepare?: PrepareJob | undefined
  /** The only job that this process cares for. */
  only?: number | undefined
}

/** So many milliseconds the clock may be corrected by without a word. */
const tolerance = 2_000

const waking = new Set(['job.added', 'job.changed', 'job.finished', 'database.changed'])

/**
 * Takes jobs and does their rows until the signal aborts, and says that this node lives; resolves when the last row has
 * let go. Rows of nodes that are gone are taken back.
 */
export async function work(
  context: Context,
  actions: ReadonlyMap<string, AnyJobAction>,
  node: NodeIdentity,
  signal: AbortSignal,
  options: WorkOptions = {},
): Promise<void> {
  const worker = new Worker(context, actions, node, options)
  await worker.run(signal)
}

class Worker {
  readonly #context: Context
  readonly #actions: ReadonlyMap<string, AnyJobAction>
  readonly #node: NodeIdentity
  readonly #only: number | undefined
  readonly #pool: RowPool
  readonly #preparing: Preparing
  readonly #ending = new AbortController()
  readonly #settling = new Map<number, Promise<void>>()
  #woken = new AbortController()
  #isLooking = false
  /** The time of day less the monotonic clock, when it was looked at last. */
  #offset: number | undefined
  #recoveredAt = -Infinity
  /** The next time at which something may be due. */
  #dueAt: string | undefined

  constructor(
    context: Context,
    actions: ReadonlyMap<string, AnyJobAction>,
    node: NodeIdentity,
    { prepare, only }: WorkOptions,
  ) {
    this.#context = context
    this.#actions = actions
    this.#node = node
    this.#only = only
    this.#preparing = new Preparing(context, node.id, prepare, only)
    this.#pool = new RowPool(context, node.id, {
      onWritten: (job) => {
        const isOver = job.processed_rows >= job.total_rows || job.cancel_requested_at !== null
        if (isOver) this.#settle(job.id)
      },
      onDue: (at) => this.#noteDue(at),
    })
  }

  async run(signal: AbortSignal): Promise<void> {
    const { clock, events } = this.#context
    const alive = new AbortController()
    const first = Promise.withResolvers<void>()
    const living = keepAlive(this.#context, this.#node, alive.signal, {
      onAlive: first.resolve,
      onSilent: () => this.#stopAll('silent'),
    })
    const unsubscribe = events.subscribe(({ topic, data }) => this.#hear(topic, data))
    const onAbort = () => {
      first.resolve()
      this.#woken.abort()
      this.#ending.abort()
    }
    if (signal.aborted) onAbort()
    signal.addEventListener('abort', onAbort, { once: true })
    await first.promise
    const watching = every(clock, watchEvery, this.#ending.signal, () => this.#watch())
    while (!signal.aborted) {
      this.#woken = new AbortController()
      this.#dueAt = undefined
      this.#isLooking = true
      await this.#look(signal)
      this.#isLooking = false
      if (this.#woken.signal.aborted) continue
      await clock.sleep(this.#pause(), AbortSignal.any([signal, this.#woken.signal]))
    }
    await this.#pool.end()
    await this.#preparing.end()
    await this.#settled()
    unsubscribe()
    signal.removeEventListener('abort', onAbort)
    await watching
    alive.abort()
    await living
  }

  /** Waits for what is being ended, but not for ever: another process ends it then. */
  async #settled(): Promise<void> {
    const { clock, config } = this.#context
    const isOver = new AbortController()
    const late = clock.sleep(config.jobs.graceSeconds * 1000, isOver.signal)
    await Promise.race([Promise.all(this.#settling.values()), late])
    isOver.abort()
  }

  #pause(): number {
    if (this.#dueAt === undefined) return lookEvery
    if (this.#dueAt === '') return 0
    const wait = toMilliseconds(this.#dueAt) - toMilliseconds(this.#context.clock.now())
    return Math.max(1, Math.min(lookEvery, wait))
  }

  #noteDue(at: string | undefined): void {
    if (at === undefined) return
    if (at === '' || at <= this.#context.clock.now()) this.#woken.abort()
    else if (this.#dueAt === undefined || at < this.#dueAt) {
      this.#dueAt = at
      // It may sleep for longer already.
      if (!this.#isLooking) this.#woken.abort()
    }
  }

  #hear(topic: string, data: Record<string, unknown>): void {
    const id = Number(data['id'])
    if (topic === 'job.cancelling') {
      this.#pool.stop(id, 'cancelled')
      this.#preparing.stop(id)
      this.#settle(id)
    } else if (topic === 'job.pausing') this.#pool.stop(id, 'paused')
    else if (waking.has(topic)) this.#woken.abort()
  }

  #stopAll(reason: 'silent'): void {
    this.#context.log.error({}, 'the database was not reached for long; what is in work here is stopped')
    for (const id of this.#pool.jobs.keys()) this.#pool.stop(id, reason)
    this.#preparing.stopAll()
  }

  async #look(signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#context
    try {
      if (clock.monotonic() - this.#recoveredAt >= lookEvery) {
        this.#recoveredAt = clock.monotonic()
        await this.#pool.settleUnanswered()
        await recoverRows(this.#context, this.#node.id)
        await sweepApprovals(this.#context)
      }
      await this.#minClock()
      await this.#activate()
      for (const job of await openJobs(this.#context.db, this.#only)) {
        if (signal.aborted) return
        await this.#consider(job)
      }
      this.#pool.fill()
      this.#preparing.look()
    } catch (error) {
      log.warn({ err: error }, 'jobs cannot be looked for')
    }
  }

  /**
   * After the clock was put back, and after a start before which it may have been, rows would wait for times that were
   * not meant; they are tried at once instead.
   */
  async #minClock(): Promise<void> {
    const { db, clock } = this.#context
    const now = clock.now()
    const offset = toMilliseconds(now) - clock.monotonic()
    const isFirst = this.#offset === undefined
    const isBack = this.#offset !== undefined && offset < this.#offset - tolerance
    this.#offset = offset
    if (isFirst) await forgetTimes(db, shift(now, longestAsked + tolerance))
    else if (isBack) await forgetTimes(db, now)
  }

  async #consider(job: OpenJob & { next_at: string | null }): Promise<void> {
    const { clock } = this.#context
    if (job.cancel_requested_at !== null || job.processed_rows >= job.total_rows) {
      if (!this.#pool.jobs.has(job.id)) this.#settle(job.id)
      return
    }
    if (job.status !== 'running' || job.next_at === null) return
    if (job.next_at > clock.now()) return this.#noteDue(job.next_at)
    const action = this.#actions.get(job.action)
    if (action) await this.#pool.offer(action, job)
    else await this.#refuse(job)
  }

  /** Work that no Rollcall of this version knows. */
  async #refuse(job: OpenJob): Promise<void> {
    await this.#fail(job.id, 'NOT_FOUND', `This Rollcall knows no work called ${job.action}`)
  }

  async #fail(id: number, code: string, message: string): Promise<void> {
    const { db, clock, events } = this.#context
    const now = clock.now()
    const isFailed = await db.transaction().execute(async (transaction) => {
      const end = { status: 'failed', waiting_for: null, completed_at: now, updated_at: now }
      const set = { ...end, error_code: code, error_message: message }
      if (!(await changeJob(transaction, id, ['pending', 'running'], set))) return false
      await appendAudit(transaction, clock, [
        {
          actor: 'system:jobs',
          operation: 'job.end',
          subject: `job:${id}`,
          eventType: 'state_change',
          level: 'ERROR',
          message,
          details: { code },
          jobId: id,
        },
      ])
      return true
    })
    if (isFailed) events.publish({ topic: 'job.finished', at: now, data: { id, status: 'failed' } })
  }

  async #activate(): Promise<void> {
    const { db, clock, events } = this.#context
    const now = clock.now()
    if (this.#only === undefined)
      for (const { id, other, name, status } of await jobsInVain(db))
        await this.#fail(id, 'CONFLICT', `It needed job ${other} (${name}), which is ${status}`)
    for (const id of await jobsToActivate(db, now, this.#only)) {
      if (!(await activateJob(db, now, id))) continue
      events.publish({ topic: 'job.changed', at: now, data: { id, status: 'running', waitingFor: null } })
    }
    const next = await nextScheduled(db, now)
    if (next !== undefined) this.#noteDue(next)
  }

  #settle(id: number): void {
    if (this.#settling.has(id)) return
    const settled: Promise<void> = settleJob(
      this.#context,
      this.#actions,
      this.#node.id,
      id,
      this.#ending.signal,
    )
      .catch((error: unknown) => {
        this.#context.log.warn({ err: error, job: id }, 'a job cannot be ended; trying again')
      })
      .finally(() => this.#settling.delete(id))
    this.#settling.set(id, settled)
  }

  /** What was written elsewhere about jobs that are in work here, and how far these are. */
  async #watch(): Promise<void> {
    const { db, engine, clock, log } = this.#context
    try {
      const ids = [...this.#pool.jobs.keys(), ...this.#preparing.ids()]
      if (ids.length === 0) return
      const states = new Map((await jobStates(db, engine, ids)).map((state) => [state.id, state]))
      for (const id of ids) {
        const state = states.get(id)
        const isStopped = state === undefined || state.cancel_requested_at !== null
        if (isStopped) this.#preparing.stop(id)
        if (isStopped) this.#pool.stop(id, 'cancelled')
        else if (state.status === 'paused')
          this.#pool.stop(id, state.waiting_for === 'person' ? 'paused' : 'drained')
      }
      for (const { id, progress } of this.#pool.untoldProgress())
        await db.transaction().execute((transaction) => keepProgress(transaction, id, progress, clock.now()))
    } catch (error) {
      log.debug({ err: error }, 'the state of jobs in work could not be looked at')
    }
  }
}
