import { randomUUID } from 'node:crypto'
import type { Context } from '#features/context.ts'
import type { AnyJobAction } from '#features/jobs/action.ts'
import type { CountedJob } from '#features/jobs/acknowledge.ts'
import type { Acknowledgement } from '#features/jobs/acknowledge-queries.ts'
import { Acknowledger } from '#features/jobs/acknowledger.ts'
import { checkVersions } from '#features/jobs/check-versions.ts'
import { claim } from '#features/jobs/claim.ts'
import type { Claim } from '#features/jobs/claim.ts'
import type { ClaimedRow, OpenJob } from '#features/jobs/claim-queries.ts'
import { giveBackLease, sampleInput } from '#features/jobs/claim-queries.ts'
import { doRow } from '#features/jobs/do-row.ts'
import { nextJob } from '#features/jobs/fair-turn.ts'
import { JobInWork } from '#features/jobs/job-in-work.ts'
import type { HeldRow, StopReason } from '#features/jobs/job-in-work.ts'
import { skippedOutcome, stuckOutcome, untouched } from '#features/jobs/outcome.ts'
import type { Outcome } from '#features/jobs/outcome.ts'
import { shift } from '#kernel/clock.ts'

/** Rows of actions that read, taken ahead in one claim. */
const mostAhead = 1_024
/** With so many outcomes unwritten nothing more is taken. */
const mostUnwritten = 4_096
/** The database may end a claim that failed here for so many milliseconds. */
const unansweredFor = 60_000
/** After a claim that failed the next is tried so many milliseconds later. */
const afterFailure = 200
/** A claim should last for about so many milliseconds. */
const claimLasts = 250
/** Events about how far a job is are this many milliseconds apart. */
const tellEvery = 500

/** What became of a row, and whose it is: by number a job may be taken up anew meanwhile. */
interface OwnOutcome extends Acknowledgement {
  owner: JobInWork
}

export interface PoolHooks {
  /** Rows of a job were written, after which it may be over. */
  onWritten(job: CountedJob): void
  /** Something may be due at this time. */
  onDue(at: string | undefined): void
}

/** The rows that this process has in work: takes them, does them with so many at a time, and has their ends written. */
export class RowPool {
  readonly jobs = new Map<number, JobInWork>()
  readonly #context: Context
  readonly #node: string
  readonly #hooks: PoolHooks
  readonly #acknowledger: Acknowledger<OwnOutcome>
  /** Leases of claims that failed, and when. */
  readonly #unanswered = new Map<string, number>()
  /** Jobs of which a claim failed, and until when none is tried. */
  readonly #resting = new Map<number, number>()
  #active = 0
  readonly #limited = new Set<number>()
  /** Places kept for rows that are being taken. */
  #reserved = 0
  #isEnding = false
  #onQuiet: (() => void) | undefined

  constructor(context: Context, node: string, hooks: PoolHooks) {
    this.#context = context
    this.#node = node
    this.#hooks = hooks
    this.#acknowledger = new Acknowledger(
      context,
      (id) => this.#progressText(id),
      (jobs, written) => this.#onWritten(jobs, written),
    )
  }

  /** Whether nothing is in work and everything is written. */
  get isIdle(): boolean {
    return this.#active + this.#reserved + this.#acknowledger.size === 0
  }

  /** Takes up a job that has rows that are due. */
  async offer(work: AnyJobAction, open: OpenJob): Promise<void> {
    if (this.#isEnding || this.#rests(open.id)) return
    let job = this.jobs.get(open.id)
    if (job?.stopReason !== undefined) return
    if (job) job.refresh(this.#context, open)
    else {
      const sample = work.limits ? await sampleInput(this.#context.db, open.id) : undefined
      job = new JobInWork(this.#context, work, open, sample, (each) => this.#tell(each))
      this.jobs.set(open.id, job)
      if (job.limits !== null) this.#limited.add(job.id)
    }
    job.hasDue = true
    job.isFull = false
  }

  #rests(id: number): boolean {
    const { clock } = this.#context
    const left = (this.#resting.get(id) ?? -Infinity) - clock.monotonic()
    if (left > 0) this.#hooks.onDue(shift(clock.now(), left))
    else this.#resting.delete(id)
    return left > 0
  }

  /** Begins as many rows as there are places, and takes more where they run out. */
  fill(): void {
    if (this.#isEnding) return
    const { atOnce } = this.#context.config.jobs
    const wants = new Map<JobInWork, number>()
    const now = this.#context.clock.monotonic()
    for (let free = atOnce - this.#active - this.#reserved; free > 0; free -= 1) {
      const job = nextJob(this.jobs.values(), wants, now, this.#mayClaim)
      if (!job) break
      if (job.queue.length > 0) this.#start(job, now)
      else wants.set(job, (wants.get(job) ?? 0) + 1)
    }
    for (const [job, count] of wants) void this.#claim(job, job.takesAhead ? job.batch : count, count)
    for (const job of this.jobs.values())
      if (job.takesAhead && job.batch >= 16 && job.queue.length < job.batch / 2 && this.#mayClaim(job))
        void this.#claim(job, job.batch, 0)
  }

  readonly #mayClaim = (job: JobInWork): boolean =>
    job.hasDue &&
    !job.isClaiming &&
    !job.isFull &&
    job.stopReason === undefined &&
    this.#acknowledger.size < mostUnwritten

  #start(job: JobInWork, now: number): void {
    const held = job.queue.shift()!
    job.running.add(held)
    job.servedAt = now
    this.#active += 1
    void doRow(job, held).then((outcome) => this.#end(job, held, outcome))
  }

  #end(job: JobInWork, held: HeldRow, outcome: Outcome): void {
    // Of a row that was given up only the trail hears.
    if (!held.isGivenUp) this.#release(job, held)
    this.#write(job, held, outcome)
    this.fill()
  }

  #release(job: JobInWork, held: HeldRow): void {
    job.running.delete(held)
    this.#active -= 1
    this.#tellQuiet()
  }

  #write(job: JobInWork, { row, lease }: Pick<HeldRow, 'row' | 'lease'>, outcome: Outcome): void {
    job.unwritten += 1
    if (outcome.status === 'pending' && !outcome.isUntold) this.#hooks.onDue(outcome.nextRunAt)
    this.#acknowledger.push({ jobId: job.id, row, lease, outcome, owner: job })
  }

  async #claim(job: JobInWork, wanted: number, places: number): Promise<void> {
    const { log, clock } = this.#context
    const lease = randomUUID()
    job.isClaiming = true
    this.#reserved += places
    try {
      const claimed = await claim(this.#context, job, this.#node, wanted, lease)
      this.#adapt(job, claimed, wanted)
      await this.#receive(job, claimed)
    } catch (error) {
      job.hasDue = false
      this.#unanswered.set(lease, clock.monotonic())
      log.warn({ err: error, job: job.id }, 'rows cannot be taken')
      // Soon, but not at once: what is wrong may stay wrong.
      this.#resting.set(job.id, clock.monotonic() + afterFailure)
      this.#hooks.onDue(clock.now())
    } finally {
      job.isClaiming = false
      this.#reserved -= places
      this.#tellQuiet()
      this.#forget(job)
    }
    this.fill()
  }

  /**
   * Gives back rows of claims that failed and were done nevertheless, as when the connection broke before the answer:
   * this node lives, so nobody else takes them from it. A claim may still be under way in the database for a while.
   */
  async settleUnanswered(): Promise<void> {
    const { db, clock } = this.#context
    this.#acknowledger.retryRefused()
    for (const [lease, failedAt] of this.#unanswered) {
      await giveBackLease(db, this.#node, lease)
      if (clock.monotonic() - failedAt > unansweredFor) this.#unanswered.delete(lease)
    }
  }

  /**
   * Claims grow while they are done in no time, and shrink where rows take long. What was begun before is not taken
   * ahead: a row that ends its process must not take a thousand others along again and again.
   */
  #adapt(job: JobInWork, { rows, isDry, isFull, nextAt }: Claim, wanted: number): void {
    const now = this.#context.clock.monotonic()
    job.isFull = isFull
    if (isDry) {
      job.hasDue = false
      this.#hooks.onDue(nextAt)
    }
    if (rows.some(({ attempt }) => attempt > 1)) job.batch = job.concurrency
    else if (job.takesAhead && rows.length >= wanted && job.claimedAt > 0) {
      const lasted = now - job.claimedAt
      if (lasted < claimLasts) job.batch = Math.min(mostAhead, job.batch * 2)
      else if (lasted > claimLasts * 5) job.batch = Math.max(job.concurrency, Math.ceil(job.batch / 2))
    }
    job.claimedAt = now
  }

  async #receive(job: JobInWork, claimed: Claim): Promise<void> {
    const { lease } = claimed
    for (const { row, jobId, rowNumber, result } of claimed.done) {
      const message = `Row ${rowNumber} of job ${jobId} did it`
      this.#write(
        job,
        { row, lease },
        claimed.isStopped ? untouched : skippedOutcome('ALREADY_DONE', message, result),
      )
    }
    if (claimed.paused !== undefined) {
      const { id } = job
      this.#publish('job.changed', { id, status: 'paused', waitingFor: claimed.paused })
      this.#drain(job, 'drained')
    }
    if (claimed.isStopped) return this.#giveBack(job, claimed.rows, lease)
    const { rows, skipped } = await checkVersions(job, claimed.rows)
    for (const { row, outcome } of skipped) this.#write(job, { row, lease }, outcome)
    if (job.stopReason !== undefined) return this.#giveBack(job, rows, lease)
    for (const row of rows) job.queue.push({ row, lease, isGivenUp: false })
  }

  #giveBack(job: JobInWork, rows: readonly ClaimedRow[], lease: string): void {
    for (const row of rows) this.#write(job, { row, lease }, untouched)
    job.hasDue = false
  }

  /** Takes nothing more of a job and gives back what was not begun. */
  #drain(job: JobInWork, reason: StopReason): void {
    job.stopReason ??= reason
    job.hasDue = false
    for (const { row, lease } of job.queue.splice(0)) this.#write(job, { row, lease }, untouched)
    this.#forget(job)
  }

  /** Stops a job here: what was not begun goes back, what runs is told, and after the grace it is given up. */
  stop(id: number, reason: StopReason): void {
    const job = this.jobs.get(id)
    if (!job) return
    this.#drain(job, reason)
    if (reason === 'drained' || job.signal.aborted) return
    job.controller.abort(new Error(`The job is ${reason}`))
    if (job.running.size > 0) void this.#giveUpLater(job)
  }

  async #giveUpLater(job: JobInWork): Promise<void> {
    const { clock, config, log } = this.#context
    const { graceSeconds } = config.jobs
    await clock.sleep(graceSeconds * 1000, job.over.signal)
    for (const held of job.running) {
      log.error(
        { job: job.id, row: held.row.row_number },
        'the work of a row does not stop; it is left to itself',
      )
      held.isGivenUp = true
      this.#release(job, held)
      this.#write(job, held, stuckOutcome(job.effect, graceSeconds))
    }
  }

  /** Stops everything; resolves when it is written, or the grace and a little more is over. */
  async end(): Promise<void> {
    this.#isEnding = true
    for (const id of this.jobs.keys()) this.stop(id, 'ending')
    const { clock, config } = this.#context
    const isOver = new AbortController()
    const late = new AbortController()
    void clock.sleep(config.jobs.graceSeconds * 1000 + 1_000, isOver.signal).then(() => late.abort())
    await this.#quiet(late.signal)
    await this.#acknowledger.drained(late.signal)
    isOver.abort()
  }

  /** Resolves when no row is in work, or being taken, or the signal aborts. */
  #quiet(signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#onQuiet = resolve
    signal.addEventListener('abort', () => resolve(), { once: true })
    this.#tellQuiet()
    return promise
  }

  #tellQuiet(): void {
    if (this.#onQuiet === undefined || this.#active > 0) return
    const isClaiming = this.jobs.values().some((job) => job.isClaiming)
    if (!isClaiming) this.#onQuiet()
  }

  #onWritten(jobs: readonly CountedJob[], written: readonly OwnOutcome[]): void {
    for (const { owner } of written) owner.unwritten -= 1
    for (const counted of jobs) {
      const job = this.jobs.get(counted.id)
      if (job) {
        job.job = counted
        job.isFull = false
        if (counted.pausedFor) this.#drain(job, 'drained')
        else this.#tell(job)
        this.#forget(job)
      }
      if (counted.pausedFor)
        this.#publish('job.changed', {
          id: counted.id,
          status: 'paused',
          waitingFor: counted.pausedFor.pause,
        })
      this.#hooks.onWritten(counted)
    }
    for (const owner of new Set(written.map((each) => each.owner))) this.#forget(owner)
    if (jobs.some(({ id }) => this.#limited.has(id))) this.#lookAgain()
    this.fill()
  }

  /** What was busy with a row may be free for those of other jobs. */
  #lookAgain(): void {
    for (const job of this.jobs.values())
      if (job.limits !== null && job.stopReason === undefined) job.hasDue = true
    this.#hooks.onDue('')
  }

  #forget(job: JobInWork): void {
    if (!job.isIdle || (job.hasDue && job.stopReason === undefined)) return
    job.over.abort()
    if (this.jobs.get(job.id) === job) this.jobs.delete(job.id)
  }

  #publish(topic: string, data: Record<string, unknown>): void {
    this.#context.events.publish({ topic, at: this.#context.clock.now(), data })
  }

  /** Tells how far a job is, but not more often than anybody can follow. */
  #tell(job: JobInWork): void {
    const now = this.#context.clock.monotonic()
    job.isBehind = now - job.toldAt < tellEvery
    if (job.isBehind) return
    job.toldAt = now
    const { failed_rows: failed, skipped_rows: skipped } = job.job
    this.#publish('job.progress', { id: job.id, ...job.progress, failed, skipped })
  }

  #progressText(id: number): string | undefined {
    const job = this.jobs.get(id)
    return job?.told === undefined ? undefined : JSON.stringify(job.progress)
  }

  /** How far jobs are, that was not written since it was told. */
  untoldProgress(): { id: number; progress: string }[] {
    const untold: { id: number; progress: string }[] = []
    for (const job of this.jobs.values()) {
      if (job.isBehind || !job.isTold) this.#tell(job)
      if (job.isTold) continue
      job.isTold = true
      untold.push({ id: job.id, progress: JSON.stringify(job.progress) })
    }
    return untold
  }
}
