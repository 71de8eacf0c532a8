import type { Context } from '#features/context.ts'
import type { Lease } from '#features/monitoring/lease.ts'
import type { WatchPart } from '#features/monitoring/watch.ts'
import { latestAfter } from '#features/metrics/chunk-queries.ts'
import { HotRows } from '#features/metrics/hot-rows.ts'
import type { LogGroup } from '#features/metrics/log-codec.ts'
import { LogFollower } from '#features/metrics/log-follower.ts'
import { deleteGroups } from '#features/metrics/log-queries.ts'
import { MemoryHead } from '#features/metrics/memory-head.ts'
import type { MetricsSession } from '#features/metrics/metrics-engine.ts'
import { MetricsRetention } from '#features/metrics/metrics-retention.ts'
import { bucketOf } from '#features/metrics/points.ts'
import { openUntil, seal } from '#features/metrics/seal.ts'
import { toMilliseconds } from '#kernel/clock.ts'
import type { Entry } from '#model/sample.ts'

export type SessionParts = Pick<Context, 'db' | 'reports' | 'engine' | 'clock' | 'config' | 'log'>

/** After the end of a bucket so long is waited for those that send late, so that few chunks are made twice. */
const lateness = 5 * 60_000
/** What is sealed stays in memory so long, for whoever asks how it was lately. */
const keptInMemory = 3_600_000
const trimPause = 60_000
/** Of one transaction. */
const subjectsAtOnce = 200
const groupsAtOnce = 500
const latestAtOnce = 1_000

/** What the node that watches does with the log: hears all of it, once and in order, keeps the recent in memory, seals. */
export class WatchingSession implements MetricsSession {
  readonly head = new MemoryHead()
  /** All of the log is in memory. */
  isComplete = false
  readonly #parts: SessionParts
  readonly #lease: Lease
  readonly #follower: LogFollower
  readonly #rows: HotRows
  readonly #retention: MetricsRetention
  readonly #hear: NonNullable<WatchPart['hear']>
  /** What this process wrote while the log was being read. */
  #held: { id: number; entries: readonly Entry[] }[] = []
  #newestId = 0
  /** The bucket in which we receive. */
  #bucket = 0
  /** What was received up to here belongs to buckets that are over. */
  #sealUntil = 0
  #trimmedAt = 0

  constructor(parts: SessionParts, lease: Lease, hear: NonNullable<WatchPart['hear']>) {
    this.#parts = parts
    this.#lease = lease
    this.#hear = hear
    this.#follower = new LogFollower(parts, (id, group) => this.#take(id, group))
    this.#rows = new HotRows(parts, lease, this.head)
    this.#retention = new MetricsRetention(parts, lease)
  }

  /** What this process wrote, in its order. */
  heardOwn(id: number, entries: readonly Entry[]): void {
    if (this.isComplete) this.#follower.take(id, { entries })
    else this.#held.push({ id, entries })
  }

  async replay(signal: AbortSignal): Promise<void> {
    await this.#loadLatest()
    await this.#follower.readAll(signal)
    this.isComplete = true
    for (const { id, entries } of this.#held) this.#follower.take(id, { entries })
    this.#held = []
  }

  async tick(signal: AbortSignal): Promise<void> {
    await this.#follower.poll(signal)
    const now = toMilliseconds(this.#parts.clock.now())
    this.#enter(bucketOf(now))
    if (this.#sealUntil > 0 && now - this.#bucket >= lateness) await this.#sealSome()
    for (const subject of await this.#rows.tick()) this.head.forget(subject)
    await this.#retention.tick()
    if (now - this.#trimmedAt < trimPause) return
    this.#trimmedAt = now
    this.head.trim(now - keptInMemory)
  }

  async end(): Promise<void> {
    this.isComplete = false
  }

  #take(id: number, { entries, forget }: LogGroup): void {
    for (const subject of forget ?? []) this.head.forget(subject)
    for (const { received } of entries) this.#enter(bucketOf(received))
    this.#newestId = Math.max(this.#newestId, id)
    const fresh = entries.filter((entry) => this.head.add(entry, id))
    this.#rows.hear(fresh)
    if (fresh.length > 0) this.#hear(fresh, { replayed: !this.isComplete })
  }

  /** When the next bucket begins, all that was received before is to be sealed. */
  #enter(bucket: number): void {
    if (bucket <= this.#bucket) return
    this.#bucket = bucket
    this.#sealUntil = this.#newestId
  }

  /** A part of what is to be sealed; when nothing is left, the log up to there can go. */
  async #sealSome(): Promise<void> {
    const open = openUntil(this.head, this.#sealUntil, subjectsAtOnce)
    if (open.length > 0) return seal(this.#parts, this.#lease, this.head, open)
    const upTo = Math.min(this.#sealUntil, this.#follower.settled)
    const deleted = await this.#lease.mine((transaction) => deleteGroups(transaction, upTo, groupsAtOnce))
    if (deleted < groupsAtOnce && upTo === this.#sealUntil) this.#sealUntil = 0
  }

  async #loadLatest(): Promise<void> {
    let last = ''
    for (;;) {
      const rows = await latestAfter(this.#parts.db, last, latestAtOnce)
      if (rows.length === 0) return
      for (const { subject, at, received, latest } of rows)
        this.head.settle(subject, { at, received, values: JSON.parse(latest) as Record<string, number> })
      last = rows.at(-1)!.subject
    }
  }
}
