import { comparedMetrics, type ComparedMetric } from '../servers/metric-words.ts'
import { inputClass } from '../ui/field.tsx'

interface MetricChoiceProps {
  metric: ComparedMetric
  onMetric(metric: ComparedMetric): void
}

/** Which metric servers are looked at side by side in. */
export function MetricChoice({ metric, onMetric }: MetricChoiceProps) {
  return (
    <select
      aria-label="Metric"
      className={`${inputClass} h-8 w-auto!`}
      value={metric}
      onChange={(event) => onMetric(event.target.value as ComparedMetric)}
    >
      {comparedMetrics.map(([name, label]) => (
        <option key={name} value={name}>
          {label}
        </option>
      ))}
    </select>
  )
}
