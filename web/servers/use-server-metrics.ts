import { useQuery } from '@tanstack/react-query'
import type { SeriesValues } from '#features/context.ts'
import { api } from '../api.ts'
import { liveStep, readRange, type RangeText, type TimeRange } from '../charts/time-range.ts'
import { useHeard } from '../fleet/use-heard.ts'
import { serverPath } from './server-query.ts'

/** About as many points as a chart is wide. */
const points = 360

export interface MetricsShown {
  range: TimeRange
  times: number[]
  /** Milliseconds of a step. */
  step: number
  series: Record<string, SeriesValues>
}

interface MetricsAnswer {
  times: string[]
  stepSeconds: number
  series: Record<string, SeriesValues>
}

/** Metrics of a server over a stretch of time; a live one moves on as the server tells more. */
export function useServerMetrics(id: string, text: RangeText, metrics: readonly string[]) {
  const asked = text.from === undefined ? { range: text.range } : { from: text.from, to: text.to }
  const { live } = readRange(text, 0)
  const pace = liveStep(readRange(text, 0), points)
  const query = useQuery({
    queryKey: ['server-metrics', id, asked, metrics],
    queryFn: async ({ signal }): Promise<MetricsShown> => {
      const range = readRange(text, Date.now())
      const { times, stepSeconds, series } = await api.get<MetricsAnswer>(
        `${serverPath(id)}/metrics`,
        {
          metrics,
          from: new Date(range.from).toISOString(),
          to: new Date(range.to).toISOString(),
          points,
        },
        signal,
      )
      return { range, times: times.map((time) => Date.parse(time)), step: stepSeconds * 1000, series }
    },
    enabled: metrics.length > 0,
    // Another stretch of the same server takes the place of the one shown; another server does not.
    placeholderData: (shown, before) => (before?.queryKey[1] === id ? shown : undefined),
    refetchInterval: live ? Math.max(30_000, pace) : false,
  })
  useHeard(
    pace,
    () => {
      if (live) void query.refetch({ cancelRefetch: false })
    },
    id,
  )
  return query
}
