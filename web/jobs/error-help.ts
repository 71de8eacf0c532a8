import { useQuery } from '@tanstack/react-query'
import { api } from '../api.ts'

interface ErrorHelp {
  code: string
  title: string
  remedy: string
  canRetry: boolean
}

/** What a code of an error means and what helps; empty texts until that is known. */
export function useErrorHelp(code: string): Pick<ErrorHelp, 'title' | 'remedy'> {
  const answer = useQuery({
    queryKey: ['errors'],
    queryFn: ({ signal }) => api.get<{ items: ErrorHelp[] }>('/errors', undefined, signal),
    staleTime: Infinity,
  })
  return answer.data?.items.find((each) => each.code === code) ?? { title: code, remedy: '' }
}
