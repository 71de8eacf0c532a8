import { closest, distance } from 'fastest-levenshtein'

const letters = (word: string): string => [...word.toLowerCase()].sort().join('')

/** The known word a person most likely meant, when one is near enough to be worth saying. */
export function suggest(word: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined
  const swapped = known.find((each) => letters(each) === letters(word))
  if (swapped !== undefined) return swapped
  const best = closest(word.toLowerCase(), [...known])
  return distance(word.toLowerCase(), best.toLowerCase()) <= Math.max(1, Math.floor(word.length / 3))
    ? best
    : undefined
}
