import { useQuery } from '@tanstack/react-query'
import type { FleetGroup } from '#features/servers/group-servers.ts'
import { api } from '../api.ts'
import type { Grouping } from './use-fleet-place.ts'

/** The groups of the servers that match a query. */
export const useFleetGroups = (by: Grouping, q: string) =>
  useQuery({
    queryKey: ['servers', 'groups', by, q],
    queryFn: ({ signal }) => api.get<{ groups: FleetGroup[] }>('/fleet/groups', { by, q }, signal),
  })
