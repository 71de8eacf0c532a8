import { forecastFull } from '#features/alerts/forecast-full.ts'
import { seriesPattern } from '#features/alerts/series-pattern.ts'
import type { Watch } from '#features/monitoring/watch.ts'
import { toMilliseconds } from '#kernel/clock.ts'

export interface Forecasts {
  /** By server and mount; a file system that does not fill up is Infinity away. */
  hoursUntilFull: ReadonlyMap<string, ReadonlyMap<string, number>>
  end(): Promise<void>
}

const firstAfter = 60_000
const pause = 50
const every = 1_800_000
const lookBack = 7 * 86_400_000

const used = seriesPattern('filesystem_used_bytes{mount="*"}')!

/** Works out beside the watch, every half hour and one server after the other, when file systems will be full. */
export function createForecasts(
  watch: Watch,
  changed: (server: string) => void,
  signal: AbortSignal,
): Forecasts {
  const { context } = watch
  const ended = new AbortController()
  const until = AbortSignal.any([signal, ended.signal])
  const hoursUntilFull = new Map<string, ReadonlyMap<string, number>>()
  const working = work()
  return {
    hoursUntilFull,
    async end() {
      ended.abort()
      await working
    },
  }

  async function work(): Promise<void> {
    await context.clock.sleep(firstAfter, until)
    while (!until.aborted) {
      for (const server of watch.servers.keys()) {
        if (until.aborted) return
        try {
          await forecast(server)
        } catch (err) {
          if (!until.aborted) context.log.warn({ err, server }, 'no forecast could be made')
        }
        await context.clock.sleep(pause, until)
      }
      for (const server of hoursUntilFull.keys())
        if (!watch.servers.has(server)) hoursUntilFull.delete(server)
      await context.clock.sleep(every, until)
    }
  }

  async function forecast(server: string): Promise<void> {
    const latest = watch.head.latest(server)
    if (latest === undefined) return
    const sizes = sizesOf(latest.values)
    if (sizes.size === 0) return
    const to = toMilliseconds(context.clock.now())
    const answer = await context.metrics.read(
      { subject: server, from: to - lookBack, to, metrics: [...sizes.keys()], points: lookBack / 3_600_000 },
      until,
    )
    const hours = new Map<string, number>()
    for (const [key, { part, size }] of sizes)
      hours.set(part, forecastFull(answer.times, answer.series[key]?.avg ?? [], size)?.hours ?? Infinity)
    hoursUntilFull.set(server, hours)
    changed(server)
  }
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
