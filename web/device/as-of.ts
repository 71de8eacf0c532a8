/** The times at which a device changed, oldest first, each once. */
export const momentsOf = (changes: readonly { at: string }[]): string[] =>
  [...new Set(changes.map(({ at }) => at))].toSorted()

/** The place of a time among the moments: the last one that is not after it; the end stands for now. */
export function placeOf(moments: readonly string[], at: string | undefined): number {
  if (at === undefined) return moments.length
  return Math.max(
    0,
    moments.findLastIndex((moment) => moment <= at),
  )
}

/** The time of a place; undefined for now. */
export const timeAt = (moments: readonly string[], place: number): string | undefined => moments[place]
