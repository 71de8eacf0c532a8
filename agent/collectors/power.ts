import type { Collector, Tools } from '#agent/collector.ts'

type Power = { source: string; watts: number }

/** A counter of microjoules at a time of the monotonic clock. */
interface Energy {
  microjoules: number
  at: number
}

/** What the machine draws by its own instruments: energy counters of the processor, sensors of the hardware monitors. */
export function powerCollector({ files, clock }: Tools): Collector {
  const before = new Map<string, Energy>()

  async function ofCounter(zone: string): Promise<Power[]> {
    const folder = `/sys/class/powercap/${zone}`
    const microjoules = await files.number(`${folder}/energy_uj`)
    if (microjoules === undefined) return []
    const now = { microjoules, at: clock.monotonic() }
    const last = before.get(zone)
    before.set(zone, now)
    const range = await files.number(`${folder}/max_energy_range_uj`)
    const watts = last && wattsBetween(last, now, range)
    return watts === undefined ? [] : [{ source: (await files.text(`${folder}/name`)) ?? zone, watts }]
  }

  async function ofMonitor(monitor: string): Promise<Power[]> {
    const folder = `/sys/class/hwmon/${monitor}`
    const inputs = (await files.names(folder)).filter((name) => /^power\d+_(input|average)$/.test(name))
    const numbers = new Set(inputs.map((name) => name.slice(0, name.indexOf('_'))))
    const chip = numbers.size === 0 ? monitor : ((await files.text(`${folder}/name`)) ?? monitor)
    const found: Power[] = []
    for (const number of numbers) {
      const microwatts =
        (await files.number(`${folder}/${number}_average`)) ??
        (await files.number(`${folder}/${number}_input`))
      const label = await files.text(`${folder}/${number}_label`)
      if (microwatts !== undefined && microwatts > 0 && microwatts < 1e11)
        found.push({ source: `${chip}/${label ?? number}`, watts: tenths(microwatts / 1e6) })
    }
    return found
  }

  return {
    name: 'power',
    timeout: 10_000,
    async collect() {
      // Cores and graphics are parts of their package, memory is not.
      const zones = (await files.names('/sys/class/powercap')).filter((name) =>
        /^(intel|amd)-rapl:\d+/.test(name),
      )
      const whole: string[] = []
      for (const zone of zones)
        if (/rapl:\d+$/.test(zone) || (await files.text(`/sys/class/powercap/${zone}/name`)) === 'dram')
          whole.push(zone)
      const counters = await Promise.all(whole.map(ofCounter))
      const monitors = await Promise.all((await files.names('/sys/class/hwmon')).map(ofMonitor))
      const power = [...counters, ...monitors].flat()
      return power.length === 0 ? {} : { power }
    },
  }
}

/** Watts between two looks at a counter that begins again at its range; undefined when nothing can be said. */
export function wattsBetween(last: Energy, now: Energy, range: number | undefined): number | undefined {
  const seconds = (now.at - last.at) / 1000
  let microjoules = now.microjoules - last.microjoules
  if (microjoules < 0 && range !== undefined) microjoules += range
  if (seconds <= 0 || microjoules < 0) return undefined
  const watts = microjoules / 1e6 / seconds
  // More than any processor: the counter was reset, not wrapped.
  return watts < 5_000 ? tenths(watts) : undefined
}

const tenths = (value: number): number => Math.round(value * 10) / 10
