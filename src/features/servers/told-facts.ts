import type { EventBus } from '#kernel/event-bus.ts'
import type { JsonObject } from '#kernel/json.ts'

/** Facts by server that this process heard and identity has not looked at yet; of one server the newest. */
const byEvents = new WeakMap<EventBus, Map<string, JsonObject>>()

export function toldFacts({ events }: { events: EventBus }): Map<string, JsonObject> {
  let facts = byEvents.get(events)
  if (facts === undefined) {
    facts = new Map()
    byEvents.set(events, facts)
  }
  return facts
}
