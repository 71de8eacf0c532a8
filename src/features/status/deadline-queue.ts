/** Something that is due at a time. */
export interface Due<Item> {
  at: number
  item: Item
}

/** Who is due next: a heap, so that ten thousand that are not due cost nothing. */
export interface DeadlineQueue<Item> {
  push(due: Due<Item>): void
  /** Takes out the earliest when its time is over at `now`. */
  takeDue(now: number): Due<Item> | undefined
  clear(): void
  readonly size: number
}

export function createDeadlineQueue<Item>(): DeadlineQueue<Item> {
  const heap: Due<Item>[] = []
  const swap = (one: number, other: number): void => {
    const held = heap[one]!
    heap[one] = heap[other]!
    heap[other] = held
  }
  const isEarlier = (one: number, other: number): boolean => heap[one]!.at < heap[other]!.at

  function sinkFirst(): void {
    let at = 0
    for (;;) {
      const left = 2 * at + 1
      if (left >= heap.length) return
      const least = left + 1 < heap.length && isEarlier(left + 1, left) ? left + 1 : left
      if (!isEarlier(least, at)) return
      swap(at, least)
      at = least
    }
  }

  return {
    get size() {
      return heap.length
    },
    push(due) {
      let at = heap.push(due) - 1
      while (at > 0) {
        const above = (at - 1) >> 1
        if (!isEarlier(at, above)) return
        swap(at, above)
        at = above
      }
    },
    takeDue(now) {
      const first = heap[0]
      if (first === undefined || first.at >= now) return undefined
      const last = heap.pop()!
      if (heap.length > 0) {
        heap[0] = last
        sinkFirst()
      }
      return first
    },
    clear: () => void heap.splice(0),
  }
}
