import { notifyChange, watchChanges } from '#database/change-feed.ts'
import type { OpenDatabase } from '#database/open.ts'
import type { Context } from '#features/context.ts'
import type { Happening } from '#kernel/event-bus.ts'

/** Progress of one thing goes to other processes at most once in so many milliseconds; its end always does. */
const progressPause = 1_000

interface Notice extends Happening {
  node: string
}

/**
 * Tells other processes on PostgreSQL what happens here. On SQLite they see it by the file. Gives a function that
 * waits until all of it is told.
 */
export function tellOthers(
  opened: OpenDatabase,
  { events, clock, log }: Pick<Context, 'events' | 'clock' | 'log'>,
  node: string,
  heard: WeakSet<Happening>,
): () => Promise<void> {
  if (opened.engine === 'sqlite') return async () => {}
  const underWay = new Set<Promise<void>>()
  const lastProgress = new Map<string, number>()
  events.subscribe((happening) => {
    if (heard.has(happening) || isTooSoon(happening)) return
    const telling: Promise<void> = notifyChange(opened, JSON.stringify({ ...happening, node }))
      .catch((err: unknown) => log.warn({ err }, 'other processes could not be told of a change'))
      .finally(() => underWay.delete(telling))
    underWay.add(telling)
  })
  return async () => {
    await Promise.all(underWay)
  }

  function isTooSoon({ topic, data }: Happening): boolean {
    if (!topic.endsWith('.progress')) return false
    const now = clock.monotonic()
    for (const [each, at] of lastProgress) {
      if (now - at < progressPause) break
      lastProgress.delete(each)
    }
    const thing = `${topic} ${String(data['id'] ?? data['runId'])}`
    if (lastProgress.has(thing)) return true
    lastProgress.set(thing, now)
    return false
  }
}

/** Publishes what happens in other processes; without its words (SQLite, a lost connection) as `database.changed`. */
export function hearOthers(
  opened: OpenDatabase,
  { events, clock }: Pick<Context, 'events' | 'clock'>,
  node: string,
  heard: WeakSet<Happening>,
  signal: AbortSignal,
): Promise<void> {
  return watchChanges(opened, signal, (payload) => {
    const notice = payload ? readNotice(payload) : undefined
    if (notice?.node === node) return
    const happening: Happening = notice
      ? { topic: notice.topic, at: notice.at, data: notice.data }
      : { topic: 'database.changed', at: clock.now(), data: {} }
    heard.add(happening)
    events.publish(happening)
  })
}

function readNotice(payload: string): Notice | undefined {
  try {
    return JSON.parse(payload) as Notice
  } catch {
    return undefined
  }
}
