import { useMemo } from 'react'
import { keepPreviousData, useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import type { InfiniteData } from '@tanstack/react-query'
import { api, type Page, type QueryValues } from './api.ts'

/** How many pages are read again by themselves when something changed. */
const pagesReadAgain = 3

/** Whether a listing has so many pages that reading them all again is not done unasked. */
export const isLong = ({ state }: { state: { data?: unknown } }): boolean =>
  ((state.data as Partial<InfiniteData<unknown>> | undefined)?.pages?.length ?? 0) > pagesReadAgain

/** A listing that is read page by page; `name` is the first word of its key, which events refresh. */
export function usePaged<Item>(
  name: string,
  path: string,
  query: QueryValues = {},
  options: { limit?: number; thenLimit?: number; enabled?: boolean } = {},
) {
  const client = useQueryClient()
  const limit = options.limit ?? 100
  const queryKey = [name, 'pages', path, query, limit]
  const answer = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<Item>>(
        path,
        {
          ...query,
          limit: pageParam === undefined ? limit : (options.thenLimit ?? limit),
          cursor: pageParam,
        },
        signal,
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    placeholderData: keepPreviousData,
    enabled: options.enabled ?? true,
    // A long listing grows old only when an event says so, and is read again only when somebody asks.
    staleTime: (each) => (isLong(each) ? Infinity : 5_000),
    refetchOnMount: (each) => !isLong(each),
    refetchOnWindowFocus: (each) => !isLong(each),
    refetchOnReconnect: (each) => !isLong(each),
  })
  const pages = answer.data?.pages
  const items = useMemo(() => pages?.flatMap((page) => page.items), [pages])
  /** Reads the listing anew from its first page. */
  const readAgain = async () => {
    client.setQueryData<InfiniteData<Page<Item>>>(queryKey, (data) =>
      data ? { pages: data.pages.slice(0, 1), pageParams: data.pageParams.slice(0, 1) } : data,
    )
    await answer.refetch()
  }
  const isOld = answer.isStale && (pages?.length ?? 0) > pagesReadAgain
  return { ...answer, items, total: pages?.at(0)?.total, isOld, readAgain }
}

export type Paged<Item> = ReturnType<typeof usePaged<Item>>
