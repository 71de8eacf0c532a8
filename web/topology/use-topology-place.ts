import { useNavigate, useSearch } from '@tanstack/react-router'
import { relationTypes } from './topology-words.ts'
import type { RelationType } from './topology-types.ts'

/** How many devices are asked for, and how many for who wants more. */
export const usualLimit = 2_000
export const largeLimit = 10_000

interface Search {
  q?: string
  around?: string
  depth?: string
  types?: string
  limit?: string
  layout?: string
  as?: string
  pick?: string
  from?: string
  to?: string
  panel?: string
}

export type Layout = 'force' | 'layered'

/** What the page shows, as its address says it. */
export function useTopologyPlace() {
  const search: Search = useSearch({ from: '/shell/topology' })
  const navigate = useNavigate({ from: '/topology' })
  const go = (next: { [Name in keyof Search]?: Search[Name] | undefined }, replace = false) => {
    const all = Object.entries({ ...search, ...next }).filter(([, value]) => value)
    void navigate({ search: Object.fromEntries(all), replace })
  }
  const types = relationTypes.filter((type) => search.types?.split(',').includes(type))
  const { q = '', around, from, to } = search
  return {
    q,
    around,
    depth: Math.min(6, Math.max(1, Number(search.depth ?? 2) || 2)),
    types: types.length > 0 ? types : relationTypes,
    limit: Number(search.limit) === largeLimit ? largeLimit : usualLimit,
    layout: (search.layout === 'layered' ? 'layered' : 'force') satisfies Layout as Layout,
    isList: search.as === 'list',
    pick: search.pick === undefined ? undefined : Number(search.pick),
    from,
    to,
    asksPath: search.panel === 'path' || from !== undefined || to !== undefined,
    go,
    setTypes: (chosen: readonly RelationType[]) =>
      go({ types: chosen.length === relationTypes.length ? undefined : chosen.join(',') }, true),
  }
}

export type TopologyPlace = ReturnType<typeof useTopologyPlace>
