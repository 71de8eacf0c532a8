import type { Head, Latest } from '#features/monitoring/watch.ts'
import type { Entry } from '#model/sample.ts'
import { isServer } from '#features/metrics/is-server.ts'
import { noPoints, type Points } from '#features/metrics/points.ts'
import { SubjectWindow } from '#features/metrics/subject-window.ts'

/** The recent readings of everybody, in the memory of the node that watches. How many series there are is bounded where they come in. */
export class MemoryHead implements Head {
  readonly #windows = new Map<string, SubjectWindow>()
  /** Newest values of those that told nothing since they were sealed. */
  readonly #settled = new Map<string, Latest>()

  /** How many series beside the core metrics were told lately. */
  seriesCount = 0
  /** How many servers told something lately. */
  serverCount = 0

  /** False when that time was told already. */
  add(entry: Entry, logId: number): boolean {
    let window = this.#windows.get(entry.subject)
    if (window === undefined) {
      this.#windows.set(entry.subject, (window = new SubjectWindow()))
      if (isServer(entry.subject)) this.serverCount += 1
    }
    const before = window.seriesCount
    const isNew = window.add(entry, logId)
    this.seriesCount += window.seriesCount - before
    return isNew
  }

  latest(subject: string): Latest | undefined {
    const window = this.#windows.get(subject)
    const newest = window?.latest()
    const settled = this.#settled.get(subject)
    if (newest === undefined || (settled !== undefined && settled.at > newest.at)) return settled
    return { ...newest, received: window!.received }
  }

  recent(subject: string, metric: string, since: number): { times: number[]; values: number[] } {
    return this.#windows.get(subject)?.recent(metric, since) ?? { times: [], values: [] }
  }

  *subjects(): Iterable<string> {
    yield* this.#windows.keys()
    for (const subject of this.#settled.keys()) if (!this.#windows.has(subject)) yield subject
  }

  window(subject: string): SubjectWindow | undefined {
    return this.#windows.get(subject)
  }

  windows(): Iterable<[string, SubjectWindow]> {
    return this.#windows
  }

  points(subject: string, from: number, to: number): Points {
    return this.#windows.get(subject)?.points(from, to) ?? noPoints
  }

  settle(subject: string, latest: Latest): void {
    this.#settled.set(subject, latest)
  }

  forget(subject: string): void {
    this.seriesCount -= this.#windows.get(subject)?.seriesCount ?? 0
    if (this.#windows.delete(subject) && isServer(subject)) this.serverCount -= 1
    this.#settled.delete(subject)
  }

  /** Forgets what is before a time and sealed. */
  trim(before: number): void {
    for (const window of this.#windows.values()) {
      const count = window.seriesCount
      window.trim(before)
      this.seriesCount -= count - window.seriesCount
    }
  }
}
