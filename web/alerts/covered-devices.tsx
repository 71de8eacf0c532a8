import { useDeferredValue } from 'react'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { api, type Page } from '../api.ts'
import { counted } from '../format.ts'

const named = 5

/** Whom a query finds at present: how many, and the first of them. */
export function CoveredDevices({ q }: { q: string }) {
  const asked = useDeferredValue(q.trim())
  const { data, isError } = useQuery({
    queryKey: ['devices', 'covered', asked],
    queryFn: ({ signal }) =>
      api.get<Page<{ id: number; name: string }>>('/devices', { q: asked, limit: named }, signal),
    enabled: asked !== '',
    placeholderData: keepPreviousData,
    retry: false,
  })
  if (asked === '' || isError || !data) return null
  const names = data.items.map(({ name }) => name).join(', ')
  const total = data.total ?? data.items.length
  return (
    <output className="mt-1 block text-xs text-muted">
      Covers the servers of {counted(total, 'device')}
      {total === 0 ? '' : ` at present: ${names}${total > named ? ' and others' : ''}`}.
    </output>
  )
}
