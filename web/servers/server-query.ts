import { api } from '../api.ts'
import type { ServerDetail } from './server-types.ts'

export const serverPath = (id: string): string => `/servers/${encodeURIComponent(id)}`

export const serverQuery = (id: string) => ({
  queryKey: ['server', id],
  queryFn: ({ signal }: { signal: AbortSignal }) => api.get<ServerDetail>(serverPath(id), {}, signal),
  retry: false,
})
