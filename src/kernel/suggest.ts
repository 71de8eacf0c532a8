import { closest, distance } from 'fastest-levenshtein'

/** The known word a person most likely meant, when one is near enough to be worth saying. */
export function suggest(word: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined
  const best = closest(word.toLowerCase(), [...known])
  return distance(word.toLowerCase(), best.toLowerCase()) <= Math.max(1, Math.floor(word.length / 3))
    ? best
    : undefined
}
