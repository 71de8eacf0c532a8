/** A part of a whole: what, how many, and which share of the whole. */
export interface Share {
  name: string
  count: number
  /** From 0 to 1; of the largest part, so that the longest bar fills its row. */
  ofLargest: number
}

/** Counts by name as shares, the largest first; those that are nought are left out. */
export function sharesOf(counts: Readonly<Record<string, number>>): Share[] {
  const parts = Object.entries(counts)
    .filter(([, count]) => count > 0)
    .toSorted(([left, many], [right, more]) => more - many || left.localeCompare(right))
  const largest = parts[0]?.[1] ?? 1
  return parts.map(([name, count]) => ({ name, count, ofLargest: count / largest }))
}

/** The widths of the pieces of one bar in per cent; a piece that is there is never too thin to be seen. */
export function piecesOf(counts: readonly number[], least = 1): number[] {
  const total = counts.reduce((sum, count) => sum + count, 0)
  if (total === 0) return counts.map(() => 0)
  const raised = counts.map((count) => (count === 0 ? 0 : Math.max(least, (100 * count) / total)))
  const sum = raised.reduce((all, width) => all + width, 0)
  return raised.map((width) => (100 * width) / sum)
}
