import type { Context } from '#features/context.ts'
import type { Watch } from '#features/monitoring/watch.ts'

/** A watch of no servers that always owns the outbox. */
export const watchOf = (context: Context): Watch => ({
  context,
  head: { latest: () => undefined, recent: () => ({ times: [], values: [] }), subjects: () => [] },
  servers: new Map(),
  checks: new Map(),
  watchedUntil: undefined,
  lease: { mine: (work) => context.db.transaction().execute(work), renew: async () => true },
})

/** Resolves when it is kept what became of the next message. */
export const nextTold = ({ events }: Pick<Context, 'events'>): Promise<void> =>
  new Promise((resolve) => {
    const forget = events.subscribe(({ topic }) => {
      if (topic !== 'notice.changed') return
      forget()
      resolve()
    })
  })
