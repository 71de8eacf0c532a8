import { readForecasts } from '#features/alerts/read-forecasts.ts'
import type { Watch } from '#features/monitoring/watch.ts'

export interface Forecasts {
  /** By server and mount; a file system that does not fill up is Infinity away. */
  hoursUntilFull: ReadonlyMap<string, ReadonlyMap<string, number>>
  end(): Promise<void>
}

const firstAfter = 60_000
const pause = 50
const every = 1_800_000

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
    const hours = await readForecasts(context, server, latest.values, until)
    if (hours === undefined) return
    hoursUntilFull.set(server, hours)
    changed(server)
  }
}
