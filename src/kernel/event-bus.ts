/** Something that happened, for whoever listens: a dotted topic and a small JSON payload. */
export interface Happening {
  topic: string
  at: string
  data: Record<string, unknown>
}

export interface EventBus {
  publish(happening: Happening): void
  /** Calls back for each happening until the returned function is called. */
  subscribe(listener: (happening: Happening) => void): () => void
}

export function createEventBus(onListenerError: (error: unknown) => void = () => {}): EventBus {
  const listeners = new Set<(happening: Happening) => void>()
  return {
    publish(happening) {
      for (const listener of listeners) {
        try {
          listener(happening)
        } catch (error) {
          onListenerError(error)
        }
      }
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
