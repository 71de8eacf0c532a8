import { useNavigate, useSearch } from '@tanstack/react-router'
import { useViewPlace } from '../views/use-view-place.ts'
import { usualServerColumns } from './server-columns.ts'

export const groupings = [
  ['site', 'Site'],
  ['rack', 'Rack'],
  ['tag', 'Tag'],
  ['status', 'Status'],
] as const
export type Grouping = (typeof groupings)[number][0]

export const isGrouping = (word: string | undefined): word is Grouping =>
  groupings.some(([each]) => each === word)

/** What the list of servers shows, as its address says it. */
export function useFleetPlace() {
  const search = useSearch({ from: '/shell/servers' })
  const navigate = useNavigate({ from: '/servers' })
  const go = (
    next: Partial<Record<'q' | 'sort' | 'view' | 'group' | 'add', string | undefined>>,
    replace: boolean,
  ) => {
    const all = Object.entries(next).filter(([, value]) => value)
    void navigate({ search: Object.fromEntries(all), replace })
  }
  const views = useViewPlace({
    subject: 'server',
    search,
    usualColumns: usualServerColumns,
    usualSort: 'name',
    go: (next, replace) => go({ group: search.group, ...next }, replace),
  })
  return {
    ...views,
    group: isGrouping(search.group) ? search.group : undefined,
    isAdding: search.add !== undefined,
    setGroup: (group: Grouping | undefined) => go({ ...search, group }, true),
    /** Only the servers of one group, as a list again. */
    openGroup: (q: string) => go({ q, sort: search.sort }, false),
    setAdding: (isAdding: boolean) => go({ ...search, add: isAdding ? 'agent' : undefined }, true),
  }
}

export type FleetPlace = ReturnType<typeof useFleetPlace>
