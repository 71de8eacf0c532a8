/** A stretch of time in which a zone keeps one offset from UTC. Milliseconds; infinite where there is no change. */
export interface ZoneSegment {
  /** The first instant of it. */
  from: number
  /** The first instant after it. */
  to: number
  offset: number
  /** The offset until `from`, and the one from `to` on; the same where there is no change. */
  before: number
  after: number
}

/** By zone, those that were asked for; a handful for each. */
const known = new Map<string, ZoneSegment[]>()

/** The stretch that an instant lies in. Throws RangeError for a zone that nobody knows. */
export function segmentAt(timeZone: string, instant: number): ZoneSegment {
  const segments = known.get(timeZone) ?? []
  const found = segments.findLast(({ from, to }) => from <= instant && instant < to)
  if (found) return found
  const made = findSegment(timeZone, instant)
  known.set(timeZone, [...segments.slice(-100), made])
  return made
}

const zoned = (timeZone: string, instant: number): Temporal.ZonedDateTime =>
  Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(timeZone)

const offsetAt = (timeZone: string, instant: number): number =>
  zoned(timeZone, instant).offsetNanoseconds / 1_000_000

function findSegment(timeZone: string, instant: number): ZoneSegment {
  const time = zoned(timeZone, instant)
  const offset = time.offsetNanoseconds / 1_000_000
  const from = time.add({ nanoseconds: 1 }).getTimeZoneTransition('previous')?.epochMilliseconds ?? -Infinity
  const to = time.getTimeZoneTransition('next')?.epochMilliseconds ?? Infinity
  return {
    from,
    to,
    offset,
    before: from === -Infinity ? offset : offsetAt(timeZone, from - 1),
    after: to === Infinity ? offset : offsetAt(timeZone, to),
  }
}

/** Whether there is a zone of this name. */
export function isTimeZone(name: string): boolean {
  // An offset is no zone: it knows no summer time.
  if (!/^[A-Za-z]/.test(name)) return false
  try {
    return Boolean(zoned(name, 0))
  } catch {
    return false
  }
}

/** The zone of this machine; UTC where it doesn't say. */
export function machineTimeZone(): string {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions()
  return isTimeZone(timeZone) ? timeZone : 'UTC'
}

/** An instant as a clock of the zone shows it, with the offset: `2026-03-29T03:00:00+02:00`. */
export const localText = (timeZone: string, instant: number): string =>
  zoned(timeZone, instant).toString({ timeZoneName: 'never', smallestUnit: 'second' })
