import { QueryClient } from '@tanstack/react-query'
import { asApiError } from './api.ts'

/** What was read already; asks again only where that can help. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      retry: (count, error) => {
        const { status } = asApiError(error)
        return count < 1 && (status === 0 || status >= 502)
      },
      retryDelay: 600,
      networkMode: 'always',
    },
    mutations: { networkMode: 'always' },
  },
})
