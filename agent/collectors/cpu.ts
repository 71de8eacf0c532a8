import { cpus } from 'node:os'
import type { Collector, Tools } from '#agent/collector.ts'

/** Time that processors were busy, and all of it, in whatever unit. */
interface Times {
  busy: number
  all: number
}

/** The first look has nothing to compare with, so it looks twice. */
const firstPause = 250

/** How busy the processors were since the last look. */
export function cpuCollector({ files, clock }: Tools): Collector {
  let before: Times | undefined
  const look = async (): Promise<Times> => parseStat((await files.text('/proc/stat')) ?? '') ?? timesOfNode()
  return {
    name: 'processor',
    timeout: 5_000,
    async collect(signal) {
      if (before === undefined) {
        before = await look()
        await clock.sleep(firstPause, signal)
      }
      const now = await look()
      const percent = percentBetween(before, now)
      before = now
      return { metrics: { cpu_percent: percent } }
    },
  }
}

/** The first line of /proc/stat. Time of guests is part of user and nice already and is not counted again. */
export function parseStat(text: string): Times | undefined {
  const numbers = /^cpu +(.+)$/m.exec(text)?.[1]?.trim().split(/\s+/).slice(0, 8).map(Number)
  if (numbers === undefined || numbers.length < 4 || numbers.some(Number.isNaN)) return undefined
  const all = numbers.reduce((sum, each) => sum + each, 0)
  const [, , , idle = 0, waiting = 0] = numbers
  return { busy: all - idle - waiting, all }
}

/** Undefined where nothing passed, or where counters went back: a processor was taken away, the kernel corrected itself. */
export function percentBetween(before: Times, now: Times): number | undefined {
  const all = now.all - before.all
  const busy = now.busy - before.busy
  if (all <= 0 || busy < 0) return undefined
  return Math.round(Math.min(1, busy / all) * 1000) / 10
}

function timesOfNode(): Times {
  let busy = 0
  let idle = 0
  for (const { times } of cpus()) {
    busy += times.user + times.nice + times.sys + times.irq
    idle += times.idle
  }
  return { busy, all: busy + idle }
}
