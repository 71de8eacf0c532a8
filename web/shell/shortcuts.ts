import { useEffect } from 'react'
import { useNavigate } from '@tanstack/react-router'
import { destinations } from './navigation.ts'

/** True while the person writes somewhere, where letters are letters. */
export function isWriting(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  )
}

/** What is above the page has the keys, also before it has the focus. */
const isBeneath = () => document.querySelector('[role=dialog],[role=alertdialog]') !== null

/** Before everything: times of keys begin with the page, so that 0 would be a moment ago on a page just loaded. */
const never = -Infinity

/** g and a letter goes to a page. */
export function useShortcuts(): void {
  const navigate = useNavigate()
  useEffect(() => {
    let going = never
    const onKey = (event: KeyboardEvent) => {
      if (event.metaKey || event.ctrlKey || event.altKey || isWriting(event.target) || isBeneath()) return
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
