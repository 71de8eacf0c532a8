import type { Context } from '#features/context.ts'
import { forecastFull } from '#features/alerts/forecast-full.ts'
import { seriesPattern } from '#features/alerts/series-pattern.ts'
import { toMilliseconds } from '#kernel/clock.ts'

const lookBack = 7 * 86_400_000

const used = seriesPattern('filesystem_used_bytes{mount="*"}')!

/**
 * Hours until each file system of a server is full, by mount, out of its last week; Infinity for one that does not fill
 * up. Undefined where none is told of.
 */
export async function readForecasts(
  { metrics, clock }: Pick<Context, 'metrics' | 'clock'>,
  server: string,
  values: Readonly<Record<string, number>>,
  signal: AbortSignal,
): Promise<Map<string, number> | undefined> {
  const sizes = sizesOf(values)
  if (sizes.size === 0) return undefined
  const to = toMilliseconds(clock.now())
  const answer = await metrics.read(
    { subject: server, from: to - lookBack, to, metrics: [...sizes.keys()], points: lookBack / 3_600_000 },
    signal,
  )
  return new Map(
    [...sizes].map(([key, { part, size }]) => [
      part,
      forecastFull(answer.times, answer.series[key]?.avg ?? [], size)?.hours ?? Infinity,
    ]),
  )
}

/** What a file system's use is told by, with its size; the one of the whole server where there are no others. */
function sizesOf(values: Readonly<Record<string, number>>): Map<string, { part: string; size: number }> {
  const sizes = new Map<string, { part: string; size: number }>()
  for (const key in values) {
    const part = used.part(key)
    const size = values[`filesystem_size_bytes${key.slice(used.name.length)}`]
    if (part !== undefined && size) sizes.set(key, { part, size })
  }
  const whole = values['disk_total_gb']
  if (sizes.size === 0 && whole) sizes.set('disk_used_gb', { part: '/', size: whole })
  return sizes
}
