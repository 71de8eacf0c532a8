import type { ChartData, ChartSeries } from '../charts/chart-data.ts'
import { TimeChart } from '../charts/time-chart.tsx'
import { drawnRange, type RangeText } from '../charts/time-range.ts'
import type { Unit } from '../charts/unit.ts'
import { classNames } from '../ui/class-names.ts'
import { ErrorState } from '../ui/error-state.tsx'
import { Panel } from '../ui/page.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { metricWords } from './metric-words.ts'
import { useServerMetrics, type MetricsShown } from './use-server-metrics.ts'

/** Metrics that stand in one chart. */
export interface ChartPlan {
  title: string
  unit: Unit
  metrics: readonly string[]
  /** What a line is called where its metric's name says too much. */
  nameOf?: ((metric: string) => string) | undefined
}

/** What every server tells. */
export const coreCharts: readonly ChartPlan[] = [
  { title: 'CPU', unit: 'percent', metrics: ['cpu_percent'] },
  { title: 'Memory', unit: 'percent', metrics: ['memory_percent'] },
  { title: 'Network', unit: 'rate', metrics: ['network_rx_bytes', 'network_tx_bytes'] },
  { title: 'Disk', unit: 'percent', metrics: ['disk_percent'] },
  { title: 'Load', unit: 'number', metrics: ['load_1m', 'load_5m', 'load_15m'] },
]

interface ServerChartsProps {
  id: string
  plans: readonly ChartPlan[]
  text: RangeText
  intervalSeconds: number | undefined
  onRange(next: RangeText): void
  /** Back to the stretch before the last zoom. */
  onBack(): void
}

/** Charts of one server over one stretch of time, which share their crosshair. */
export function ServerCharts({ id, plans, text, intervalSeconds, onRange, onBack }: ServerChartsProps) {
  const query = useServerMetrics(
    id,
    text,
    plans.flatMap(({ metrics }) => metrics),
  )
  const shown = query.data
  if (shown === undefined)
    return (
      <Panel>
        {query.isError ? (
          <ErrorState error={query.error} onRetry={() => void query.refetch()} />
        ) : (
          <Skeleton lines={8} />
        )}
      </Panel>
    )
  return plans.map((plan) => (
    <div
      key={plan.title}
      className={classNames('min-w-0 transition-opacity', query.isPlaceholderData && 'opacity-60')}
      aria-busy={query.isPlaceholderData}
    >
      <TimeChart
        title={plan.title}
        data={dataOf(shown, plan)}
        range={shown.range}
        syncKey={`server-${id}`}
        intervalSeconds={intervalSeconds}
        onZoom={(from, to) => onRange(drawnRange(from, to, Date.now()))}
        onReset={onBack}
      />
    </div>
  ))
}

/** A band around a line only where the line is alone: bands of several would hide one another. */
function dataOf(shown: MetricsShown, { metrics, unit, nameOf }: ChartPlan): ChartData {
  const series = metrics.flatMap((metric): ChartSeries[] => {
    const values = shown.series[metric]
    if (!values) return []
    const { avg, min, max } = values
    const name = nameOf?.(metric) ?? metricWords(metric).label
    return [metrics.length === 1 ? { name, avg, min, max } : { name, avg }]
  })
  return { times: shown.times, step: shown.step, unit, series }
}
