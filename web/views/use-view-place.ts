import { useState } from 'react'
import { useQuery } from '@tanstack/react-query'
import { api, type Page } from '../api.ts'
import type { SavedView } from '../inventory-types.ts'
import { useKeptState } from '../kept-state.ts'
import { isSameChoice } from './is-same-choice.ts'

const viewsQuery = (subject: SavedView['subject']) => ({
  queryKey: ['views', subject],
  queryFn: ({ signal }: { signal: AbortSignal }) =>
    api.get<Page<SavedView>>('/views', { subject, limit: 1000 }, signal).then(({ items }) => items),
  staleTime: 30_000,
})

interface Place {
  q?: string | undefined
  sort?: string | undefined
  view?: string | undefined
}

interface ViewPlaceOptions {
  subject: SavedView['subject']
  /** What the address says. */
  search: Place
  usualColumns: readonly string[]
  usualSort: string
  /** Goes to another address of the list. */
  go(next: Place, replace: boolean): void
}

const noneOfThem: readonly SavedView[] = []

/** What a list shows: by the address, else by the view of the address, else by this browser's choice. */
export function useViewPlace({ subject, search, usualColumns, usualSort, go }: ViewPlaceOptions) {
  const answer = useQuery(viewsQuery(subject))
  const views = answer.data ?? noneOfThem
  const [kept, keep] = useKeptState<readonly string[]>(`${subject}-columns`, usualColumns)
  // Other columns than the view's, until they are saved or another view is taken.
  const [changed, setChanged] = useState<{ view: number; columns: readonly string[] }>()
  const view = views.find(({ id }) => String(id) === search.view)
  const q = search.q ?? view?.query ?? ''
  const sort = search.sort ?? view?.sort ?? usualSort
  const columns = view === undefined ? kept : changed?.view === view.id ? changed.columns : view.columns
  return {
    subject,
    q,
    sort,
    columns: columns.length > 0 ? columns : usualColumns,
    view,
    views,
    /** Whether the list still waits to hear what its view asks for. */
    waits: search.view !== undefined && answer.data === undefined && !answer.isError,
    differs:
      view !== undefined &&
      (q !== view.query || sort !== (view.sort ?? usualSort) || !isSameChoice(columns, view.columns)),
    // An empty query cannot be told from none in the address: it leaves the view.
    setQuery: (next: string) =>
      go({ ...search, q: next, view: next === '' ? undefined : search.view }, false),
    setSort: (next: string) => go({ ...search, sort: next }, true),
    setColumns: (next: readonly string[]) =>
      view === undefined ? keep(next) : setChanged({ view: view.id, columns: next }),
    openView: (id: number | undefined) => {
      setChanged(undefined)
      go(id === undefined ? {} : { view: String(id) }, false)
    },
  }
}

export type ViewPlace = ReturnType<typeof useViewPlace>
