import { useEffect, useState } from 'react'
import { hearEvents } from '../events.ts'

/** Tells screen readers when a run begins and ends. */
export function LiveAnnouncer() {
  const [message, setMessage] = useState('')
  useEffect(
    () =>
      hearEvents(({ topic, data }) => {
        const source = typeof data['source'] === 'string' ? data['source'] : 'a source'
        const status = typeof data['status'] === 'string' ? data['status'] : 'finished'
        if (topic === 'run.started') setMessage(`Reading ${source} began.`)
        if (topic === 'run.finished') setMessage(`Reading ${source}: ${status}.`)
      }),
    [],
  )
  return (
    <p aria-live="polite" className="sr-only">
      {message}
    </p>
  )
}
