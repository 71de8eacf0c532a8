import { useEffect, useState } from 'react'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { api } from '../api.ts'
import type { Completion } from './completion.ts'

const pause = 70

/** A value once it has stayed the same for a moment. */
function useSettled<Value>(value: Value): Value {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), pause)
    return () => clearTimeout(timer)
  }, [value])
  return settled
}

/** What may stand at a place of a query, while `open`. */
export function useCompletion(
  subject: 'device' | 'host' | 'server',
  text: string,
  position: number,
  open: boolean,
) {
  const asked = useSettled(`${position} ${text}`)
  const current = asked === `${position} ${text}`
  const answer = useQuery({
    queryKey: ['complete', subject, asked],
    queryFn: ({ signal }) => api.get<Completion>('/query/complete', { subject, q: text, position }, signal),
    enabled: open && current,
    placeholderData: keepPreviousData,
    staleTime: 30_000,
    retry: false,
  })
  const fresh = current && !answer.isPlaceholderData && !answer.isError
  return { completion: open ? answer.data : undefined, fresh }
}
