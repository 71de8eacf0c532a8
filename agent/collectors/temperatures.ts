import type { Collector, Tools } from '#agent/collector.ts'

type Temperature = { sensor: string; celsius: number }

const most = 64

/** Sensors of the hardware monitors; thermal zones where there are none, because they are the same sensors again. */
export function temperaturesCollector({ files }: Tools): Collector {
  async function ofMonitor(monitor: string): Promise<Temperature[]> {
    const folder = `/sys/class/hwmon/${monitor}`
    const inputs = (await files.names(folder)).filter((name) => /^temp\d+_input$/.test(name))
    if (inputs.length === 0) return []
    const chip = (await files.text(`${folder}/name`)) ?? monitor
    const found: Temperature[] = []
    // One after the other: slow buses take requests so anyway.
    for (const input of inputs) {
      const celsius = plausible(await files.number(`${folder}/${input}`))
      const label = await files.text(`${folder}/${input.replace('_input', '_label')}`)
      if (celsius !== undefined)
        found.push({ sensor: `${chip}/${label ?? input.replace('_input', '')}`, celsius })
    }
    return found
  }

  async function ofZone(zone: string): Promise<Temperature[]> {
    const celsius = plausible(await files.number(`/sys/class/thermal/${zone}/temp`))
    const sensor = (await files.text(`/sys/class/thermal/${zone}/type`)) ?? zone
    return celsius === undefined ? [] : [{ sensor, celsius }]
  }

  return {
    name: 'temperatures',
    timeout: 10_000,
    async collect() {
      const monitors = await files.names('/sys/class/hwmon')
      let found = (await Promise.all(monitors.map(ofMonitor))).flat()
      if (found.length === 0) {
        const zones = (await files.names('/sys/class/thermal')).filter((name) =>
          name.startsWith('thermal_zone'),
        )
        found = (await Promise.all(zones.map(ofZone))).flat()
      }
      return found.length === 0 ? {} : { temperatures: namedApart(found).slice(0, most) }
    },
  }
}

/** Thousandths of a degree as degrees; sensors that are not connected tell nonsense. */
function plausible(thousandths: number | undefined): number | undefined {
  if (thousandths === undefined) return undefined
  const celsius = Math.round(thousandths / 100) / 10
  return celsius > -60 && celsius < 200 && celsius !== 0 ? celsius : undefined
}

/** Two disks of one make have the same name: the later ones get a number. */
function namedApart(found: readonly Temperature[]): Temperature[] {
  const seen = new Map<string, number>()
  return found.map(({ sensor, celsius }) => {
    const times = (seen.get(sensor) ?? 0) + 1
    seen.set(sensor, times)
    return { sensor: times === 1 ? sensor : `${sensor}#${times}`, celsius }
  })
}
