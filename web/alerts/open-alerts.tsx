import { useQuery } from '@tanstack/react-query'
import { api, type Page } from '../api.ts'
import { formatNumber } from '../format.ts'
import type { AlertItem } from './alert-words.ts'

/** How many alerts fire at present, beside the way to them; nothing where none does. */
export function OpenAlerts() {
  const total = useQuery({
    queryKey: ['alerts', 'count'],
    queryFn: ({ signal }) => api.get<Page<AlertItem>>('/alerts', { state: 'firing', limit: 1 }, signal),
  }).data?.total
  if (!total) return null
  return (
    <span className="ml-auto rounded-full bg-bad-soft px-1.5 text-2xs font-semibold text-bad">
      {formatNumber(total)}
      <span className="sr-only"> firing</span>
    </span>
  )
}
