import type { EventBus, Happening } from '#kernel/event-bus.ts'

/** Keeps what is published until it is true for everybody: after the commit. */
export function holdEvents(events: EventBus): { bus: EventBus; release(): void } {
  const held: Happening[] = []
  return {
    bus: {
      publish: (happening) => void held.push(happening),
      subscribe: (listener) => events.subscribe(listener),
    },
    release() {
      for (const happening of held) events.publish(happening)
    },
  }
}
