/** Something that can be found by its words. */
export interface Findable {
  label: string
  /** Other words it goes by. */
  also?: string | undefined
}

const wordsOf = (text: string): string[] =>
  text
    .toLowerCase()
    .split(/[\s/·…]+/)
    .filter(Boolean)

/** How well a text fits: every written word must begin one of its words; 0 when one does not. */
function fit({ label, also = '' }: Findable, written: readonly string[]): number {
  const own = wordsOf(label)
  const others = wordsOf(also)
  let score = 1
  for (const word of written) {
    const place = own.findIndex((each) => each.startsWith(word))
    if (place >= 0) score += place === 0 ? 3 : 2
    else if (others.some((each) => each.startsWith(word))) score += 1
    else return 0
  }
  return score
}

/** What fits to the text, best first; everything in its order without a text. */
export function matching<Item extends Findable>(items: readonly Item[], text: string): Item[] {
  const written = wordsOf(text)
  if (written.length === 0) return [...items]
  return items
    .map((item) => ({ item, score: fit(item, written) }))
    .filter(({ score }) => score > 0)
    .toSorted((left, right) => right.score - left.score)
    .map(({ item }) => item)
}
