const counted = /(_total|_(rx|tx|read|written|sent|received)_(bytes|packets|errors|dropped|drops))$/

/** Whether a metric only grows until its sender starts anew, so that it is told as a rate: by its name without labels. */
export function isCounter(metric: string): boolean {
  const end = metric.indexOf('{')
  return counted.test(end < 0 ? metric : metric.slice(0, end))
}

/** By how much a counter grew from one reading to the next: from nothing when it began anew between them. */
export const increaseOf = (before: number, now: number, isReset: boolean): number =>
  isReset || now < before ? Math.max(0, now) : now - before
