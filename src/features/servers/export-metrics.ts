import type { Call } from '#features/operation.ts'
import { readRange } from '#features/servers/metric-range.ts'
import { findServer } from '#features/servers/server-queries.ts'
import { toTimestamp } from '#kernel/clock.ts'
import { coreMetrics } from '#model/sample.ts'

export interface MetricsExport {
  id: string
  format: 'csv' | 'json'
  from: string
  to?: string | undefined
  metrics?: readonly string[] | undefined
}

/** So much time is read at once, milliseconds: a day of readings every second is some megabytes. */
const stretch = 86_400_000
/** More than there are in a stretch, so that nothing is summed up. */
const everyPoint = 100_000

/** What a server measured, point by point, as the text of a file in pieces: any range, in the resolution that is kept. */
export async function* exportMetrics(
  call: Call,
  { id, format, from, to, metrics = coreMetrics }: MetricsExport,
  signal: AbortSignal,
): AsyncIterable<string> {
  await findServer(call, id)
  const range = readRange(call, from, to)
  let isFirst = true
  yield format === 'csv' ? `${['time', ...metrics].map(csvField).join(',')}\r\n` : '['
  for (let begin = range.from; begin < range.to; begin += stretch) {
    const part = { from: begin, to: Math.min(begin + stretch, range.to) }
    const answer = await call.metrics.read({ subject: id, ...part, metrics, points: everyPoint }, signal)
    const columns = metrics.map((metric) => answer.series[metric]?.avg ?? [])
    const lines: string[] = []
    for (const [index, time] of answer.times.entries()) {
      const values = columns.map((column) => column[index] ?? null)
      if (values.every((value) => value === null)) continue
      lines.push(format === 'csv' ? csvLine(time, values) : jsonLine(time, metrics, values, isFirst))
      isFirst = false
    }
    if (lines.length > 0) yield lines.join('')
  }
  if (format === 'json') yield isFirst ? ']\n' : '\n]\n'
}

const csvField = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)

const csvLine = (time: number, values: readonly (number | null)[]): string =>
  `${[toTimestamp(time), ...values.map((value) => value ?? '')].join(',')}\r\n`

function jsonLine(
  time: number,
  metrics: readonly string[],
  values: readonly (number | null)[],
  isFirst: boolean,
): string {
  const point = Object.fromEntries(metrics.map((metric, index) => [metric, values[index]]))
  return `${isFirst ? '\n' : ',\n'}${JSON.stringify({ time: toTimestamp(time), ...point })}`
}
