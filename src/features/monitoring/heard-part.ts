import type { Watch, WatchPart } from '#features/monitoring/watch.ts'

/** Open pages read again at most this often, however many servers report; milliseconds. */
const pause = 2_000
/** So many names go with it; of more it only says that there were some. Other nodes are told in few bytes. */
const namesAtMost = 40

/** Tells open pages that there are new readings: `metrics.heard`, with whose they are while those are few. */
export function createHeardPart(): WatchPart {
  let watch: Watch | undefined
  let toldAt = Number.NEGATIVE_INFINITY
  const heard = new Set<string>()
  return {
    name: 'heard',
    start: async (begun) => {
      watch = begun
      heard.clear()
    },
    hear(entries, { replayed }) {
      if (!replayed) for (const { subject } of entries) heard.add(subject)
    },
    async tick() {
      if (watch === undefined || heard.size === 0) return
      const { clock, events } = watch.context
      const now = clock.monotonic()
      if (now - toldAt < pause) return
      toldAt = now
      const data = heard.size > namesAtMost ? {} : { subjects: [...heard] }
      heard.clear()
      events.publish({ topic: 'metrics.heard', at: clock.now(), data })
    },
  }
}
