import type { Context, JobOptions } from '#features/context.ts'
import type { AnyJobAction, EffectClass, JobCall, JobProgress } from '#features/jobs/action.ts'
import type { Claimable } from '#features/jobs/claim.ts'
import type { ClaimedRow, OpenJob } from '#features/jobs/claim-queries.ts'
import { isGuarded } from '#features/jobs/guard.ts'
import type { SharedLimits } from '#features/jobs/limits.ts'
import { sharedLimits } from '#features/jobs/limits.ts'
import { actorOf } from '#features/jobs/requester.ts'
import type { JsonObject } from '#kernel/json.ts'
import { JobId } from '#model/ids.ts'

/** A row of a claim that this process holds. */
export interface HeldRow {
  row: ClaimedRow
  lease: string
  /** Set when its work was left to itself because it does not stop. */
  isGivenUp: boolean
}

/** Why a job that is worked on here has to stop. */
export type StopReason = 'cancelled' | 'paused' | 'drained' | 'ending' | 'silent'

/** A job whose rows this process does. */
export class JobInWork implements Claimable {
  readonly id: number
  readonly action: string
  readonly work: AnyJobAction
  readonly parameters: JsonObject
  readonly effect: EffectClass
  concurrency = 1
  maxAttempts = 1
  readonly limits: SharedLimits | null
  isGuarded = false
  isStrict = false
  readonly call: JobCall
  readonly controller = new AbortController()
  /** Aborts when nothing of it is in work here any more. */
  readonly over = new AbortController()
  job: OpenJob
  /** Taken and not begun yet. */
  queue: HeldRow[] = []
  readonly running = new Set<HeldRow>()
  /** Ended, and not yet written. */
  unwritten = 0
  isClaiming = false
  /** As many of its rows as may be are in work, here and elsewhere, until some are written. */
  isFull = false
  /** Whether there may be due rows to take. */
  hasDue = true
  /** Rows that the next claim takes ahead. */
  batch: number
  claimedAt = 0
  /** Something changed since it was told how far it is. */
  isBehind = false
  /** When a row of it was begun last, by the monotonic clock. */
  servedAt: number
  stopReason: StopReason | undefined
  told: JobProgress | undefined
  isTold = true
  toldAt = -Infinity

  constructor(
    context: Context,
    work: AnyJobAction,
    job: OpenJob,
    sample: string | undefined,
    onProgress: (job: JobInWork) => void,
  ) {
    this.id = job.id
    this.action = job.action
    this.work = work
    this.job = job
    this.parameters = JSON.parse(job.parameters) as JsonObject
    this.effect = job.effect as EffectClass
    this.refresh(context, job)
    this.limits = limitsOf(context, work, this.parameters, sample)
    this.batch = this.concurrency
    this.servedAt = context.clock.monotonic()
    this.call = {
      ...context,
      jobId: JobId.parse(job.id),
      actor: actorOf(job.requester, job.requested_by),
      run: job.run,
      progress: (progress) => {
        this.told = progress
        this.isTold = false
        onProgress(this)
      },
    }
  }

  /** Takes over what may have been changed in a job meanwhile. */
  refresh(context: Context, job: OpenJob): void {
    const options = JSON.parse(job.options) as JobOptions
    this.job = job
    this.concurrency = concurrencyOf(context, this.work, this.parameters, options)
    this.maxAttempts = (options.maxAttempts ?? this.work.maxAttempts ?? 3) * job.run
    this.isGuarded = isGuarded(options)
    // Rows about sources last: nothing is gained by taking them ahead.
    this.isStrict = options.concurrency !== undefined || this.work.subject === 'source'
  }

  /** Rows are taken before there is a place for them, as doing one twice does no harm. */
  get takesAhead(): boolean {
    return this.effect === 'read' && !this.isStrict
  }

  get signal(): AbortSignal {
    return this.controller.signal
  }

  /** Nothing of it is held here any more. */
  get isIdle(): boolean {
    return this.running.size + this.queue.length + this.unwritten === 0 && !this.isClaiming
  }

  /** Whether another of its rows may be begun here now. */
  get hasPlace(): boolean {
    return this.stopReason === undefined && this.running.size < this.concurrency
  }

  /** How far it is, for those who look; the words are those of the row that told last. */
  get progress(): JobProgress {
    if (this.job.total_rows === 1 && this.told) return this.told
    const { processed_rows: done, total_rows: total } = this.job
    return { done, total, message: this.told?.message ?? null }
  }
}

function concurrencyOf(
  context: Context,
  work: AnyJobAction,
  parameters: JsonObject,
  options: JobOptions,
): number {
  const own =
    typeof work.concurrency === 'function' ? work.concurrency(context, parameters) : work.concurrency
  return Math.max(1, Math.min(own ?? 4, options.concurrency ?? Infinity))
}

function limitsOf(
  context: Context,
  work: AnyJobAction,
  parameters: JsonObject,
  sample: string | undefined,
): SharedLimits | null {
  if (!work.limits || sample === undefined) return null
  return sharedLimits(work.limits(context, parameters, JSON.parse(sample) as JsonObject))
}
