import type { SeriesAnswer } from '#features/context.ts'
import type { Call } from '#features/operation.ts'
import { countServers, findServers, loadServers, serverFilter } from '#features/servers/server-queries.ts'
import type { ServerRow } from '#features/servers/server-queries.ts'
import { mapBounded } from '#kernel/map-bounded.ts'

export interface FleetRequest {
  metric: string
  ids?: readonly string[] | undefined
  q?: string | undefined
  from: number
  to: number
  points: number
  limit: number
}

/** So many servers are read at a time. */
const atOnce = 8

/** One metric of several servers on one line of times; who is not there or not to be seen is left out. */
export async function readFleet(call: Call, request: FleetRequest, signal: AbortSignal) {
  const { rows, total } = await chosen(call, request, signal)
  const { metric, from, to, points } = request
  const read = (row: ServerRow) =>
    call.metrics.read({ subject: row.id, from, to, metrics: [metric], points }, signal)
  const answers = await mapBounded(rows, atOnce, read)
  const times = [...new Set(answers.flatMap((answer) => answer.times))].toSorted(
    (left, right) => left - right,
  )
  const place = new Map(times.map((time, index) => [time, index]))
  const servers = rows.map((row, index) => ({
    id: row.id,
    name: row.display_name ?? row.hostname,
    values: onTimes(answers[index]!, metric, place),
  }))
  const first = answers[0]
  return { answer: { tier: first?.tier ?? 'raw', step: first?.step ?? 0, times } as const, servers, total }
}

async function chosen(
  call: Call,
  { ids, q, limit }: FleetRequest,
  signal: AbortSignal,
): Promise<{ rows: ServerRow[]; total: number }> {
  if (ids !== undefined) {
    const rows = await loadServers(call, ids.slice(0, limit))
    const order = new Map(ids.map((id, index) => [id, index]))
    return {
      rows: rows.toSorted((left, right) => order.get(left.id)! - order.get(right.id)!),
      total: new Set(ids).size,
    }
  }
  const filter = await serverFilter(call, q)
  const page = { order: 'name', descending: false, limit } as const
  const [found, total] = await Promise.all([
    findServers(call, filter, page, signal),
    countServers(call, filter),
  ])
  return { rows: found.map(({ row }) => row), total }
}

function onTimes(
  answer: SeriesAnswer,
  metric: string,
  place: ReadonlyMap<number, number>,
): (number | null)[] {
  const values = Array.from<number | null>({ length: place.size }).fill(null)
  const { avg } = answer.series[metric] ?? { avg: [] }
  for (const [index, time] of answer.times.entries()) values[place.get(time)!] = avg[index] ?? null
  return values
}
