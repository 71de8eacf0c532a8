import type { Watch, WatchedCheck, WatchedServer } from '#features/monitoring/watch.ts'
import type { Entry } from '#model/sample.ts'

/** What may have changed since the last turn, so that a turn looks at nothing else. */
export interface RestlessSubjects {
  heard(entries: readonly Entry[]): void
  /** Looks at everything once more. */
  touchAll(): void
  touch(subject: string): void
  /** Subjects to look at, and those that are there no longer. */
  take(watch: Pick<Watch, 'servers' | 'checks'>): { touched: Set<string>; gone: string[] }
  /** How often a server came and went within the last hour of watching. */
  statusChanges(server: string, now: number): number
  skews: ReadonlyMap<string, number>
}

const lately = 3_600_000

export function createRestlessSubjects(time: () => number): RestlessSubjects {
  let touched = new Set<string>()
  let isAll = true
  const seen = new Map<string, string>()
  const changes = new Map<string, number[]>()
  const skews = new Map<string, number>()
  return {
    skews,
    heard(entries) {
      for (const { subject, received, at, backfill } of entries) {
        touched.add(subject)
        if (!backfill) skews.set(subject, Math.abs(received - at) / 1_000)
      }
    },
    touchAll() {
      isAll = true
    },
    touch(subject) {
      touched.add(subject)
    },
    take({ servers, checks }) {
      const found = touched
      touched = new Set()
      for (const server of servers.values()) look(server.id, stateOf(server), server.status, found)
      for (const check of checks.values()) look(`check:${check.id}`, checkState(check), undefined, found)
      const isFewer = seen.size > servers.size + checks.size
      const gone = isFewer ? [...seen.keys()].filter((subject) => !isThere(subject)) : []
      for (const subject of gone) {
        seen.delete(subject)
        skews.delete(subject)
        changes.delete(subject)
        found.delete(subject)
      }
      isAll = false
      return { touched: found, gone }

      function isThere(subject: string): boolean {
        if (servers.has(subject)) return true
        return subject.startsWith('check:') && checks.has(Number(subject.slice('check:'.length)))
      }
    },
    statusChanges(server, now) {
      const times = (changes.get(server) ?? []).filter((at) => now - at < lately)
      if (times.length === 0) changes.delete(server)
      else changes.set(server, times)
      return times.length
    },
  }

  function look(subject: string, state: string, status: string | undefined, found: Set<string>): void {
    const before = seen.get(subject)
    if (before === state) {
      if (isAll) found.add(subject)
      return
    }
    seen.set(subject, state)
    found.add(subject)
    if (before !== undefined && status !== undefined && !before.startsWith(`${status} `))
      changes.set(subject, [...(changes.get(subject) ?? []), time()])
  }
}

const stateOf = ({ status, condition, isPaused, isInMaintenance, deviceId }: WatchedServer): string =>
  `${status} ${condition} ${isPaused} ${isInMaintenance} ${deviceId}`

const checkState = ({ state, isPaused, deviceId }: WatchedCheck): string => `${state} ${isPaused} ${deviceId}`
