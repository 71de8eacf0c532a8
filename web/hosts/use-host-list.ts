import { useMemo } from 'react'
import { useNavigate, useSearch } from '@tanstack/react-router'
import type { Host } from '#features/hosts/host-shapes.ts'
import { useSelection } from '../list/use-selection.ts'
import { usePaged } from '../paged.ts'
import { afterSteps, type ReviewStep } from './review.ts'
import { statusOf, tabs, type Tab } from './status-tabs.tsx'

const atOnce = 200

/** The tab and query of the address, and how to change them. */
function usePlace() {
  const search = useSearch({ from: '/shell/hosts' })
  const navigate = useNavigate({ from: '/hosts' })
  const q = search.q
  const tab = tabs.find((each) => each === search.status) ?? (q ? 'all' : 'pending')
  return {
    q,
    tab,
    setTab: (next: Tab) => void navigate({ search: { ...(q ? { q } : {}), status: next } }),
    setQuery: (next: string) =>
      void navigate({ search: { ...(next ? { q: next } : {}), status: tab }, replace: true }),
  }
}

/** The hosts that the address asks for, as they are after what is under way, and which of them are chosen. */
export function useHostList(underWay: readonly ReviewStep[]) {
  const place = usePlace()
  const status = statusOf(place.tab)
  const listing = usePaged<Host>(
    'hosts',
    '/hosts',
    { q: place.q, status, sort: '-firstSeen' },
    { limit: atOnce, thenLimit: 1_000 },
  )
  const { items } = listing
  // A host that was just decided about leaves its tab at once.
  const hosts = useMemo(
    () => afterSteps(items ?? [], underWay).filter((host) => status === undefined || host.status === status),
    [items, status, underWay],
  )
  const choice = useSelection(hosts, `${place.tab} ${place.q ?? ''}`)
  return { ...place, status, listing, hosts, choice }
}

export type HostList = ReturnType<typeof useHostList>
