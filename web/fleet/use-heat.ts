import { useMemo } from 'react'
import { keepPreviousData, useQueries } from '@tanstack/react-query'
import { fleetMetricsQuery, type FleetMetrics } from '../servers/fleet-metrics.ts'
import type { RowsInSight } from './use-recent.ts'

const block = 100
const points = 160

/** Up to now, or between two times. */
export type Stretch = { length: number } | { from: number; to: number }

interface HeatValues {
  times: readonly number[]
  values: readonly (number | null)[]
}

/** One metric over time of the rows in sight, asked for in blocks of the list. */
export function useHeat({ ids, first, last }: RowsInSight, metric: string, stretch: Stretch) {
  const blocks: string[][] = []
  for (let at = Math.floor(first / block); ids.length > 0 && at <= Math.floor(last / block); at += 1)
    blocks.push(ids.slice(at * block, (at + 1) * block))
  const answers = useQueries({
    queries: blocks.map((some) => ({
      ...fleetMetricsQuery({ ids: some, metric, points, ...stretch }),
      placeholderData: keepPreviousData,
      refetchInterval: 'length' in stretch ? 60_000 : (false as const),
    })),
    combine: (all) => all.map(({ data }) => data).filter((data) => data !== undefined),
  })
  return useMemo(() => {
    const found = new Map<string, HeatValues>()
    let most = 0
    for (const answer of answers)
      for (const { id, values } of answer.servers) {
        const even = evenly(answer, values)
        for (const value of even.values) if (value !== null && value > most) most = value
        found.set(id, even)
      }
    return { of: (id: string) => found.get(id), most, step: answers[0]?.step ?? 60_000 }
  }, [answers])
}

/** Values at equal distances over the whole stretch, so that strips of one screen stand below one another. */
function evenly({ times, step, from, to }: FleetMetrics, values: readonly (number | null)[]): HeatValues {
  const width = Math.max(step, (to - from) / points) || 60_000
  const count = Math.max(1, Math.min(points, Math.ceil((to - from) / width)))
  const even: (number | null)[] = Array.from({ length: count }, () => null)
  for (const [index, time] of times.entries()) {
    const value = values[index] ?? null
    const place = Math.floor((time - from) / width)
    if (value === null || place < 0 || place >= count) continue
    even[place] = Math.max(even[place] ?? value, value)
  }
  return { times: even.map((_, index) => from + index * width), values: even }
}
