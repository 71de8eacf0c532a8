import { useEffect, useLayoutEffect, useMemo, useRef } from 'react'
import UPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { useIsDark } from '../theme.ts'
import { chartColours } from './chart-colours.ts'
import { drawnColumns, type ChartData } from './chart-data.ts'
import { plotAxes, plotLines, valueRange } from './plot-options.ts'
import type { TimeRange } from './time-range.ts'

export interface PlotCanvasProps {
  data: ChartData
  range: Pick<TimeRange, 'from' | 'to'>
  hidden: ReadonlySet<string>
  /** Charts of one key share their crosshair. */
  syncKey: string
  gapSeconds: number
  height: number
  /** The bucket of the crosshair; undefined when there is none. */
  cursor: number | undefined
  onCursor(index: number | undefined): void
  onZoom(from: number, to: number): void
  onReset(): void
}

/** The drawing of a chart. A drag across it zooms, a double press goes back. */
export function PlotCanvas(props: PlotCanvasProps) {
  const { data, hidden, range, height, cursor } = props
  const frame = useRef<HTMLDivElement>(null)
  const plot = useRef<UPlot>(undefined)
  const latest = useRef(props)
  useLayoutEffect(() => {
    latest.current = props
  })
  const isDark = useIsDark()
  const columns = useMemo(() => drawnColumns(data, hidden), [data, hidden])
  const shape = JSON.stringify([data.unit, data.series.map(({ name, min }) => [name, min !== undefined])])

  useEffect(() => {
    const element = frame.current!
    const made = new UPlot(optionsOf(latest, isDark, element.clientWidth), undefined, element)
    plot.current = made
    const sizes = new ResizeObserver(() =>
      made.setSize({ width: element.clientWidth, height: latest.current.height }),
    )
    sizes.observe(element)
    return () => {
      sizes.disconnect()
      made.destroy()
      plot.current = undefined
    }
  }, [shape, isDark, props.syncKey])

  useEffect(
    () => plot.current?.setData(columns),
    [columns, shape, isDark, props.syncKey, range.from, range.to],
  )

  // The keyboard moves the crosshair where the pointer does not.
  useEffect(() => {
    const drawn = plot.current
    if (!drawn || cursor === undefined || drawn.cursor.idx === cursor) return
    const time = drawn.data[0][cursor]
    if (time !== undefined) drawn.setCursor({ left: drawn.valToPos(time, 'x'), top: 0 }, false)
  }, [cursor])

  return <div ref={frame} style={{ height }} className="min-w-0 overflow-hidden" />
}

function optionsOf(latest: { current: PlotCanvasProps }, isDark: boolean, width: number): UPlot.Options {
  const { data, height, syncKey } = latest.current
  const colours = chartColours(isDark)
  return {
    width,
    height,
    legend: { show: false },
    padding: [8, 12, 0, 0],
    ...plotLines({
      series: data.series,
      unit: data.unit,
      colours,
      gapSeconds: () => latest.current.gapSeconds,
    }),
    axes: plotAxes(data.unit, colours),
    scales: {
      x: { time: true, range: () => [latest.current.range.from / 1000, latest.current.range.to / 1000] },
      y: { range: (_plot, least, most) => valueRange(data.unit, least, most) },
    },
    cursor: {
      y: false,
      points: { size: 6 },
      drag: { x: true, y: false, setScale: false, dist: 6 },
      sync: {
        key: syncKey,
        setSeries: false,
        scales: ['x', null],
        // What is drawn across one chart is for all of them, but told once.
        filters: { pub: (type) => type === 'mousemove' || type === 'mouseleave' },
      },
      bind: {
        dblclick: () => () => {
          latest.current.onReset()
          return null
        },
      },
    },
    hooks: {
      setCursor: [
        ({ cursor: { idx, left } }) =>
          latest.current.onCursor((left ?? -1) < 0 ? undefined : (idx ?? undefined)),
      ],
      setSelect: [
        (plot) => {
          const { left, width: drawn } = plot.select
          if (drawn < 6) return
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false)
          latest.current.onZoom(plot.posToVal(left, 'x') * 1000, plot.posToVal(left + drawn, 'x') * 1000)
        },
      ],
    },
  }
}
