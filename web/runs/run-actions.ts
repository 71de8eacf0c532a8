import { queryOptions } from '@tanstack/react-query'
import type { Run } from '#features/sync/run-shapes.ts'
import { api } from '../api.ts'
import { queryClient } from '../query-client.ts'

export const runQuery = (id: string) =>
  queryOptions({
    queryKey: ['run', id],
    queryFn: ({ signal }) => api.get<Run>(`/runs/${encodeURIComponent(id)}`, undefined, signal),
    // The end of a run is an event; this is for when one got lost.
    refetchInterval: ({ state }) => (state.data?.status === 'running' ? 10_000 : false),
  })

/** The run and whatever shows runs are read again. */
export async function refreshRuns(): Promise<void> {
  await Promise.all(
    ['run', 'runs', 'sources', 'changes'].map((name) => queryClient.invalidateQueries({ queryKey: [name] })),
  )
}
