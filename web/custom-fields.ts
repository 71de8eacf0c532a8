import { useQuery } from '@tanstack/react-query'
import { api, type Page } from './api.ts'
import type { CustomField } from './inventory-types.ts'

const fieldsQuery = {
  queryKey: ['fields', 'all'],
  queryFn: ({ signal }: { signal: AbortSignal }) =>
    api.get<Page<CustomField>>('/fields', { limit: 1000 }, signal).then(({ items }) => items),
  staleTime: 60_000,
}
const none: readonly CustomField[] = []

/** The custom fields of devices; empty until they are known. */
export const useCustomFields = (): readonly CustomField[] => useQuery(fieldsQuery).data ?? none
