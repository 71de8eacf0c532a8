let missed = 0

/** Prints a figure that has to reach a value. */
export function atLeast(what: string, figure: number, least: number, unit = ''): void {
  told(what, figure, figure >= least, `at least ${least}`, unit)
}

/** Prints a figure that must not be above a value. */
export function atMost(what: string, figure: number, most: number, unit = ''): void {
  told(what, figure, figure <= most, `at most ${most}`, unit)
}

function told(what: string, figure: number, isGood: boolean, bound: string, unit: string): void {
  if (!isGood) missed += 1
  const value = figure >= 100 ? Math.round(figure).toLocaleString('en') : figure.toFixed(2)
  console.log(`  ${isGood ? 'ok   ' : 'BELOW'} ${what}: ${value} ${unit} (${bound})`)
}

/** How many figures were missed so far. */
export const missedFigures = (): number => missed

export const median = (numbers: readonly number[]): number => percentile(numbers, 0.5)

/** The value that this share of the numbers does not exceed. */
export function percentile(numbers: readonly number[], share: number): number {
  const sorted = numbers.toSorted((left, right) => left - right)
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN
}
