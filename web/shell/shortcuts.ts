import { useEffect, useRef } from 'react'
import { useNavigate } from '@tanstack/react-router'
import { destinations } from './navigation.ts'

/** True while the person writes somewhere, where letters are letters. */
export function isWriting(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  )
}

/** Before everything: times of keys begin with the page, so that 0 would be a moment ago on a page just loaded. */
const never = -Infinity

/** Cmd-K or Ctrl-K opens the palette; g and a letter goes to a page. */
export function useShortcuts(togglePalette: () => void): void {
  const navigate = useNavigate()
  const toggle = useRef(togglePalette)
  useEffect(() => {
    toggle.current = togglePalette
  })
  useEffect(() => {
    let going = never
    const onKey = (event: KeyboardEvent) => {
      if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault()
        toggle.current()
        return
      }
      if (event.metaKey || event.ctrlKey || event.altKey || isWriting(event.target)) return
      const wasGoing = event.timeStamp - going < 1_200
      going = event.key === 'g' ? event.timeStamp : never
      const destination = wasGoing ? destinations.find(({ key }) => key === event.key) : undefined
      if (!destination) return
      event.stopImmediatePropagation()
      event.preventDefault()
      void navigate({ to: destination.to })
    }
    window.addEventListener('keydown', onKey, true)
    return () => window.removeEventListener('keydown', onKey, true)
  }, [navigate])
}
