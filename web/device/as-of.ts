/** The times at which a device changed, oldest first, each once. */
export const momentsOf = (changes: readonly { at: string }[]): string[] =>
  [...new Set(changes.map(({ at }) => at))].toSorted()

/** The last place: since the newest change all is as it is now. */
export const placeOfNow = (moments: readonly string[]): number => Math.max(0, moments.length - 1)

/** The place of a time among the moments: the last one that is not after it. */
export function placeOf(moments: readonly string[], at: string | undefined): number {
  if (at === undefined) return placeOfNow(moments)
  return Math.max(
    0,
    moments.findLastIndex((moment) => moment <= at),
  )
}

/** The time of a place; undefined for now. */
export const timeAt = (moments: readonly string[], place: number): string | undefined =>
  place < placeOfNow(moments) ? moments[place] : undefined
