import { queryOptions } from '@tanstack/react-query'
import { api, type Page } from '../api.ts'
import type { Source, SourceType } from '../inventory-types.ts'
import { queryClient } from '../query-client.ts'
import { sayDone, sayFailed } from '../ui/toaster.tsx'

export const sourceTypesQuery = queryOptions({
  queryKey: ['source-types'],
  queryFn: ({ signal }) => api.get<Page<SourceType>>('/source-types', { limit: 1000 }, signal),
  staleTime: 300_000,
})

export const sourceQuery = (name: string) =>
  queryOptions({
    queryKey: ['sources', 'one', name],
    queryFn: ({ signal }) => api.get<Source>(`/sources/${encodeURIComponent(name)}`, undefined, signal),
  })

export const refreshSources = (): Promise<void> => queryClient.invalidateQueries({ queryKey: ['sources'] })

/** Asks for sources to be read now, every enabled one when none is named. */
export async function syncNow(names: readonly string[], said: string): Promise<void> {
  try {
    await api.post('/sources/sync', { names })
    sayDone(said)
    await refreshSources()
  } catch (error) {
    sayFailed(error)
  }
}
