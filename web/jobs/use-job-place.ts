import { useMemo } from 'react'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { sessionQuery } from '../session.ts'

/** The tabs of the list, and what each asks the server for. */
export const states = [
  { name: 'all', label: 'All', query: {} },
  { name: 'approval', label: 'To approve', query: { waitingFor: 'approval' } },
  { name: 'running', label: 'Running', query: { status: 'running' } },
  { name: 'paused', label: 'Paused', query: { status: 'paused' } },
  { name: 'failed', label: 'Failed', query: { status: 'failed' } },
  { name: 'completed', label: 'Done', query: { status: 'completed' } },
  { name: 'cancelled', label: 'Cancelled', query: { status: 'cancelled' } },
] as const
export type State = (typeof states)[number]['name']

interface Filter {
  q?: string | undefined
  state?: string | undefined
  action?: string | undefined
  waits?: string | undefined
  by?: string | undefined
}

const filledIn = (filter: Filter): Partial<Record<keyof Filter, string>> =>
  Object.fromEntries(Object.entries(filter).filter(([, value]) => value))

/** Which jobs are listed: the address says it. */
export function useJobPlace() {
  const search = useSearch({ from: '/shell/jobs' })
  const navigate = useNavigate({ from: '/jobs' })
  const me = useQuery(sessionQuery).data?.name
  const state = states.find(({ name }) => name === search.state) ?? states[0]
  const change = (next: Filter) => void navigate({ search: filledIn({ ...search, ...next }), replace: true })
  const { q, action, waits, by } = search
  const query = useMemo(
    () => ({
      q,
      action,
      ...(waits === undefined ? {} : { waitingFor: waits }),
      ...state.query,
      ...(by === 'me' && me !== undefined ? { requestedBy: me } : {}),
    }),
    [q, action, waits, state, by, me],
  )
  return {
    query,
    q: q ?? '',
    state: state.name as State,
    action: action ?? '',
    waits: waits ?? '',
    isMine: by === 'me',
    isFiltered: Object.keys(filledIn(search)).length > 0,
    setState: (name: State) => change({ state: name === 'all' ? undefined : name, waits: undefined }),
    setQ: (text: string) => change({ q: text }),
    setAction: (name: string) => change({ action: name }),
    setWaits: (reason: string) => change({ waits: reason, state: undefined }),
    setMine: (mine: boolean) => change({ by: mine ? 'me' : undefined }),
    clear: () => void navigate({ search: {}, replace: true }),
  }
}

export type JobPlace = ReturnType<typeof useJobPlace>
