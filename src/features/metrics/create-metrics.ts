import { LogAppender } from '#features/metrics/log-appender.ts'
import type { MemoryHead } from '#features/metrics/memory-head.ts'
import type { MetricsEngine } from '#features/metrics/metrics-engine.ts'
import { type SessionParts, WatchingSession } from '#features/metrics/metrics-session.ts'
import { rawAnswer } from '#features/metrics/read-series.ts'
import { scanLog } from '#features/metrics/scan-log.ts'

/** Metrics over an open database. */
export function createMetrics(parts: SessionParts): MetricsEngine {
  let session: WatchingSession | undefined
  const log = new LogAppender(parts.db, (id, entries) => session?.heardOwn(id, entries))
  const never = new AbortController().signal

  /** The recent readings of some subjects: from memory where this process watches. */
  const recentOf = async (subjects: readonly string[], signal: AbortSignal): Promise<MemoryHead> =>
    session?.isComplete ? session.head : scanLog(parts, subjects, signal)

  return {
    append: (entries) => log.append(entries),
    async latest(subjects) {
      const head = await recentOf(subjects, never)
      return new Map(
        subjects.flatMap((subject) => {
          const latest = head.latest(subject)
          return latest === undefined ? [] : [[subject, { at: latest.at, values: latest.values }]]
        }),
      )
    },
    async read(request, signal) {
      const head = await recentOf([request.subject], signal)
      return rawAnswer(head.points(request.subject, request.from - 600_000, request.to), request)
    },
    begin(lease, hear) {
      session = new WatchingSession(parts, lease, hear)
      return session
    },
    close: () => log.close(),
  }
}
