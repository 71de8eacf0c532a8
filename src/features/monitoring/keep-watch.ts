import type { Context } from '#features/context.ts'
import type { MetricsEngine } from '#features/metrics/metrics-engine.ts'
import { takeLease } from '#features/monitoring/lease.ts'
import type { Watch, WatchPart } from '#features/monitoring/watch.ts'
import type { NodeIdentity } from '#features/jobs/node-queries.ts'

/** How often the parts have their turn, and how often this node says that it is at work; milliseconds. */
const pause = 1_000
const markPause = 5_000

/**
 * Watches, on the one node whose turn it is, until the signal aborts: reads the log again, then hears every entry as
 * it becomes durable and gives each part its turn once a second. Other nodes wait to take over.
 */
export async function keepWatch(
  context: Context,
  { engine, parts, node }: { engine: MetricsEngine; parts: readonly WatchPart[]; node: NodeIdentity },
  signal: AbortSignal,
): Promise<void> {
  const { clock, log } = context
  while (!signal.aborted) {
    try {
      const taken = await takeLease(context, node, 'watch')
      if (taken) await watchWhileMine(taken)
    } catch (err) {
      if (!signal.aborted) log.error({ err }, 'watching was interrupted; it begins anew')
    }
    await clock.sleep(pause, signal)
  }

  async function watchWhileMine({
    lease,
    aliveBefore,
  }: NonNullable<Awaited<ReturnType<typeof takeLease>>>): Promise<void> {
    const ended = new AbortController()
    const until = AbortSignal.any([signal, ended.signal])
    const hear: NonNullable<WatchPart['hear']> = (entries, how) => {
      for (const part of parts) guarded(part, () => part.hear?.(entries, how))
    }
    const session = engine.begin(lease, hear)
    const watch: Watch = {
      context,
      head: session.head,
      servers: new Map(),
      checks: new Map(),
      watchedUntil: aliveBefore,
      lease,
    }
    try {
      for (const part of parts) await part.start?.(watch, until)
      await session.replay(until)
      let markedAt = Number.NEGATIVE_INFINITY
      while (!signal.aborted) {
        if (clock.monotonic() - markedAt >= markPause) {
          if (!(await lease.renew())) return log.warn({}, 'another node watches now')
          markedAt = clock.monotonic()
        }
        await session.tick(until)
        for (const part of parts) await guardedTurn(part, until)
        await clock.sleep(pause, signal)
      }
    } finally {
      ended.abort()
      for (const part of parts)
        await part
          .stop?.()
          .catch((err: unknown) =>
            log.error({ err, part: part.name }, 'a part of the watch did not end well'),
          )
      await session.end()
    }
  }

  function guarded(part: WatchPart, work: () => void): void {
    try {
      work()
    } catch (err) {
      log.error({ err, part: part.name }, 'a part of the watch failed')
    }
  }

  /** One part that fails, perhaps because the database is away, must not keep the others from watching. */
  async function guardedTurn(part: WatchPart, until: AbortSignal): Promise<void> {
    try {
      await part.tick?.(until)
    } catch (err) {
      if (!until.aborted) log.error({ err, part: part.name }, 'a part of the watch failed')
    }
  }
}
