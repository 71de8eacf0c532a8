const day = 86_400
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' })
const seconds = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' })
const date = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' })
const month = new Intl.DateTimeFormat('en-GB', { month: 'short', year: 'numeric' })
const weekday = new Intl.DateTimeFormat('en-GB', {
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
})
const whole = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium' })

/** The words below an axis whose lines are `step` seconds apart; midnight says which day begins. */
export function timeLabels(times: readonly number[], step: number): string[] {
  return times.map((time) => {
    const at = new Date(time * 1000)
    if (step >= 28 * day) return month.format(at)
    if (step >= day) return date.format(at)
    if (at.getHours() === 0 && at.getMinutes() === 0 && at.getSeconds() === 0) return date.format(at)
    return step < 60 ? seconds.format(at) : clock.format(at)
  })
}

/** A bucket in words, as exactly as it is long. */
export function bucketLabel(time: number, step: number): string {
  const at = new Date(time)
  if (step >= day * 1000) return whole.format(at)
  return step < 60_000
    ? `${date.format(at)}, ${seconds.format(at)}`
    : weekday.format(at).replace(/, (?=\d\d:)/, ', ')
}
