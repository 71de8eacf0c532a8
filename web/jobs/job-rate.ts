/** How far a job was at a moment of this browser, in milliseconds. */
export interface Sample {
  at: number
  done: number
}

/** What is older says nothing of how fast it goes now. */
const span = 15_000
const leastSpan = 700
const mostSamples = 40

/** The samples with another one; what is too old goes, and everything where it went back. */
export function withSample(samples: readonly Sample[], next: Sample): readonly Sample[] {
  const last = samples.at(-1)
  if (last && next.done < last.done) return [next]
  const recent = samples.filter(({ at }) => next.at - at <= span)
  // The last one before stays, so that a slow job has something to be compared with.
  const kept = recent.length > 0 ? recent : samples.slice(-1)
  return [...kept.slice(-mostSamples + 1), next]
}

/** Rows per second of late; undefined while that cannot be said. */
export function rateOf(samples: readonly Sample[]): number | undefined {
  const [first] = samples
  const last = samples.at(-1)
  if (!first || !last || last.at - first.at < leastSpan || last.done === first.done) return undefined
  return ((last.done - first.done) * 1000) / (last.at - first.at)
}

/** Milliseconds until the rest is done at this rate. */
export const timeLeft = (rest: number, rate: number | undefined): number | undefined =>
  rate === undefined || rate <= 0 ? undefined : (rest / rate) * 1000

/** `12 rows/s`, `0.4 rows/s`, `3 rows/min`. */
export function rateText(rate: number): string {
  if (rate >= 10) return `${Math.round(rate).toLocaleString('en')} rows/s`
  if (rate >= 0.5) return `${rate.toFixed(1)} rows/s`
  return `${Math.max(1, Math.round(rate * 60))} rows/min`
}
