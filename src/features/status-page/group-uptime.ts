import { uptimeIn, type Stretch } from '#features/status/uptime.ts'

const day = 86_400_000

/** Changes of one member in order, each with what it was from then on. */
export type Changes = readonly { at: number; status: string }[]

export interface DayUptime {
  /** Milliseconds of all members together. */
  up: number
  down: number
}

/** How long the members of a group were up on each day that begins at `from`, all of them together. */
export function uptimeByDay(
  { from, to }: Stretch,
  members: readonly Changes[],
  gaps: readonly Stretch[],
): DayUptime[] {
  const days = Array.from({ length: Math.ceil((to - from) / day) }, (): DayUptime => ({ up: 0, down: 0 }))
  const stretches = days.map((_, index) => {
    const begin = from + index * day
    const stretch = { from: begin, to: Math.min(begin + day, to) }
    return { stretch, gaps: gaps.filter((gap) => gap.from < stretch.to && gap.to > stretch.from) }
  })
  for (const changes of members) {
    let next = 0
    for (const [index, { stretch, gaps: blind }] of stretches.entries()) {
      while (next < changes.length && changes[next]!.at <= stretch.from) next += 1
      let end = next
      while (end < changes.length && changes[end]!.at < stretch.to) end += 1
      const { up, down } = uptimeIn(stretch, changes.slice(Math.max(0, next - 1), end), blind)
      days[index]!.up += up
      days[index]!.down += down
    }
  }
  return days
}

/** In percent of what is known; null where nothing is. */
export const percentOf = ({ up, down }: DayUptime): number | null =>
  up + down === 0 ? null : (100 * up) / (up + down)

export const together = (days: readonly DayUptime[]): DayUptime =>
  days.reduce((sum, { up, down }) => ({ up: sum.up + up, down: sum.down + down }), { up: 0, down: 0 })
