import { useEffect, useRef } from 'react'
import { hearEvents } from '../events.ts'

/**
 * Calls back when servers told something, but not more often than every so many milliseconds; `id` limits it to one
 * server. What was heard too soon is not lost: it is called for when the time is over.
 */
export function useHeard(gap: number, work: () => void, id?: string): void {
  const latest = useRef(work)
  useEffect(() => {
    latest.current = work
  })
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    let isDue = false
    const rest = () => {
      timer = undefined
      if (isDue) fire()
    }
    const fire = () => {
      isDue = false
      timer = setTimeout(rest, gap)
      if (!document.hidden) latest.current()
    }
    const forget = hearEvents(({ topic, data }) => {
      if (topic !== 'metrics.heard') return
      const subjects = data['subjects']
      if (id !== undefined && Array.isArray(subjects) && !subjects.includes(id)) return
      if (timer === undefined) fire()
      else isDue = true
    })
    return () => {
      forget()
      clearTimeout(timer)
    }
  }, [gap, id])
}
