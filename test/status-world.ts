import type { OpenDatabase } from '#database/open.ts'
import type { Watch, WatchPart } from '#features/monitoring/watch.ts'
import { createStatusPart } from '#features/status/status-part.ts'
import { shift, toMilliseconds, type Timestamp } from '#kernel/clock.ts'
import { coreMetrics, type Entry, type Told } from '#model/sample.ts'
import { TestClock } from '#test/test-clock.ts'
import { testContext, type TestContext } from '#test/test-context.ts'

export const never = new AbortController().signal

/** A clock whose time of day somebody sets wrong. */
export class SteppedClock extends TestClock {
  step = 0

  override now(): Timestamp {
    return shift(super.now(), this.step)
  }
}

const nothing = coreMetrics.map(() => null)

/** The status part over a real database, with a log that survives the one who watches. */
export class StatusWorld {
  readonly context: TestContext
  readonly clock = new SteppedClock()
  watch!: Watch
  /** Whether the database takes writes. */
  isDatabaseThere = true
  #part: WatchPart | undefined
  #log: Entry[] = []
  #aliveAt: number | undefined
  #markedAt = 0

  constructor(opened: OpenDatabase, overrides: Parameters<typeof testContext>[1] = {}) {
    this.context = { ...testContext(opened, overrides), clock: this.clock }
  }

  async addServers(
    ids: readonly string[],
    more: { machine_type?: string; interval_seconds?: number; device_id?: number } = {},
  ): Promise<void> {
    const now = this.clock.now()
    for (const id of ids)
      await this.context.db
        .insertInto('servers')
        .values({
          id,
          hostname: id,
          status: 'unknown',
          condition: 'never_seen',
          created_at: now,
          updated_at: now,
          ...more,
        })
        .execute()
  }

  /** Begins to watch; who watched before is gone without a word. */
  async start(): Promise<void> {
    const lease: Watch['lease'] = {
      mine: (work) => {
        if (!this.isDatabaseThere) return Promise.reject(new Error('the database is away'))
        return this.context.db.transaction().execute(work)
      },
      renew: async () => true,
    }
    const head = { latest: () => undefined, recent: () => ({ times: [], values: [] }), subjects: () => [] }
    const { context } = this
    this.watch = { context, head, servers: new Map(), checks: new Map(), watchedUntil: this.#aliveAt, lease }
    this.#part = createStatusPart()
    await this.#part.start!(this.watch, never)
    this.#part.hear!(this.#log, { replayed: true })
    await this.turn()
  }

  /** A heartbeat that is received now. */
  hear(
    subject: string,
    { at, backfill = false, told }: { at?: number; backfill?: boolean; told?: Told | undefined } = {},
  ): void {
    const received = toMilliseconds(this.clock.now())
    this.log({ subject, at: at ?? received, received, core: nothing, backfill, told })
  }

  log(entry: Entry): void {
    this.#log.push(entry)
    this.#part?.hear!([entry], { replayed: false })
  }

  /** One turn as keepWatch gives it: every five seconds the lease is renewed, and without it all begins anew. */
  async turn(): Promise<void> {
    const isMarkDue = this.clock.monotonic() - this.#markedAt >= 5_000
    if (isMarkDue && !this.isDatabaseThere) this.kill()
    if (this.#part === undefined && this.isDatabaseThere) return this.start()
    await this.#part?.tick!(never)
    if (!isMarkDue || !this.isDatabaseThere) return
    this.#markedAt = this.clock.monotonic()
    this.#aliveAt = toMilliseconds(this.clock.now())
  }

  /** Seconds pass, with a turn in each. */
  async pass(seconds: number): Promise<void> {
    for (let at = 0; at < seconds; at += 1) {
      this.clock.advance(1_000)
      await this.turn()
    }
  }

  /** Like a killed process: nothing more is written. */
  kill(): void {
    this.#part = undefined
  }

  async stop(): Promise<void> {
    await this.#part?.stop!()
    this.#part = undefined
  }

  forgetLog(): void {
    this.#log = []
  }

  of(id: string): string {
    const { status, condition } = this.watch.servers.get(id)!
    return condition === null ? status : `${status} ${condition}`
  }
}
