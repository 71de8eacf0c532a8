import { randomBytes } from 'node:crypto'
import type { EventBus, Happening } from '#kernel/event-bus.ts'

/** A happening with an id that tells this process and its place in it. */
export interface NumberedHappening {
  id: string
  happening: Happening
}

/** The newest happenings, for readers that were away for a moment. */
export interface EventLog {
  /** What came after an id; nothing for a new reader; `unknown` when it fell out or is another process's. */
  since(lastId: string | undefined): readonly NumberedHappening[] | 'unknown'
  lastId(): string
  listen(listener: (event: NumberedHappening) => void): () => void
  close(): void
}

/** Keeps the newest happenings of a bus. */
export function keepEvents(events: EventBus, size = 1_000): EventLog {
  const boot = randomBytes(4).toString('hex')
  const kept: NumberedHappening[] = []
  const listeners = new Set<(event: NumberedHappening) => void>()
  let count = 0
  const close = events.subscribe((happening) => {
    count += 1
    const event = { id: `${boot}-${count}`, happening }
    kept.push(event)
    if (kept.length > size) kept.shift()
    for (const listener of listeners) listener(event)
  })
  return {
    since(lastId) {
      if (lastId === undefined) return []
      const [process, number] = lastId.split('-')
      const missed = count - Number(number)
      if (process !== boot || !(missed >= 0) || missed > kept.length) return 'unknown'
      return missed === 0 ? [] : kept.slice(-missed)
    },
    lastId: () => `${boot}-${count}`,
    listen(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    close,
  }
}
