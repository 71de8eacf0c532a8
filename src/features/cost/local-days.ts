/** A stretch within one hour of the clock on the wall; milliseconds. */
export interface LocalHour {
  from: number
  to: number
  hour: number
  /** 1 is Monday. */
  weekday: number
}

/** The day of a zone that an instant lies in, as YYYY-MM-DD. */
export const dayAt = (zone: string, instant: number): string =>
  Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(zone).toPlainDate().toString()

/** When a day of a zone begins. */
export const startOfDay = (zone: string, day: string): number =>
  Temporal.PlainDate.from(day).toZonedDateTime(zone).epochMilliseconds

/** The day so many days later. */
export const addDays = (day: string, days: number): string =>
  Temporal.PlainDate.from(day).add({ days }).toString()

/** The days from one to another, both among them. */
export function daysBetween(from: string, to: string): string[] {
  const days: string[] = []
  for (let day = from; day <= to; day = addDays(day, 1)) days.push(day)
  return days
}

/** How many days there are from one to another, both among them; none where the other is before it. */
export const daysApart = (from: string, to: string): number =>
  Math.max(0, Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000) + 1)

/** The hours of a day: 23 or 25 of them where the clock changes. */
export function hoursOfDay(zone: string, day: string): LocalHour[] {
  const end = startOfDay(zone, addDays(day, 1))
  const hours: LocalHour[] = []
  for (let from = startOfDay(zone, day); from < end;) {
    const here = Temporal.Instant.fromEpochMilliseconds(from).toZonedDateTimeISO(zone)
    const past = (here.minute * 60 + here.second) * 1_000 + here.millisecond
    const to = Math.min(end, from + 3_600_000 - past)
    hours.push({ from, to, hour: here.hour, weekday: here.dayOfWeek })
    from = to
  }
  return hours
}
