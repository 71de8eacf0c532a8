import { useEffect, useLayoutEffect, useReducer, useRef, type RefObject } from 'react'
import { actOfKey, afterAct, closedPalette, type PaletteAct, type PaletteState } from './palette-state.ts'

export interface PaletteControl {
  palette: PaletteState
  act(act: PaletteAct): void
  /** The text field, once there is one. */
  field: RefObject<HTMLInputElement | null>
}

/**
 * Cmd-K or Ctrl-K opens and closes the palette. While it asks, every key is for it: its file may be on the way, its
 * field without the focus yet, or another window may have given the focus elsewhere.
 */
export function usePalette(): PaletteControl {
  const [palette, act] = useReducer(afterAct, closedPalette)
  const field = useRef<HTMLInputElement>(null)
  const asks = useRef(false)
  // Before anything else can be pressed.
  useLayoutEffect(() => {
    asks.current = palette.is === 'asking'
  })
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault()
        if (!event.repeat) act({ do: 'toggle' })
        return
      }
      if (!asks.current) return
      const inField = event.target === field.current
      if (!inField) field.current?.focus()
      const done = actOfKey(event, inField)
      if (!done) return
      event.preventDefault()
      event.stopImmediatePropagation()
      act(done)
    }
    window.addEventListener('keydown', onKey, true)
    return () => window.removeEventListener('keydown', onKey, true)
  }, [])
  return { palette, act, field }
}
