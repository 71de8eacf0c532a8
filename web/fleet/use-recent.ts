import { useMemo } from 'react'
import { keepPreviousData, useQueries } from '@tanstack/react-query'
import { fleetMetricsQuery } from '../servers/fleet-metrics.ts'

/** So many servers are asked for in one request. */
const block = 50

/** Recent values of one metric by server, oldest first. */
export type Recent = ReadonlyMap<string, readonly (number | null)[]>

export interface RowsInSight {
  ids: readonly string[]
  first: number
  last: number
}

/** Recent values of the rows in sight, asked for in blocks of the list, so that scrolling asks once for each. */
export function useRecent(
  metric: string | undefined,
  { ids, first, last }: RowsInSight,
  { length, points }: { length: number; points: number },
): Recent {
  const blocks: string[][] = []
  if (metric !== undefined && ids.length > 0)
    for (let at = Math.floor(first / block); at <= Math.floor(last / block); at += 1)
      blocks.push(ids.slice(at * block, (at + 1) * block))
  const answers = useQueries({
    queries: blocks
      .filter((some) => some.length > 0)
      .map((some) => ({
        ...fleetMetricsQuery({ ids: some, metric: metric!, length, points }),
        placeholderData: keepPreviousData,
        staleTime: 20_000,
        refetchInterval: 30_000,
      })),
    combine: (all) => all.map(({ data }) => data),
  })
  return useMemo(() => {
    const found = new Map<string, readonly (number | null)[]>()
    for (const answer of answers) for (const { id, values } of answer?.servers ?? []) found.set(id, values)
    return found
  }, [answers])
}
