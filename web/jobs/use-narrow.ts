import { useSyncExternalStore } from 'react'

// Where the side bar becomes a menu, too.
const narrow = window.matchMedia('(width < 48rem)')

const subscribe = (listener: () => void) => {
  narrow.addEventListener('change', listener)
  return () => narrow.removeEventListener('change', listener)
}

/** Whether there is room for a few columns only. */
export const useNarrow = (): boolean => useSyncExternalStore(subscribe, () => narrow.matches)
