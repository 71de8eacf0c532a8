import type { ChartPlan } from './server-charts.tsx'
import { metricWords } from './metric-words.ts'
import { readSeriesName } from './series-name.ts'
import type { Unit } from '../charts/unit.ts'

interface Family {
  title: string
  unit: Unit
  names: readonly string[]
}

/** Series with labels that have a chart of their own, and what their lines are called. */
const families: readonly Family[] = [
  { title: 'Temperature', unit: 'celsius', names: ['temperature_celsius'] },
  { title: 'Power', unit: 'watts', names: ['power_watts'] },
  { title: 'File systems, used', unit: 'bytes', names: ['filesystem_used_bytes'] },
  { title: 'Interfaces, received', unit: 'rate', names: ['interface_rx_bytes'] },
  { title: 'Interfaces, sent', unit: 'rate', names: ['interface_tx_bytes'] },
]

/** More lines than that in one chart nobody can tell apart. */
const linesAtMost = 12

/** The charts of what a server tells beside what every server does. */
export function extraCharts(series: readonly string[]): ChartPlan[] {
  return families.flatMap(({ title, unit, names }) => {
    const metrics = series.filter((key) => names.includes(readSeriesName(key).name))
    if (metrics.length === 0) return []
    const shown = metrics
      .toSorted((one, other) => one.localeCompare(other, 'en', { numeric: true }))
      .slice(0, linesAtMost)
    return [{ title, unit, metrics: shown, nameOf: lineName }]
  })
}

/** A line is called after its place, and after what it is where it has none. */
function lineName(key: string): string {
  const places = Object.values(readSeriesName(key).labels)
  return places.length > 0 ? places.join(', ') : metricWords(key).label
}
