import { latestOf } from '#features/metrics/chunk-queries.ts'
import { FollowedLog } from '#features/metrics/followed-log.ts'
import { LogAppender } from '#features/metrics/log-appender.ts'
import type { MemoryHead } from '#features/metrics/memory-head.ts'
import type { MetricsEngine } from '#features/metrics/metrics-engine.ts'
import { type SessionParts, WatchingSession } from '#features/metrics/metrics-session.ts'
import { readSeries } from '#features/metrics/read-series.ts'
import { chunksOf } from '#kernel/chunks-of.ts'

/** Subjects of one question to the database. */
const atOnce = 1_000

/** Metrics over an open database. */
export function createMetrics(parts: SessionParts): MetricsEngine {
  let session: WatchingSession | undefined
  const log = new LogAppender(parts.db, (id, entries) => session?.heardOwn(id, entries))
  const followed = new FollowedLog(parts)
  const never = new AbortController().signal

  /** The recent readings of some subjects: from memory where this process watches, else from the log. */
  async function recentOf(subjects: readonly string[], signal: AbortSignal): Promise<MemoryHead> {
    if (session?.isComplete) return session.head
    const head = await followed.headFor(subjects, signal)
    for (const some of chunksOf(subjects, atOnce))
      for (const { subject, at, received, latest } of await latestOf(parts.db, some))
        head.settle(subject, { at, received, values: JSON.parse(latest) as Record<string, number> })
    return head
  }

  return {
    append: (entries) => log.append(entries),
    async latest(subjects) {
      const head = await recentOf(subjects, never)
      return new Map(
        subjects.flatMap((subject) => {
          const latest = head.latest(subject)
          return latest === undefined ? [] : [[subject, latest]]
        }),
      )
    },
    async read(request, signal) {
      return readSeries(parts, await recentOf([request.subject], signal), request, signal)
    },
    begin(lease, hear) {
      session = new WatchingSession(parts, lease, hear)
      return session
    },
    close() {
      followed.close()
      return log.close()
    },
  }
}
