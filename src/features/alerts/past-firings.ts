import type { AlertCondition, Terms } from '#features/alerts/alert-rule.ts'
import { flappingChanges, offline, summary, unknown } from '#features/alerts/measure-rule.ts'
import { newCell, stepCell } from '#features/alerts/step-cell.ts'
import type { SeriesAnswer } from '#features/context.ts'
import type { ServerCondition, ServerStatus } from '#features/monitoring/watch.ts'

/** What a rule would have seen from a time on; undefined for no evidence. */
export interface PastValue {
  at: number
  value: number | undefined
}

type Windowed = Pick<Extract<AlertCondition, { on: 'metric' }>, 'aggregate' | 'minutes'>

/** A series as a rule would have seen it: its points, or what its window made of them. */
export function valuesOfSeries(
  { times, step, series }: SeriesAnswer,
  key: string,
  scale: number,
  { aggregate, minutes }: Windowed,
): PastValue[] {
  const found = series[key]
  const points = (aggregate === 'max' || aggregate === 'min' ? found?.[aggregate] : found?.avg) ?? []
  const value = (index: number): number | undefined => {
    const point = points[index]
    return point === null || point === undefined ? undefined : point * scale
  }
  if (aggregate === 'last') return times.map((at, index) => ({ at, value: value(index) }))
  // Where the points are further apart than the window, two of them are the least that tells a rate.
  const width = Math.max(minutes * 60_000, aggregate === 'rate' ? step : 0)
  let first = 0
  return times.map((at, index) => {
    while (times[first]! < at - width) first += 1
    const known = times
      .slice(first, index + 1)
      .map((time, offset) => ({ time, value: value(first + offset) }))
      .filter((each): each is { time: number; value: number } => each.value !== undefined)
    if (value(index) === undefined) return { at, value: undefined }
    return {
      at,
      value: summary(
        aggregate,
        known.map(({ time }) => time),
        known.map((each) => each.value),
      ),
    }
  })
}

/** The times at which points would have fired. */
export function firingsOfPoints(values: readonly PastValue[], terms: Terms): number[] {
  const cell = newCell(terms.levels.length, values[0]?.at ?? 0)
  return values
    .filter(({ at, value }) => stepCell(cell, value, at, terms)?.is === 'fired')
    .map(({ at }) => at)
}

/** The same for what stays as it is until it changes. */
export function firingsOfChanges(changes: readonly PastValue[], until: number, terms: Terms): number[] {
  const held = changes.flatMap(({ at, value }, index) => [
    { at, value },
    { at: changes[index + 1]?.at ?? until, value },
  ])
  return firingsOfPoints(held, terms)
}

export interface StatusAt {
  at: number
  status: ServerStatus
  condition: ServerCondition | null
}

const hour = 3_600_000

/** States of which the changes of a server's status tell the past. */
export const statesOfStatus = {
  server_offline: (changes: readonly StatusAt[]) => changes.map((change) => seen(change, offline)),
  server_unknown: (changes: readonly StatusAt[]) => changes.map((change) => seen(change, unknown)),
  server_flapping(changes: readonly StatusAt[]) {
    const turns = changes
      .filter(({ status }, index) => status !== changes[index - 1]?.status)
      .map(({ at }) => at)
    return turns
      .flatMap((at) => [at, at + hour])
      .toSorted((one, other) => one - other)
      .map((at) => ({
        at,
        value: Number(turns.filter((turn) => turn <= at && at - turn < hour).length >= flappingChanges),
      }))
  },
} satisfies Record<string, (changes: readonly StatusAt[]) => PastValue[]>

const seen = (
  { at, status, condition }: StatusAt,
  measure: (server: Omit<StatusAt, 'at'> & { isPaused: boolean }) => number | undefined,
): PastValue => ({ at, value: measure({ status, condition, isPaused: condition === 'paused' }) })
