import type { Context } from '#features/context.ts'

/** How many ids an event names. */
const toldAtMost = 100

/** Tells whoever listens that findings are closed. */
export function tellResolved({ events }: Pick<Context, 'events'>, at: string, ids: readonly number[]): void {
  if (ids.length === 0) return
  events.publish({
    topic: 'finding.resolved',
    at,
    data: { ids: ids.slice(0, toldAtMost), count: ids.length },
  })
}
