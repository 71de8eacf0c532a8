/** So many changes of the status within so many milliseconds are no news any more, but one trouble. */
const many = 5
const within = 600_000

/** Who changes status again and again. */
export interface Flapping {
  changed(id: string, now: number): void
  isFlapping(id: string, now: number): boolean
  forget(id: string): void
  /** Those that changed of late. */
  ids(): Iterable<string>
}

export function createFlapping(): Flapping {
  const changes = new Map<string, number[]>()
  return {
    changed(id, now) {
      changes.set(id, [...(changes.get(id) ?? []), now].slice(-many))
    },
    isFlapping(id, now) {
      const times = (changes.get(id) ?? []).filter((at) => now - at <= within)
      if (times.length === 0) changes.delete(id)
      return times.length >= many
    },
    forget: (id) => void changes.delete(id),
    ids: () => [...changes.keys()],
  }
}
