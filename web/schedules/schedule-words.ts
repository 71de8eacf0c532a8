import { schedules } from '../sources/schedules.ts'
import type { Tone } from '../ui/badge.tsx'
import type { MaintenanceWindow, Schedule } from './schedule-types.ts'

/** A cron pattern in words, where there are some. */
export const cronWords = (cron: string): string =>
  schedules.find(({ value }) => value === cron && value !== '')?.label ?? cron

type Outcome = NonNullable<Schedule['last']>['outcome']

/** What became of a time, in words and how bad that is. */
export const outcomeWords: Record<Outcome, { word: string; tone: Tone }> = {
  made: { word: 'job made', tone: 'good' },
  skipped_overlap: { word: 'left out: still busy', tone: 'neutral' },
  skipped_window: { word: 'left out: outside of its windows', tone: 'neutral' },
  missed: { word: 'missed', tone: 'warn' },
  refused: { word: 'refused', tone: 'bad' },
}

const allDays: MaintenanceWindow['days'] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']

/** The days of the week, in the order of the form. */
export const weekdayLabels = allDays.map((day) => ({ day, label: day[0]!.toUpperCase() + day.slice(1) }))

/** `Every day`, `Mon to Fri`, or the days one by one. */
function daysWords(days: MaintenanceWindow['days']): string {
  const chosen = allDays.filter((day) => days.includes(day))
  if (chosen.length === allDays.length) return 'every day'
  const labels = chosen.map((day) => day[0]!.toUpperCase() + day.slice(1))
  const first = allDays.indexOf(chosen[0]!)
  const isRun = chosen.length > 2 && allDays.indexOf(chosen.at(-1)!) - first === chosen.length - 1
  return isRun ? `${labels[0]} to ${labels.at(-1)}` : labels.join(', ')
}

/** A maintenance window on one line. */
export const windowWords = ({ days, from, to }: MaintenanceWindow): string =>
  `${daysWords(days)} ${from}–${to}`

/** `2026-03-29T03:00:00+02:00` as a clock of the zone shows it: `Sun 29 Mar 2026, 03:00`. */
export function localWords(local: string): string {
  const date = new Intl.DateTimeFormat('en-GB', {
    timeZone: 'UTC',
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
  }).format(Date.parse(`${local.slice(0, 10)}T00:00Z`))
  const seconds = local.slice(16, 19)
  return `${date}, ${local.slice(11, 16)}${seconds === ':00' ? '' : seconds}`
}
