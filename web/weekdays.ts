export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
export type Weekday = (typeof weekdays)[number]

/** Days as people choose them. */
const dayChoices: Readonly<Record<string, readonly Weekday[]>> = {
  'every day': weekdays,
  weekdays: weekdays.slice(0, 5),
  'the weekend': weekdays.slice(5),
}

/** The name of a choice of days in whatever order; the days themselves where it has none. */
export function daysText(days: readonly Weekday[]): string {
  const sorted = weekdays.filter((day) => days.includes(day)).join(', ')
  return Object.keys(dayChoices).find((name) => dayChoices[name]!.join(', ') === sorted) ?? sorted
}

/** What can be chosen, with what is chosen already. */
export const dayOptions = (days: readonly Weekday[]): { value: string; label: string }[] =>
  [...new Set([...Object.keys(dayChoices), daysText(days)])].map((value) => ({ value, label: value }))

export const daysNamed = (name: string): Weekday[] | undefined => dayChoices[name] && [...dayChoices[name]]
