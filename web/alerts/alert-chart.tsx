import { useQuery } from '@tanstack/react-query'
import { api } from '../api.ts'
import { TimeChart } from '../charts/time-chart.tsx'
import { drawnRange, type RangeText } from '../charts/time-range.ts'
import { useState } from 'react'
import { metricWords } from '../servers/metric-words.ts'
import { useServerMetrics } from '../servers/use-server-metrics.ts'
import type { AlertItem } from './alert-words.ts'

/** The metric of an alert with its limit as a line; nothing for a plain state. */
export function AlertChart({ alert }: { alert: AlertItem }) {
  const rule = useQuery({
    queryKey: ['rules', alert.rule?.id],
    queryFn: ({ signal }) =>
      api.get<{ condition: { on: string; metric?: string } }>(`/alert-rules/${alert.rule!.id}`, {}, signal),
    enabled: alert.rule !== null && alert.serverId !== null && alert.kind === 'metric',
  }).data
  const metric = rule?.condition.metric
  if (metric === undefined || metric.includes('*') || alert.serverId === null) return null
  return <MetricChart alert={alert} server={alert.serverId} metric={metric} />
}

function MetricChart({ alert, server, metric }: { alert: AlertItem; server: string; metric: string }) {
  const [text, setText] = useState<RangeText>({ range: '6h' })
  const shown = useServerMetrics(server, text, [metric]).data
  const values = shown?.series[metric]
  if (!shown || !values) return null
  const { label, unit } = metricWords(metric)
  const limit =
    alert.threshold === null ? [] : [{ name: 'Limit', avg: shown.times.map(() => alert.threshold) }]
  return (
    <TimeChart
      title={label}
      data={{
        times: shown.times,
        step: shown.step,
        unit,
        series: [{ name: label, avg: values.avg }, ...limit],
      }}
      range={shown.range}
      syncKey={`alert-${alert.id}`}
      onZoom={(from, to) => setText(drawnRange(from, to, Date.now()))}
      onReset={() => setText({ range: '6h' })}
    />
  )
}
