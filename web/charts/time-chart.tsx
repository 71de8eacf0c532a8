import { useMemo, useState, type KeyboardEvent, type ReactNode } from 'react'
import { ChartLine, Table2 } from 'lucide-react'
import { IconButton } from '../ui/button.tsx'
import { Panel } from '../ui/page.tsx'
import { gapSecondsOf, newestTold, type ChartData } from './chart-data.ts'
import { ChartLegend } from './chart-legend.tsx'
import { ChartTable } from './chart-table.tsx'
import { PlotCanvas } from './plot-canvas.tsx'
import { bucketLabel } from './time-labels.ts'
import type { TimeRange } from './time-range.ts'
import { formatIn } from './unit.ts'

interface TimeChartProps {
  title: string
  data: ChartData
  range: TimeRange
  syncKey: string
  /** Seconds between two readings, as far as it is known. */
  intervalSeconds?: number | undefined
  height?: number
  actions?: ReactNode
  onZoom(from: number, to: number): void
  /** Back to the stretch before. */
  onReset(): void
}

const noneHidden: ReadonlySet<string> = new Set()

/** One chart over time: lines with the band between lowest and highest, a crosshair, a legend, and the same as a table. */
export function TimeChart(props: TimeChartProps) {
  const { title, data, range, height = 168, actions } = props
  const [cursor, setCursor] = useState<number>()
  const [hidden, setHidden] = useState(noneHidden)
  const [asTable, setAsTable] = useState(false)
  const shown = cursor ?? newestTold(data)
  const gapSeconds = useMemo(() => gapSecondsOf(data, props.intervalSeconds), [data, props.intervalSeconds])
  const toggle = (name: string) => setHidden((before) => toggled(before, name))
  return (
    <Panel
      title={title}
      actions={
        <>
          {actions}
          <IconButton
            label={asTable ? `${title} as a chart` : `${title} as a table`}
            icon={asTable ? ChartLine : Table2}
            aria-pressed={asTable}
            className="size-7"
            onClick={() => setAsTable(!asTable)}
          />
        </>
      }
    >
      {newestTold(data) < 0 ? (
        <p className="px-4 py-6 text-center text-muted">Nothing was told in this time.</p>
      ) : asTable ? (
        <ChartTable label={title} data={data} />
      ) : (
        <>
          <ChartLegend
            data={data}
            at={shown}
            isLive={cursor === undefined}
            hidden={hidden}
            onToggle={toggle}
          />
          <div
            // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- a chart is no input; its crosshair is moved like a slider's thumb
            role="slider"
            tabIndex={0}
            aria-label={`${title} over time`}
            aria-valuemin={0}
            aria-valuemax={data.times.length - 1}
            aria-valuenow={Math.max(0, shown)}
            aria-valuetext={inWords(data, shown)}
            onKeyDown={(event) => onKey(event, props, shown, setCursor)}
            onBlur={() => setCursor(undefined)}
            className="pr-1 pb-1 focus-visible:outline-offset-[-2px]"
          >
            <PlotCanvas
              data={data}
              range={range}
              hidden={hidden}
              syncKey={props.syncKey}
              gapSeconds={gapSeconds}
              height={height}
              cursor={cursor}
              onCursor={setCursor}
              onZoom={props.onZoom}
              onReset={props.onReset}
            />
          </div>
        </>
      )}
    </Panel>
  )
}

function toggled(before: ReadonlySet<string>, name: string): ReadonlySet<string> {
  const next = new Set(before)
  if (!next.delete(name)) next.add(name)
  return next
}

/** What the crosshair is on, for those who hear the chart. */
function inWords({ times, step, series, unit }: ChartData, index: number): string {
  const time = times[index]
  if (time === undefined) return 'nothing was told'
  const values = series.map(({ name, avg }) => `${name} ${formatIn(unit, avg[index])}`)
  return `${bucketLabel(time, step)}: ${values.join(', ')}`
}

/** Arrows move the crosshair, + and - zoom around it, Escape goes back. */
function onKey(
  event: KeyboardEvent,
  props: TimeChartProps,
  at: number,
  moveTo: (index: number) => void,
): void {
  const { data, range } = props
  const last = data.times.length - 1
  const step = event.shiftKey ? 10 : 1
  const middle = data.times[at] ?? (range.from + range.to) / 2
  const zoom = (factor: number) => {
    const half = ((range.to - range.from) * factor) / 2
    props.onZoom(middle - half, middle + half)
  }
  const keys: Record<string, () => void> = {
    ArrowLeft: () => moveTo(Math.max(0, at - step)),
    ArrowRight: () => moveTo(Math.min(last, at + step)),
    Home: () => moveTo(0),
    End: () => moveTo(last),
    '+': () => zoom(0.5),
    '-': () => zoom(2),
    Escape: () => props.onReset(),
  }
  const action = keys[event.key]
  if (!action || event.ctrlKey || event.metaKey || event.altKey) return
  event.preventDefault()
  action()
}
