import { queryOptions, useQuery } from '@tanstack/react-query'
import type { JobActionShape } from '#features/jobs/job-shapes.ts'
import { api } from '../api.ts'

export interface JobCatalogue {
  items: JobActionShape[]
  /** Names of databases that rows can come from. */
  databases: string[]
}

/** Everything that jobs can do here. */
export const jobActionsQuery = queryOptions({
  queryKey: ['job-actions'],
  queryFn: ({ signal }) => api.get<JobCatalogue>('/job-actions', undefined, signal),
  staleTime: 300_000,
})

const none: readonly JobActionShape[] = []

/** The catalogue; empty until it is known. */
export const useJobActions = (): readonly JobActionShape[] => useQuery(jobActionsQuery).data?.items ?? none

const own: Record<string, string> = {
  backup: 'Back up',
  maintain: 'Clean up',
  discover: 'Discover a network',
}

/** What an action is called; also of those that are not offered. */
export const actionTitle = (actions: readonly JobActionShape[], name: string): string =>
  actions.find((action) => action.name === name)?.title ?? own[name] ?? name
