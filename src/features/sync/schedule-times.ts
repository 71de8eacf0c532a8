import { Cron } from 'croner'
import { shift, toTimestamp, type Timestamp } from '#kernel/clock.ts'

const asTimestamp = (date: Date | null | undefined): Timestamp | undefined =>
  date ? toTimestamp(date.getTime()) : undefined

/** The first time of a cron expression after a moment, in this machine's time zone; undefined when it has no more. */
export const nextSlot = (schedule: string, after: Timestamp): Timestamp | undefined =>
  asTimestamp(new Cron(schedule).nextRun(after))

/** The newest time of a cron expression up to and with a moment; undefined when it never had one. */
export const lastSlot = (schedule: string, until: Timestamp): Timestamp | undefined =>
  asTimestamp(new Cron(schedule).previousRuns(1, shift(until, 1))[0])
