import type { LucideIcon } from 'lucide-react'

export const paletteGroups = ['Devices', 'Go to', 'Do', 'Search'] as const
export type PaletteGroup = (typeof paletteGroups)[number]

/** One thing the palette can do. */
export interface PaletteEntry {
  id: string
  group: PaletteGroup
  label: string
  icon: LucideIcon
  /** What stands behind the label, muted. */
  detail?: string | undefined
  /** Other words by which it is found. */
  words?: string | undefined
  /** Keys that do the same without the palette. */
  keys?: string | undefined
  /** Only offered to who types. */
  onlyFound?: boolean | undefined
  /** Whether the palette stays, because another window follows. */
  stays?: boolean | undefined
  run(): void
}

type Findable = Pick<PaletteEntry, 'label' | 'words'>

const wordsOf = (text: string): string[] =>
  text
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean)

/**
 * How well an entry fits what is typed, 0 for not at all: every typed word must begin one of its words; words of the
 * label count more than others, and a label that begins with the text most.
 */
export function fitOf({ label, words = '' }: Findable, text: string): number {
  const typed = wordsOf(text)
  if (typed.length === 0) return 1
  const own = wordsOf(label)
  const other = wordsOf(words)
  const fits = typed.map((word) =>
    own.some((each) => each.startsWith(word)) ? 2 : other.some((each) => each.startsWith(word)) ? 1 : 0,
  )
  if (fits.includes(0)) return 0
  const begins = label.toLowerCase().startsWith(text.trim().toLowerCase()) ? 2 : 0
  return Math.min(...fits) + begins
}

/** The entries that fit, the best of each group first; groups stay in their order. */
export function foundEntries(entries: readonly PaletteEntry[], text: string): PaletteEntry[] {
  const typed = text.trim() !== ''
  const found = entries
    .filter(({ onlyFound }) => typed || !onlyFound)
    .map((entry, index) => ({ entry, index, fit: fitOf(entry, text) }))
    .filter(({ fit }) => fit > 0)
  return found
    .toSorted(
      (left, right) =>
        paletteGroups.indexOf(left.entry.group) - paletteGroups.indexOf(right.entry.group) ||
        right.fit - left.fit ||
        left.index - right.index,
    )
    .map(({ entry }) => entry)
}
