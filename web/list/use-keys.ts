import { useEffect, useLayoutEffect, useRef } from 'react'
import { isWriting } from '../shell/shortcuts.ts'

export type Keys = Record<string, (event: KeyboardEvent) => void>

/** A short message that something was done has the role of a dialog too, but holds nobody up. */
const dialogs =
  '[role=dialog]:not([aria-modal="false"]),[role=alertdialog]:not([aria-modal="false"]),[role=menu]'
const elsewhere = `${dialogs},[role=listbox]`

/** Also in the moment in which a dialog is there but has not got the focus yet. */
const isElsewhere = (target: EventTarget | null): boolean =>
  (target instanceof Element && target.closest(elsewhere) !== null) ||
  document.querySelector(dialogs) !== null

/** A press of Enter or space on a button or link belongs to it. */
const isPress = ({ key, target }: KeyboardEvent): boolean =>
  (key === 'Enter' || key === ' ') && target instanceof Element && target.closest('button,a,summary') !== null

/** Calls what belongs to a key (`a`, `shift+ArrowDown`, `mod+z`), unless the person writes or a dialog is open. */
export function useKeys(keys: Keys): void {
  const current = useRef(keys)
  // Before anything else can be pressed: a key is for what is on the screen.
  useLayoutEffect(() => {
    current.current = keys
  })
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.altKey || isWriting(event.target) || isElsewhere(event.target))
        return
      if (isPress(event)) return
      const mod = event.metaKey || event.ctrlKey
      // Shift is part of the key where it makes another letter.
      const shift = event.shiftKey && (event.key.length > 1 || mod)
      const action = current.current[`${mod ? 'mod+' : ''}${shift ? 'shift+' : ''}${event.key}`]
      if (!action) return
      event.preventDefault()
      action(event)
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [])
}
