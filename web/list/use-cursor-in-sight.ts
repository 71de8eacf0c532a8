import { useLayoutEffect, useRef, type RefObject } from 'react'

/** The height of the head of a list, which stays in sight. */
export const headHeight = 32

/**
 * Keeps the cursor's row in sight when it moves, and where it is on the screen when the list moves beneath it.
 * Gives the index of the row, -1 without one.
 */
export function useCursorInSight<Id>(
  frame: RefObject<HTMLElement | null>,
  rows: readonly { id: Id }[],
  id: Id | null,
  rowHeight: number,
): number {
  const index = id === null ? -1 : rows.findIndex((row) => row.id === id)
  const before = useRef({ id, index })
  useLayoutEffect(() => {
    const element = frame.current
    const { id: oldId, index: oldIndex } = before.current
    before.current = { id, index }
    if (!element || index < 0) return
    const top = index * rowHeight
    const oldTop = oldIndex * rowHeight
    const room = element.clientHeight - headHeight
    const wasInSight = oldTop + rowHeight > element.scrollTop && oldTop < element.scrollTop + room
    const scrollTo = (position: number) => element.scrollTo({ top: position, behavior: 'instant' })
    if (id === oldId) {
      if (oldIndex >= 0 && index !== oldIndex && wasInSight) scrollTo(element.scrollTop + top - oldTop)
      return
    }
    // Enter is for the row from now on, and no longer for the head that was pressed.
    if (element.contains(document.activeElement))
      element.querySelector<HTMLElement>('[role=grid]')?.focus({ preventScroll: true })
    const margin = Math.min(2 * rowHeight, room / 4)
    if (top - margin < element.scrollTop) scrollTo(top - margin)
    else if (top + rowHeight + margin > element.scrollTop + room) scrollTo(top + rowHeight + margin - room)
  }, [frame, id, index, rowHeight])
  return index
}
