/** Schedules that most people want. */
export const schedules = [
  { value: '', label: 'Only when asked' },
  { value: '*/5 * * * *', label: 'Every 5 minutes' },
  { value: '*/15 * * * *', label: 'Every 15 minutes' },
  { value: '*/30 * * * *', label: 'Every 30 minutes' },
  { value: '0 * * * *', label: 'Every hour' },
  { value: '0 */6 * * *', label: 'Every 6 hours' },
  { value: '0 3 * * *', label: 'Every day at 3:00' },
] as const

/** A schedule in words, where there are some. */
export const inScheduleWords = (cron: string | null): string =>
  schedules.find(({ value }) => value === (cron ?? ''))?.label ?? cron ?? ''
