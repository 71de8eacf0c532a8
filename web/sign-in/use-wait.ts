import { useEffect, useState } from 'react'
import { asApiError } from '../api.ts'

/** How many seconds are left until one may try again after too many wrong tries; 0 when one may. */
export function useWait(error: unknown): number {
  const seconds = error ? (asApiError(error).retryAfterSeconds ?? 0) : 0
  const [waiting, setWaiting] = useState<{ error: unknown; left: number }>({ error, left: seconds })
  if (waiting.error !== error) setWaiting({ error, left: seconds })
  const over = waiting.left <= 0
  useEffect(() => {
    if (over) return undefined
    const timer = setInterval(() => setWaiting((from) => ({ ...from, left: from.left - 1 })), 1_000)
    return () => clearInterval(timer)
  }, [over])
  return Math.max(0, waiting.left)
}

/** `1:05` of 65 seconds. */
export const clockText = (seconds: number): string =>
  `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
