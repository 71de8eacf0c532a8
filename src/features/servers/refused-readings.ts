import type { Context } from '#features/context.ts'
import type { Refusal } from '#features/servers/receipt.ts'
import type { EventBus } from '#kernel/event-bus.ts'

export type RefusedFor = 'time' | 'server' | 'right' | 'series' | 'shape'

const byEvents = new WeakMap<EventBus, Map<RefusedFor, number>>()

/** How many readings, or parts of one, this process refused since its start, by what was wrong. */
export function refusedReadings({ events }: Pick<Context, 'events'>): ReadonlyMap<RefusedFor, number> {
  return byEvents.get(events) ?? new Map()
}

export function countRefused({ events }: Pick<Context, 'events'>, refusals: readonly Refusal[]): void {
  if (refusals.length === 0) return
  let counts = byEvents.get(events)
  if (counts === undefined) byEvents.set(events, (counts = new Map()))
  for (const refusal of refusals) {
    const why = reasonOf(refusal)
    counts.set(why, (counts.get(why) ?? 0) + 1)
  }
}

function reasonOf({ code, path }: Refusal): RefusedFor {
  if (code === 'FORBIDDEN') return 'right'
  if (code === 'NOT_FOUND') return 'server'
  if (path === 'timestamp') return 'time'
  return path.startsWith('metrics') ? 'series' : 'shape'
}
