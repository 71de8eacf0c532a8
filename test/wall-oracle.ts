/*
 * Another way to find the times of a cron pattern, to compare with: it looks at every minute of real time, asks Intl
 * what the clocks of the zone show then, and looks at each field of the pattern. Slow, and nothing of it is shared.
 */

export interface OraclePolicies {
  gap: 'shift' | 'skip'
  overlap: 'first' | 'second' | 'both'
}

const minute = 60_000

/** One minute of a clock on the wall. */
export interface WallMinute {
  /** Minutes since 1970, were the clock at UTC. */
  at: number
  minute: number
  hour: number
  day: number
  month: number
  weekday: number
}

/** What clocks show in each minute of real time. */
export interface ShownMinutes {
  /** The instant of the first minute. */
  from: number
  shown: WallMinute[]
}

/** Minutes at both ends that are only looked at for what they have in common with others. */
export const margin = 180

function wallMinute(at: number): WallMinute {
  const civil = Temporal.Instant.fromEpochMilliseconds(at * minute).toZonedDateTimeISO('UTC')
  const { hour, day, month, dayOfWeek } = civil
  return { at, minute: civil.minute, hour, day, month, weekday: dayOfWeek % 7 }
}

/** Reads the clocks of a zone, minute by minute. */
export function readClocks(timeZone: string, from: number, minutes: number): ShownMinutes {
  const clocks = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  })
  const shown = Array.from({ length: minutes }, (_, index) => {
    const [month, day, year, hour, at] = clocks
      .format(from + index * minute)
      .split(/\D+/)
      .map(Number)
    return wallMinute(Date.UTC(year!, month! - 1, day!, hour, at) / minute)
  })
  return { from, shown }
}

/** Whether a minute of a wall clock is one of a pattern's. Numbers, lists, ranges and steps only. */
export function matcher(cron: string): (wall: WallMinute) => boolean {
  const [minutes, hours, days, months, weekdays] = cron.split(' ')
  const isMinute = fieldTest(minutes!, 0, 59)
  const isHour = fieldTest(hours!, 0, 23)
  const isDay = fieldTest(days!, 1, 31)
  const isMonth = fieldTest(months!, 1, 12)
  const isWeekday = fieldTest(weekdays!, 0, 6)
  const isEither = days !== '*' && weekdays !== '*'
  return (wall) => {
    if (!isMinute(wall.minute) || !isHour(wall.hour) || !isMonth(wall.month)) return false
    const [day, weekday] = [isDay(wall.day), isWeekday(wall.weekday)]
    return isEither ? day || weekday : day && weekday
  }
}

function fieldTest(field: string, low: number, high: number): (value: number) => boolean {
  const members = new Set<number>()
  for (const part of field.split(',')) {
    const [range, step = '1'] = part.split('/')
    const [first, last = first] = range === '*' ? [low, high] : range!.split('-').map(Number)
    for (let value = first!; value <= last!; value += Number(step)) members.add(value)
  }
  return (value) => members.has(value)
}

/** The instants of a pattern among the minutes that were read, without the margins. */
export function oracleTimes(
  { from, shown }: ShownMinutes,
  matches: (wall: WallMinute) => boolean,
  isEveryHour: boolean,
  { gap, overlap }: OraclePolicies,
): number[] {
  const [firstShown, lastShown] = [new Map<number, number>(), new Map<number, number>()]
  shown.forEach(({ at }, index) => {
    if (!firstShown.has(at)) firstShown.set(at, index)
    lastShown.set(at, index)
  })
  const times = new Set<number>()
  shown.forEach((wall, index) => {
    if (matches(wall)) {
      const isFirst = firstShown.get(wall.at) === index
      const isLast = lastShown.get(wall.at) === index
      if (isEveryHour || overlap === 'both' || (overlap === 'first' ? isFirst : isLast)) times.add(index)
    }
    if (isEveryHour || gap === 'skip' || index === 0) return
    for (let left = shown[index - 1]!.at + 1; left < wall.at; left += 1)
      if (matches(wallMinute(left))) times.add(index)
  })
  return [...times]
    .filter((index) => index > margin && index <= shown.length - margin)
    .sort((left, right) => left - right)
    .map((index) => from + index * minute)
}
