import type { Context } from '#features/context.ts'
import { changeJob } from '#features/jobs/control-queries.ts'
import { freeJob, takePreparing } from '#features/jobs/settle-queries.ts'
import { toAppError } from '#kernel/errors.ts'
import { JobId } from '#model/ids.ts'

/**
 * Makes the rows of a job that was taken for it, from where its `rows_from` says, and brings it to its next state.
 * `elsewhere` when only another machine can. Stops when the signal aborts; done again it begins anew.
 */
export type PrepareJob = (context: Context, jobId: JobId, signal: AbortSignal) => Promise<'elsewhere' | void>

/** Prepares jobs, one at a time. */
export class Preparing {
  readonly #context: Context
  readonly #node: string
  readonly #prepare: PrepareJob | undefined
  readonly #only: number | undefined
  /** Jobs that this process cannot prepare. */
  readonly #elsewhere = new Set<number>()
  #current: { id: number | undefined; stop: AbortController; done: Promise<void> } | undefined

  constructor(context: Context, node: string, prepare: PrepareJob | undefined, only: number | undefined) {
    this.#context = context
    this.#node = node
    this.#prepare = prepare
    this.#only = only
  }

  /** Begins with the next one, where none is being prepared. */
  look(): void {
    if (!this.#prepare || this.#current) return
    const current = {
      id: undefined as number | undefined,
      stop: new AbortController(),
      done: Promise.resolve(),
    }
    this.#current = current
    current.done = this.#next(current, this.#prepare)
      .catch((error: unknown) => this.#context.log.warn({ err: error }, 'a job cannot be prepared'))
      .finally(() => {
        this.#current = undefined
      })
  }

  async #next(
    current: { id: number | undefined; stop: AbortController },
    prepare: PrepareJob,
  ): Promise<void> {
    const { db, engine, clock, events } = this.#context
    const only = { only: this.#only, but: [...this.#elsewhere] }
    const id = await takePreparing(db, engine, this.#node, clock.now(), only)
    if (id === undefined) return
    current.id = id
    try {
      if ((await prepare(this.#context, JobId.parse(id), current.stop.signal)) === 'elsewhere')
        this.#elsewhere.add(id)
    } catch (thrown) {
      await this.#refuse(id, thrown, current.stop.signal)
    } finally {
      await freeJob(db, id, this.#node)
    }
    events.publish({ topic: 'job.changed', at: clock.now(), data: { id } })
  }

  async #refuse(id: number, thrown: unknown, signal: AbortSignal): Promise<void> {
    const { db, clock, events, log } = this.#context
    const error = toAppError(thrown)
    // Stopped, or the database is away: it is prepared again.
    if (signal.aborted || (error.retry && error.code.startsWith('DATABASE_'))) return
    if (error.code === 'INTERNAL') log.error({ err: thrown, job: id }, 'a job could not be prepared')
    const now = clock.now()
    const isFailed = await changeJob(db, id, ['pending'], {
      status: 'failed',
      waiting_for: null,
      error_code: error.code,
      error_message: error.message,
      completed_at: now,
      updated_at: now,
    })
    if (isFailed) events.publish({ topic: 'job.finished', at: now, data: { id, status: 'failed' } })
  }

  /** The job that is being prepared. */
  ids(): number[] {
    return this.#current?.id === undefined ? [] : [this.#current.id]
  }

  stop(id: number): void {
    if (this.#current?.id === id) this.#current.stop.abort(new Error('The job is cancelled'))
  }

  stopAll(): void {
    this.#current?.stop.abort(new Error('The process is stopped'))
  }

  async end(): Promise<void> {
    this.stopAll()
    await this.#current?.done
  }
}
