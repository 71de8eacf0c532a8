import type { Context } from '#features/context.ts'
import type { BatchOutcome } from '#features/sync/apply-batch.ts'
import { keepAlive } from '#features/sync/run-queries.ts'
import type { RunState } from '#features/sync/run-state.ts'
import { every } from '#kernel/clock.ts'

type Tools = Pick<Context, 'db' | 'clock' | 'events' | 'log'>

/** How far a run is. */
export interface RunProgress {
  seen: number
  total: number | null
  added: number
  updated: number
  unchanged: number
}

/** Milliseconds between two events about one run. */
const pause = 250
/** Milliseconds between two signs of life. */
const heartbeat = 5_000
const idsPerEvent = 100

/** Tells whoever listens which devices and hosts were written. */
export function publishOutcome(
  { clock, events }: Pick<Context, 'clock' | 'events'>,
  { devices, hosts, findings }: BatchOutcome,
): void {
  const publish = (topic: string, data: Record<string, unknown>) =>
    events.publish({ topic, at: clock.now(), data })
  const publishIds = (topic: string, ids: readonly number[]) => {
    if (ids.length > 0) publish(topic, { ids: ids.slice(0, idsPerEvent), count: ids.length })
  }
  publishIds('device.changed', devices)
  publishIds('host.changed', hosts)
  if (findings > 0) publish('finding.opened', { count: findings })
}

/** Gives a function that tells how far the run is, but not more often than anybody can follow. */
export function progressReporter(
  { clock, events }: Pick<Context, 'clock' | 'events'>,
  run: RunState,
  listener: (progress: RunProgress) => void,
): (isLast?: boolean) => void {
  let toldAt = -Infinity
  return (isLast = false) => {
    if (!isLast && clock.monotonic() - toldAt < pause) return
    toldAt = clock.monotonic()
    const { total, added, updated, unchanged } = run
    const progress = { seen: run.seen.size, total, added, updated, unchanged }
    const data = { runId: run.id, source: run.source.name, ...progress }
    events.publish({ topic: 'run.progress', at: clock.now(), data })
    listener(progress)
  }
}

/**
 * Says every few seconds that the run goes on, however long the source takes to answer; the returned signal aborts when
 * another process has ended the run.
 */
export function keepRunAlive({ db, clock, log }: Tools, run: RunState, signal: AbortSignal): AbortSignal {
  const lost = new AbortController()
  void every(clock, heartbeat, signal, async () => {
    try {
      await keepAlive(db, run, clock.now())
    } catch (error) {
      log.warn(
        { error: (error as Error).message, run: run.id },
        'a sign of life of a run could not be written',
      )
      if (isEnded(error)) lost.abort(error)
    }
  })
  return lost.signal
}

const isEnded = (error: unknown): boolean => (error as { code?: string }).code === 'CONFLICT'
