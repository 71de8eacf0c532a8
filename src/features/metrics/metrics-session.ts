import type { Context } from '#features/context.ts'
import type { Lease } from '#features/monitoring/lease.ts'
import type { WatchPart } from '#features/monitoring/watch.ts'
import type { LogGroup } from '#features/metrics/log-codec.ts'
import { LogFollower } from '#features/metrics/log-follower.ts'
import { MemoryHead } from '#features/metrics/memory-head.ts'
import type { MetricsSession } from '#features/metrics/metrics-engine.ts'
import type { Entry } from '#model/sample.ts'

export type SessionParts = Pick<Context, 'db' | 'reports' | 'engine' | 'clock' | 'config' | 'log'>

/** What the node that watches does with the log: hears all of it, once and in order, and keeps the recent in memory. */
export class WatchingSession implements MetricsSession {
  readonly head = new MemoryHead()
  /** All of the log is in memory. */
  isComplete = false
  readonly #follower: LogFollower
  readonly #hear: NonNullable<WatchPart['hear']>
  /** What this process wrote while the log was being read. */
  #held: { id: number; entries: readonly Entry[] }[] = []

  constructor(parts: SessionParts, _lease: Lease, hear: NonNullable<WatchPart['hear']>) {
    this.#hear = hear
    this.#follower = new LogFollower(parts, (id, group) => this.#take(id, group))
  }

  /** What this process wrote, in its order. */
  heardOwn(id: number, entries: readonly Entry[]): void {
    if (this.isComplete) this.#follower.take(id, { entries })
    else this.#held.push({ id, entries })
  }

  async replay(signal: AbortSignal): Promise<void> {
    await this.#follower.readAll(signal)
    this.isComplete = true
    for (const { id, entries } of this.#held) this.#follower.take(id, { entries })
    this.#held = []
  }

  async tick(signal: AbortSignal): Promise<void> {
    await this.#follower.poll(signal)
  }

  async end(): Promise<void> {
    this.isComplete = false
  }

  #take(id: number, { entries, forget }: LogGroup): void {
    for (const subject of forget ?? []) this.head.forget(subject)
    const fresh = entries.filter((entry) => this.head.add(entry, id))
    if (fresh.length > 0) this.#hear(fresh, { replayed: !this.isComplete })
  }
}
