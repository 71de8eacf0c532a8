import { howFar, progressLine, troubles } from '#surfaces/cli/follow-job.ts'
import type { FollowedJob } from '#surfaces/cli/follow-job.ts'

/** The rate is that of so much of the past, so that a slow start or a pause is forgotten. */
const remembered = 15_000
const cells = 24

interface Sample {
  at: number
  done: number
}

/**
 * One line that shows a job with a bar, as it is called again and again: percent, rows, what went wrong, rows a second,
 * the time left and the cost so far. `now` is in milliseconds of any steady clock.
 */
export function createJobBar(): (job: FollowedJob, now: number) => string {
  let samples: Sample[] = []
  return (job, now) => {
    const far = howFar(job)
    if (!far?.total || job.status !== 'running') return progressLine(job)
    const { done, total, message } = far
    // Rows that are tried again are counted anew.
    if (done < (samples.at(-1)?.done ?? 0)) samples = []
    samples = [...samples.filter(({ at }) => at >= now - remembered), { at: now, done }]
    const rate = rateOf(samples)
    return [
      `job ${job.id} ${bar(done / total)} ${`${Math.floor((100 * done) / total)}`.padStart(3)} %`,
      `${done.toLocaleString('en')} of ${total.toLocaleString('en')}`,
      ...troubles(job),
      ...(rate > 0 ? [`${rateText(rate)}/s`, `${timeText((total - done) / rate)} left`] : []),
      ...(job.totalCostCents ? [`cost ${(job.totalCostCents / 100).toFixed(2)}`] : []),
      ...(message ? [message] : []),
    ].join('  ')
  }
}

function bar(share: number): string {
  const full = Math.min(cells, Math.floor(share * cells))
  return `[${'#'.repeat(full)}${'-'.repeat(cells - full)}]`
}

/** Rows a second between the oldest and the newest sample; 0 while it cannot be told. */
function rateOf(samples: readonly Sample[]): number {
  const [first, last] = [samples[0]!, samples.at(-1)!]
  const seconds = (last.at - first.at) / 1000
  return seconds < 1 ? 0 : (last.done - first.done) / seconds
}

const rateText = (rate: number): string =>
  rate < 10 ? rate.toFixed(1) : Math.round(rate).toLocaleString('en')

/** `45 s`, `12 min`, `3 h 20 min`, `2 d 4 h` */
export function timeText(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`
  const minutes = Math.round(seconds / 60)
  if (minutes < 90) return `${minutes} min`
  const hours = Math.floor(minutes / 60)
  if (hours < 48) return `${hours} h ${minutes % 60} min`
  return `${Math.floor(hours / 24)} d ${hours % 24} h`
}
