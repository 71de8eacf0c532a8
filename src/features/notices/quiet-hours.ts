import { z } from 'zod'
import { isTimeZone } from '#features/schedules/zone-segments.ts'
import { toMilliseconds, toTimestamp } from '#kernel/clock.ts'

// What was expected stands in the check itself: it is asked of fields within a field.
const TimeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time of day as HH:MM')

/** A zone by its name, such as Europe/Berlin. */
export const TimeZone = z.string().refine(isTimeZone, 'the name of a time zone, as Europe/Berlin')

/** When only what is critical is told; the rest waits for the end. */
export const QuietHours = z.strictObject({
  zone: TimeZone,
  from: TimeOfDay,
  to: TimeOfDay.describe(
    'The first minute that is not quiet; the next day where it is not later than `from`.',
  ),
})
export type QuietHours = z.output<typeof QuietHours>

/** When it is quiet now: the end of it. Undefined when it is not. */
export function quietUntil({ zone, from, to }: QuietHours, now: string): string | undefined {
  const instant = toMilliseconds(now)
  const here = Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(zone)
  const today = here.toPlainDate()
  // One that began yesterday may last until today.
  for (const day of [today.subtract({ days: 1 }), today]) {
    const begins = at(day, from, zone)
    const ends = at(to > from ? day : day.add({ days: 1 }), to, zone)
    if (begins <= instant && instant < ends) return toTimestamp(ends)
  }
  return undefined
}

/** A time of day that is missing on a day is the one that the clock shows instead. */
const at = (day: Temporal.PlainDate, time: string, zone: string): number =>
  day.toZonedDateTime({ timeZone: zone, plainTime: time }).epochMilliseconds
