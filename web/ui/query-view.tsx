import type { ReactNode } from 'react'
import type { UseQueryResult } from '@tanstack/react-query'
import { ErrorState } from './error-state.tsx'
import { Skeleton } from './skeleton.tsx'

/** The answer of a query, or its loading or error state. An answer that is there stays while it is asked for again. */
export function QueryView<Data>({
  query,
  lines,
  children,
}: {
  query: UseQueryResult<Data>
  lines?: number
  children(data: Data): ReactNode
}) {
  if (query.data !== undefined) return <>{children(query.data)}</>
  if (query.isError) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />
  return <Skeleton {...(lines === undefined ? {} : { lines })} />
}
