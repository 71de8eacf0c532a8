import { Cron, CronPattern } from 'croner'
import type { Timetable } from '#features/schedules/schedule-times.ts'
import { toTimestamp } from '#kernel/clock.ts'

/*
 * A wall time is what a clock on the wall shows, as the milliseconds it would be if that clock showed UTC. There are
 * no gaps in it and nothing comes twice; which instants it means is for others to say.
 */

/** Days of the week as windows name them, by number from Sunday. */
export const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const

/** When work may begin: from one time of day to another, over midnight where the second is not the later one. */
export interface MaintenanceWindow {
  /** The days it begins on. */
  days: readonly (typeof weekdays)[number][]
  /** `HH:MM`. */
  from: string
  /** `HH:MM`, the first minute that is outside; 24:00 for the end of the day. */
  to: string
}

const minute = 60_000
const day = 1_440 * minute

interface Pattern {
  cron: Cron
  /** It names every hour, so it goes by time passing and not by the hour of day. */
  isEveryHour: boolean
  hours: readonly number[]
  minutes: readonly number[]
  seconds: readonly number[]
  /** A midnight whose day is known to be one of its days: most times follow another of the same day. */
  knownDay: number
}

const patterns = new Map<string, Pattern>()

const members = (flags: readonly number[]): number[] => flags.flatMap((flag, value) => (flag ? [value] : []))

function patternOf(text: string): Pattern {
  const found = patterns.get(text)
  if (found) return found
  const { hour, minute: minutes, second } = new CronPattern(text)
  const pattern = {
    cron: new Cron(text, { utcOffset: 0 }),
    isEveryHour: hour.every(Boolean),
    hours: members(hour),
    minutes: members(minutes),
    seconds: members(second),
    knownDay: NaN,
  }
  if (patterns.size > 10_000) patterns.clear()
  patterns.set(text, pattern)
  return pattern
}

/** The first time of the pattern from a wall time on, whatever windows say. */
function nextOfPattern(pattern: Pattern, from: number): number | undefined {
  const midnight = from - (from % day)
  if (midnight === pattern.knownDay) {
    const time = nextTimeOfDay(pattern, Math.ceil((from - midnight) / 1_000))
    if (time !== undefined) return midnight + time * 1_000
  }
  const wall = pattern.cron.nextRun(toTimestamp(from - 1))?.getTime()
  if (wall !== undefined) pattern.knownDay = wall - (wall % day)
  return wall
}

/** The first second of a day, from one on, at which the fields of the time of day say so. */
function nextTimeOfDay({ hours, minutes, seconds }: Pattern, from: number): number | undefined {
  for (const hour of hours) {
    if (hour * 3_600 + 3_599 < from) continue
    for (const each of minutes) {
      const start = hour * 3_600 + each * 60
      if (start + 59 < from) continue
      const second = seconds.find((value) => start + value >= from)
      if (second !== undefined) return start + second
    }
  }
  return undefined
}

/** Whether a pattern names every hour (`*`, `*\/1`, `0-23`), so that it goes by real time over changes of the clock. */
export const isEveryHour = (cron: string): boolean => patternOf(cron).isEveryHour

/** How many times outside of windows are looked at before it is clear that none lies inside. */
const mostOutside = 400

/** The first wall time of the pattern, within the windows, from a wall time on; undefined when there is none. */
export function nextWall(
  { cron, windows }: Pick<Timetable, 'cron' | 'windows'>,
  from: number,
): { wall: number; isAfterOutside: boolean } | undefined {
  const pattern = patternOf(cron)
  let start = from
  for (let outside = 0; outside < mostOutside; outside += 1) {
    const wall = nextOfPattern(pattern, start)
    if (wall === undefined) return undefined
    if (isWithin(windows, wall)) return { wall, isAfterOutside: outside > 0 }
    const opening = nextOpening(windows, wall)
    if (opening === undefined) return undefined
    start = opening
  }
  return undefined
}

/** Whether work may begin at a wall time; always where there are no windows. */
export function isWithin(windows: readonly MaintenanceWindow[], wall: number): boolean {
  if (windows.length === 0) return true
  const time = wall % day
  return windows.some((window) => {
    const [from, to] = [timeOfDay(window.from), timeOfDay(window.to)]
    if (from < to) return isOn(window, wall) && from <= time && time < to
    return (isOn(window, wall) && from <= time) || (isOn(window, wall - day) && time < to)
  })
}

/** The first wall time after another at which a window opens. */
function nextOpening(windows: readonly MaintenanceWindow[], after: number): number | undefined {
  const today = after - (after % day)
  const openings: number[] = []
  for (const window of windows)
    for (let ahead = 0; ahead <= 7; ahead += 1) {
      const opening = today + ahead * day + timeOfDay(window.from)
      if (opening > after && isOn(window, opening)) openings.push(opening)
    }
  return openings.length === 0 ? undefined : Math.min(...openings)
}

const isOn = ({ days }: MaintenanceWindow, wall: number): boolean =>
  // 1 January 1970 was a Thursday.
  days.includes(weekdays[(Math.floor(wall / day) + 4) % 7]!)

/** Milliseconds since midnight of `HH:MM`. */
export function timeOfDay(text: string): number {
  const [hours, minutes] = text.split(':').map(Number) as [number, number]
  return (hours * 60 + minutes) * minute
}

/** A wall time as people say it: `02:30`, with seconds where there are some. */
export function wallText(wall: number): string {
  const text = toTimestamp(wall)
  return text.slice(11, text.slice(17, 19) === '00' ? 16 : 19)
}
