import { localText, machineTimeZone, segmentAt, type ZoneSegment } from '#features/schedules/zone-segments.ts'
import { isEveryHour, nextWall, wallText, type MaintenanceWindow } from '#features/schedules/wall-times.ts'
import { toMilliseconds, toTimestamp, type Timestamp } from '#kernel/clock.ts'

/** When something is to be done: a pattern of wall times, and which instants they are where clocks are changed. */
export interface Timetable {
  /** Five or six fields, or @hourly, @daily and their like. */
  cron: string
  /** IANA name. */
  timeZone: string
  /** A time that the clock leaves out: at the first instant after the gap, or not at all. */
  dstGap: 'shift' | 'skip'
  /** A time that the clock shows twice. */
  dstOverlap: 'first' | 'second' | 'both'
  /** Times outside of all of them are left out; none means always. */
  windows: readonly MaintenanceWindow[]
}

/** One time of a timetable. */
export interface Slot {
  at: Timestamp
  /** The same as the zone's clocks show it. */
  local: string
  /** What is special about it, null for most. */
  note: string | null
}

const twoDays = 2 * 86_400_000

interface FoundSlot {
  at: number
  note: string | null
}

/** The next times after a moment, in order; fewer where there are no more. */
export function nextTimes(timetable: Timetable, after: Timestamp, count: number): Slot[] {
  return slotsAfter(timetable, toMilliseconds(after))
    .take(count)
    .map(({ at, note }) => ({ at: toTimestamp(at), local: localText(timetable.timeZone, at), note }))
    .toArray()
}

/** The next time after a moment; undefined where there are no more. */
export function nextTime(timetable: Timetable, after: Timestamp): Timestamp | undefined {
  const next = nextAfter(timetable, toMilliseconds(after))
  return next === undefined ? undefined : toTimestamp(next)
}

const nextAfter = (timetable: Timetable, after: number): number | undefined =>
  slotsAfter(timetable, after).take(1).toArray()[0]?.at

/** How far back the newest time is looked for: eight years, as one 29 February may lie behind the next. */
const farthestBack = 3_000 * 86_400_000

/** The newest time up to and with a moment; undefined where there was none in eight years. */
export function previousTime(timetable: Timetable, until: Timestamp): Timestamp | undefined {
  const end = toMilliseconds(until)
  // Where there is none ahead of any of it, there is none in it.
  if (nextAfter(timetable, end - farthestBack) === undefined) return undefined
  let back = 30_000
  let slot = nextAfter(timetable, end - back)
  while (slot === undefined || slot > end) {
    if (back >= farthestBack) return undefined
    back *= 4
    slot = nextAfter(timetable, end - back)
  }
  return toTimestamp(newestUntil(timetable, slot, end))
}

/** The newest time up to `end`, given one that is not after it: found by halving, as times are only looked for ahead. */
function newestUntil(timetable: Timetable, first: number, end: number): number {
  let newest = first
  let none = end
  for (;;) {
    const following = nextAfter(timetable, newest)
    if (following === undefined || following > end) return newest
    newest = following
    while (none - newest > 1) {
      const middle = Math.floor((newest + none) / 2)
      const found = nextAfter(timetable, middle)
      if (found === undefined || found > end) none = middle
      else {
        newest = found
        break
      }
    }
  }
}

/** The newest `limit` times after one moment and up to another, in order. */
export function slotsBetween(
  timetable: Timetable,
  after: Timestamp,
  until: Timestamp,
  limit: number,
): Timestamp[] {
  const slots: Timestamp[] = []
  let end = until
  while (slots.length < limit) {
    const slot = previousTime(timetable, end)
    if (slot === undefined || slot <= after) break
    slots.unshift(slot)
    end = toTimestamp(toMilliseconds(slot) - 1)
  }
  return slots
}

/** The timetable of what is configured by a pattern only: in the zone of this machine, each time once. */
export const machineTimetable = (cron: string): Timetable => ({
  cron,
  timeZone: machineTimeZone(),
  dstGap: 'shift',
  dstOverlap: 'first',
  windows: [],
})

/** Every time after an instant, stretch by stretch of the zone's time. */
function* slotsAfter(timetable: Timetable, after: number): Generator<FoundSlot, undefined> {
  const isByTheHour = !isEveryHour(timetable.cron)
  let cursor = after + 1
  let left: string | null = null
  for (;;) {
    const segment = segmentAt(timetable.timeZone, cursor)
    const lost = isByTheHour && cursor === segment.from ? lostWall(timetable, segment) : undefined
    if (lost !== undefined && timetable.dstGap === 'shift') {
      yield { at: segment.from, note: `${wallText(lost)} does not exist on this day: right after the gap` }
      // Whatever is due at this very instant is done by that.
      cursor += 1
    } else if (lost !== undefined) left = `${wallText(lost)} does not exist before it and is left out`
    let from = cursor + segment.offset
    let found = nextWall(timetable, from)
    while (found !== undefined && found.wall - segment.offset < segment.to) {
      const { wall } = found
      const note = isByTheHour ? overlapNote(timetable, segment, wall) : null
      if (note !== undefined) {
        yield { at: wall - segment.offset, note: note ?? left ?? outsideNote(found) }
        left = null
      }
      from = wall + 1
      found = nextWall(timetable, from)
    }
    if (found === undefined && segment.to - cursor > twoDays) return undefined
    cursor = skipAhead(segment, from, found?.wall)
  }
}

const outsideNote = ({ isAfterOutside }: { isAfterOutside: boolean }): string | null =>
  isAfterOutside ? 'Times before it are outside of the maintenance windows' : null

/** The first time that the change at the beginning of a stretch leaves out. */
function lostWall(timetable: Timetable, { from, before, offset }: ZoneSegment): number | undefined {
  if (offset <= before) return undefined
  const found = nextWall(timetable, from + before)
  return found !== undefined && found.wall < from + offset ? found.wall : undefined
}

/** What is to be said of a wall time in a stretch; undefined where it belongs to the neighbour that shows it too. */
function overlapNote(
  { dstOverlap }: Timetable,
  { from, to, before, after }: ZoneSegment,
  wall: number,
): string | null | undefined {
  const isSecond = wall < from + before
  const isFirst = wall >= to + after
  if (isSecond && dstOverlap === 'first') return undefined
  if (isFirst && dstOverlap === 'second') return undefined
  if (!isFirst && !isSecond) return null
  return `${wallText(wall)} comes twice on this day: the ${isFirst ? 'first' : 'second'} time`
}

/** Where the next stretch to look at begins; those that cannot hold the next wall time are passed over. */
function skipAhead({ to, offset, after }: ZoneSegment, from: number, next: number | undefined): number {
  const mayComeAgain = from >= to + Math.min(offset, after)
  return mayComeAgain || next === undefined ? to : Math.max(to, next - offset - twoDays)
}
