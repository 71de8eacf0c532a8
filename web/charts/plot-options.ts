import type uPlot from 'uplot'
import type { ChartSeries } from './chart-data.ts'
import { lineColour, lineDash, type ChartColours } from './chart-colours.ts'
import { timeLabels } from './time-labels.ts'
import { formatIn, isBinary, type Unit } from './unit.ts'

const font = '11px ui-sans-serif, system-ui, sans-serif'

/** Steps of an axis of bytes: powers of two within each power of 1024. */
const binarySteps = Array.from({ length: 60 }, (_, power) => 2 ** power)

/** From nothing up, so that heights can be compared; a temperature only around what it is. */
export function valueRange(unit: Unit, least: number | null, most: number | null): [number, number] {
  if (unit === 'percent') return [0, Math.max(100, most ?? 0)]
  if (least === null || most === null) return [0, 1]
  if (unit === 'celsius') return [Math.floor(least - 2), Math.ceil(most + 2)]
  return [Math.min(0, least), most > 0 ? most * 1.08 : 1]
}

interface PlotLines {
  series: readonly Pick<ChartSeries, 'name' | 'min' | 'max'>[]
  unit: Unit
  colours: ChartColours
  /** Gaps up to so many seconds are none: servers tell something only so often. */
  gapSeconds(): number
}

const within = (plot: uPlot, seconds: number) => (gap: [number, number]) =>
  plot.posToVal(gap[1], 'x', true) - plot.posToVal(gap[0], 'x', true) > seconds

/** The lines of a chart, each followed by its lowest and highest where it has them, and the bands between those. */
export function plotLines({
  series,
  unit,
  colours,
  gapSeconds,
}: PlotLines): Pick<uPlot.Options, 'series' | 'bands'> {
  const gaps: uPlot.Series.GapsRefiner = (plot, _series, _from, _to, found) =>
    found.filter(within(plot, gapSeconds()))
  const lines: uPlot.Series[] = [{}]
  const bands: uPlot.Band[] = []
  for (const [index, { name, min, max }] of series.entries()) {
    const colour = lineColour(colours, index)
    const value = (_: uPlot, raw: number | null) => formatIn(unit, raw)
    lines.push({
      label: name,
      stroke: colour,
      width: 1.5,
      dash: lineDash(colours, index),
      gaps,
      value,
      points: { size: 4 },
    })
    if (!min || !max) continue
    const edge: uPlot.Series = { stroke: 'transparent', width: 0, gaps, points: { show: false } }
    lines.push({ ...edge, label: `${name}, lowest` }, { ...edge, label: `${name}, highest` })
    bands.push({ series: [lines.length - 1, lines.length - 2], fill: `${colour}2e` })
  }
  return { series: lines, bands }
}

/** The axes of a chart over time. */
export function plotAxes(unit: Unit, { muted, grid }: ChartColours): uPlot.Axis[] {
  const look = { stroke: muted, font, grid: { stroke: grid, width: 1 }, ticks: { show: false } }
  return [
    {
      ...look,
      space: 64,
      gap: 4,
      size: 24,
      values: (_plot, splits, _axis, _space, step) => timeLabels(splits, step),
    },
    {
      ...look,
      space: 30,
      gap: 6,
      size: 62,
      ...(isBinary(unit) ? { incrs: binarySteps } : {}),
      values: (_plot, splits) => splits.map((value) => formatIn(unit, value)),
    },
  ]
}
