import { useState } from 'react'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useQuery } from '@tanstack/react-query'
import { api, type Page } from '../api.ts'
import type { SavedView } from '../inventory-types.ts'
import { useKeptState } from '../kept-state.ts'
import { defaultColumns, isSameChoice } from './columns.ts'

const viewsQuery = {
  queryKey: ['views', 'device'],
  queryFn: ({ signal }: { signal: AbortSignal }) =>
    api.get<Page<SavedView>>('/views', { subject: 'device', limit: 1000 }, signal).then(({ items }) => items),
  staleTime: 30_000,
}

interface Place {
  q?: string | undefined
  sort?: string | undefined
  view?: string | undefined
}

const noneOfThem: readonly SavedView[] = []

/** What the list shows: by the address, else by the view of the address, else by this browser's choice. */
export function useDevicePlace() {
  const search = useSearch({ from: '/shell/devices' })
  const navigate = useNavigate({ from: '/devices' })
  const answer = useQuery(viewsQuery)
  const views = answer.data ?? noneOfThem
  const [kept, keep] = useKeptState<readonly string[]>('device-columns', defaultColumns)
  // Other columns than the view's, until they are saved or another view is taken.
  const [changed, setChanged] = useState<{ view: number; columns: readonly string[] }>()
  const view = views.find(({ id }) => String(id) === search.view)
  const q = search.q ?? view?.query ?? ''
  const sort = search.sort ?? view?.sort ?? 'name'
  const columns = view === undefined ? kept : changed?.view === view.id ? changed.columns : view.columns

  const go = ({ q: query, sort: order, view: of }: Place, replace = false) =>
    void navigate({
      search: {
        ...(query ? { q: query } : {}),
        ...(order ? { sort: order } : {}),
        ...(of ? { view: of } : {}),
      },
      replace,
    })
  return {
    q,
    sort,
    columns: columns.length > 0 ? columns : defaultColumns,
    view,
    views,
    /** Whether the list still waits to hear what its view asks for. */
    waits: search.view !== undefined && answer.data === undefined && !answer.isError,
    differs:
      view !== undefined &&
      (q !== view.query || sort !== (view.sort ?? 'name') || !isSameChoice(columns, view.columns)),
    // An empty query cannot be told from none in the address: it leaves the view.
    setQuery: (next: string) => go({ ...search, q: next, view: next === '' ? undefined : search.view }),
    setSort: (next: string) => go({ ...search, sort: next }, true),
    setColumns: (next: readonly string[]) =>
      view === undefined ? keep(next) : setChanged({ view: view.id, columns: next }),
    openView: (id: number | undefined) => {
      setChanged(undefined)
      go(id === undefined ? {} : { view: String(id) })
    },
  }
}

export type DevicePlace = ReturnType<typeof useDevicePlace>
