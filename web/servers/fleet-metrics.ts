import { api } from '../api.ts'

/** The averages of one metric of several servers, as the server gives them. */
interface FleetAnswer {
  times: string[]
  stepSeconds: number
  servers: { id: string; name: string; values: (number | null)[] }[]
  total: number
}

export interface FleetMetrics {
  times: number[]
  /** Milliseconds of a step. */
  step: number
  servers: FleetAnswer['servers']
  /** How many servers there are to choose from. */
  total: number
  from: number
  to: number
}

interface Asked {
  /** Which servers: these, or those that match. */
  ids?: readonly string[] | undefined
  q?: string | undefined
  limit?: number | undefined
  metric: string
  points: number
  /** Milliseconds up to now, or from and to. */
  length?: number | undefined
  from?: number | undefined
  to?: number | undefined
}

/** One metric of several servers; a stretch up to now is counted from when it is asked for. */
export const fleetMetricsQuery = ({ length, from, to, ...asked }: Asked) => ({
  queryKey: ['fleet-metrics', asked, length ?? [from, to]] as const,
  queryFn: async ({ signal }: { signal: AbortSignal }): Promise<FleetMetrics> => {
    const end = length === undefined ? to! : Date.now()
    const begin = length === undefined ? from! : end - length
    const stretch = { from: new Date(begin).toISOString(), to: new Date(end).toISOString() }
    const answer = await api.get<FleetAnswer>('/fleet/metrics', { ...asked, ...stretch }, signal)
    const { times, stepSeconds, servers, total } = answer
    return {
      times: times.map((time) => Date.parse(time)),
      step: stepSeconds * 1000,
      servers,
      total,
      from: begin,
      to: end,
    }
  },
})
