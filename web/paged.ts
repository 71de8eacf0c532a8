import { useMemo } from 'react'
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { api, type Page, type QueryValues } from './api.ts'

/** A listing that is read page by page; `name` is the first word of its key, which events refresh. */
export function usePaged<Item>(
  name: string,
  path: string,
  query: QueryValues = {},
  options: { limit?: number; enabled?: boolean } = {},
) {
  const limit = options.limit ?? 100
  const answer = useInfiniteQuery({
    queryKey: [name, 'pages', path, query, limit],
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<Item>>(path, { ...query, limit, cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    placeholderData: keepPreviousData,
    enabled: options.enabled ?? true,
  })
  const pages = answer.data?.pages
  const items = useMemo(() => pages?.flatMap((page) => page.items), [pages])
  return { ...answer, items, total: pages?.at(0)?.total }
}

export type Paged<Item> = ReturnType<typeof usePaged<Item>>
