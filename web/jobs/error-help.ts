import { useQuery } from '@tanstack/react-query'
import { api } from '../api.ts'
import { adviceHere } from '../browser-advice.ts'

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
  const known = answer.data?.items.find((each) => each.code === code)
  if (!known) return { title: code, remedy: '' }
  return { title: known.title, remedy: adviceHere(code, known.remedy) ?? '' }
}
