import { useQuery } from '@tanstack/react-query'
import { api } from '../api.ts'
import { formatNumber } from '../format.ts'
import { stateWords, stateTitle } from '../servers/server-words.ts'
import { StateMark } from '../servers/state-mark.tsx'

/** How many servers are in which state. */
export interface FleetCounts {
  total: number
  statuses: Readonly<Record<string, number>>
  conditions: Readonly<Record<string, number>>
  watchedAt: string | null
}

export const fleetStatusQuery = {
  queryKey: ['fleet', 'status'],
  queryFn: ({ signal }: { signal: AbortSignal }) => api.get<FleetCounts>('/fleet/status', {}, signal),
}

/** Each state with the query that finds it. */
const states = [
  ['online', 'status:online', { status: 'online', condition: null }],
  ['offline', 'status:offline', { status: 'offline', condition: null }],
  ['unknown', 'status:unknown', { status: 'unknown', condition: null }],
  ['stale', 'condition:stale', { status: 'online', condition: 'stale' }],
  ['asleep', 'condition:asleep', { status: 'unknown', condition: 'asleep' }],
  ['paused', 'condition:paused', { status: 'online', condition: 'paused' }],
  ['maintenance', 'condition:maintenance', { status: 'online', condition: 'maintenance' }],
] as const

/** These stand there also when nobody is like that. */
const always: ReadonlySet<string> = new Set(['online', 'offline', 'unknown', 'paused', 'maintenance'])

const countOf = ({ statuses, conditions }: FleetCounts, name: string): number =>
  statuses[name] ?? conditions[name] ?? 0

/** The fleet in figures; a press shows only those. */
export function StatusCounts({ q, onQuery }: { q: string; onQuery(q: string): void }) {
  const counts = useQuery(fleetStatusQuery).data
  if (counts === undefined || counts.total === 0) return null
  return (
    <nav aria-label="Servers by state" className="flex shrink-0 flex-wrap gap-1.5">
      {states
        .filter(([name]) => always.has(name) || countOf(counts, name) > 0)
        .map(([name, query, like]) => (
          <button
            key={name}
            type="button"
            aria-pressed={q === query}
            title={`${stateTitle(stateWords(like))} servers only`}
            onClick={() => onQuery(q === query ? '' : query)}
            className="inline-flex h-8 items-center gap-2 rounded-md border bg-surface px-2.5 hover:border-line-strong aria-pressed:border-accent aria-pressed:bg-accent-soft"
          >
            <StateMark server={like} className="text-xs" />
            <strong className="font-semibold">{formatNumber(countOf(counts, name))}</strong>
          </button>
        ))}
    </nav>
  )
}
