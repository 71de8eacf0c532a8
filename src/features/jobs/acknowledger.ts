import { acknowledge } from '#features/jobs/acknowledge.ts'
import type { AcknowledgeContext, CountedJob } from '#features/jobs/acknowledge.ts'
import type { Acknowledgement } from '#features/jobs/acknowledge-queries.ts'
import { AppError } from '#kernel/errors.ts'

/** One that the database refuses in every form is tried again after so many milliseconds. */
const refusedFor = 30_000
/** Written in one transaction at most. */
const mostAtOnce = 2_000

/**
 * Keeps what became of rows until it is written. What comes while a transaction is under way goes into the next one;
 * while the database is away everything is kept and tried again.
 */
export class Acknowledger<Kept extends Acknowledgement = Acknowledgement> {
  readonly #context: AcknowledgeContext
  readonly #progressOf: (jobId: number) => string | undefined
  readonly #onWritten: (jobs: CountedJob[], written: readonly Kept[]) => void
  #waiting: Kept[] = []
  #underWay = 0
  /** Refused in every form, and since when. */
  readonly #refused = new Map<Kept, number>()
  #running: Promise<void> | undefined
  readonly #givenUp = new AbortController()

  constructor(
    context: AcknowledgeContext,
    progressOf: (jobId: number) => string | undefined,
    onWritten: (jobs: CountedJob[], written: readonly Kept[]) => void,
  ) {
    this.#context = context
    this.#progressOf = progressOf
    this.#onWritten = onWritten
  }

  /** Outcomes that are not on disk yet. */
  get size(): number {
    return this.#waiting.length + this.#underWay
  }

  push(acknowledgement: Kept): void {
    this.#waiting.push(acknowledgement)
    this.#running ??= this.#run()
  }

  /** Tries again what the database refused a while ago: a row must not stay in work for ever. */
  retryRefused(): void {
    const now = this.#context.clock.monotonic()
    for (const [each, since] of this.#refused)
      if (now - since >= refusedFor) {
        this.#refused.delete(each)
        this.push(each)
      }
  }

  /** Resolves when nothing waits, or when the signal says that it was tried long enough. */
  async drained(signal: AbortSignal): Promise<void> {
    const stop = () => this.#givenUp.abort()
    signal.addEventListener('abort', stop, { once: true })
    if (signal.aborted) stop()
    while (this.#running) await this.#running
    signal.removeEventListener('abort', stop)
  }

  async #run(): Promise<void> {
    // One turn of the event loop later, so that what ends at the same time is written together.
    await new Promise((resolve) => setImmediate(resolve))
    while (this.#waiting.length > 0 && !this.#givenUp.signal.aborted) {
      const batch = this.#waiting.splice(0, mostAtOnce)
      this.#underWay = batch.length
      await this.#write(batch)
      this.#underWay = 0
    }
    this.#running = undefined
  }

  async #write(batch: readonly Kept[]): Promise<void> {
    const { clock, log } = this.#context
    for (let pause = 50; !this.#givenUp.signal.aborted; pause = Math.min(1_000, pause * 2)) {
      try {
        this.#onWritten(await acknowledge(this.#context, batch, this.#progressOf), batch)
        return
      } catch (error) {
        if (!isPassing(error)) return this.#writeApart(batch, error)
        log.warn({ err: error, rows: batch.length }, 'outcomes of rows cannot be written; trying again')
        await clock.sleep(pause, this.#givenUp.signal)
      }
    }
  }

  /** One that the database refuses must not keep the others from being written. */
  async #writeApart(batch: readonly Kept[], error: unknown): Promise<void> {
    const [first] = batch
    if (batch.length > 1 || !first) {
      for (const each of batch) await this.#write([each])
      return
    }
    const { clock, log } = this.#context
    log.error({ err: error, job: first.jobId, row: first.row.row_number }, 'the outcome of a row is refused')
    // Then it is not what the row gave that is refused.
    if (first.outcome.errorMessage === unkept) this.#refused.set(first, clock.monotonic())
    else await this.#write([{ ...first, outcome: unkeepable(first.outcome) }])
  }
}

/** Nothing of the database's own troubles is a reason to leave out what rows gave: they pass. */
const isPassing = (error: unknown): boolean =>
  error instanceof AppError && (error.retry || error.code.startsWith('DATABASE_'))

const unkept = 'What it gave could not be kept'

/** The same without what the database may have refused. */
const unkeepable = (outcome: Acknowledgement['outcome']): Acknowledgement['outcome'] => ({
  ...outcome,
  result: null,
  costCents: null,
  errorCode: 'INTERNAL',
  errorMessage: unkept,
})
