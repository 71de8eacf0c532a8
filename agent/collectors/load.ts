import { loadavg, uptime } from 'node:os'
import type { Collector, Tools } from '#agent/collector.ts'

/** Load, how long the machine runs, and which of its starts this is. */
export function loadCollector({ files }: Tools): Collector {
  return {
    name: 'load',
    timeout: 5_000,
    async collect() {
      const [one, five, fifteen] = parseLoad(await files.text('/proc/loadavg')) ?? loadOfNode()
      const seconds = Number((await files.text('/proc/uptime'))?.split(' ')[0] ?? uptime())
      return {
        metrics: {
          load_1m: one,
          load_5m: five,
          load_15m: fifteen,
          uptime_seconds: Number.isFinite(seconds) ? Math.floor(seconds) : undefined,
        },
        boot_id: await files.text('/proc/sys/kernel/random/boot_id'),
      }
    },
  }
}

function parseLoad(text: string | undefined): number[] | undefined {
  const numbers = text?.split(' ').slice(0, 3).map(Number)
  return numbers?.length === 3 && numbers.every(Number.isFinite) ? numbers : undefined
}

/** Windows has no load; Node says 0 there, which would be a lie. */
const loadOfNode = (): (number | undefined)[] => (process.platform === 'win32' ? [] : loadavg())
