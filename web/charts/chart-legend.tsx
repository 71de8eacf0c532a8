import { useIsDark } from '../theme.ts'
import { chartColours, lineColour, lineDash } from './chart-colours.ts'
import { summaryOf, type ChartData, type ChartSeries } from './chart-data.ts'
import { bucketLabel } from './time-labels.ts'
import { formatIn } from './unit.ts'

interface ChartLegendProps {
  data: ChartData
  /** The bucket whose values are shown. */
  at: number
  /** Whether that is the newest one, and no crosshair is there. */
  isLive: boolean
  hidden: ReadonlySet<string>
  onToggle(name: string): void
}

/** What each line is, and its value at the crosshair, else its newest. */
export function ChartLegend({ data, at, isLive, hidden, onToggle }: ChartLegendProps) {
  const { times, step, series, unit } = data
  const colours = chartColours(useIsDark())
  const time = times[at]
  return (
    <div className="flex min-h-8 flex-wrap items-center gap-x-4 gap-y-1 px-4 pt-1.5 text-xs">
      {series.map((line, index) => (
        <button
          key={line.name}
          type="button"
          aria-pressed={!hidden.has(line.name)}
          title={hidden.has(line.name) ? 'Show this line' : summaryText(line, data)}
          onClick={() => onToggle(line.name)}
          className="inline-flex min-w-0 items-center gap-1.5 rounded hover:text-accent"
        >
          <svg width="16" height="8" aria-hidden className={hidden.has(line.name) ? 'opacity-30' : undefined}>
            <line
              x1="0"
              y1="4"
              x2="16"
              y2="4"
              strokeWidth="2.5"
              stroke={lineColour(colours, index)}
              strokeDasharray={lineDash(colours, index).join(' ') || undefined}
            />
          </svg>
          <span
            className={hidden.has(line.name) ? 'text-muted line-through' : 'max-w-48 truncate text-muted'}
          >
            {line.name}
          </span>
          {hidden.has(line.name) ? null : <ValueAt line={line} at={at} data={data} unit={unit} />}
        </button>
      ))}
      {time === undefined ? null : (
        <span className="ml-auto whitespace-nowrap text-muted">
          {isLive ? 'newest: ' : ''}
          {bucketLabel(time, step)}
        </span>
      )}
    </div>
  )
}

function ValueAt({
  line,
  at,
  unit,
}: { line: ChartSeries; at: number } & Pick<ChartLegendProps, 'data'> & Pick<ChartData, 'unit'>) {
  const { avg, min, max } = line
  const low = min?.[at] ?? null
  const high = max?.[at] ?? null
  return (
    <span className="whitespace-nowrap">
      <strong className="font-semibold">{formatIn(unit, avg[at])}</strong>
      {low !== null && high !== null && high > low ? (
        <span className="text-muted">
          {' '}
          ({formatIn(unit, low)} to {formatIn(unit, high)})
        </span>
      ) : null}
    </span>
  )
}

function summaryText(line: ChartSeries, { unit }: ChartData): string {
  const summary = summaryOf(line)
  if (!summary) return 'Nothing was told'
  const [low, mean, high] = [summary.low, summary.mean, summary.high].map((value) => formatIn(unit, value))
  return `Lowest ${low}, mean ${mean}, highest ${high}. Press to put this line away.`
}
