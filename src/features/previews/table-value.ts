import type { Json } from '#kernel/json.ts'

/** Lists and objects in a cell may be nested so deep; deeper ones were made to break whoever walks through them. */
export const mostNested = 32

/** Whether a text can be kept by every database: no NUL, no half of a character. */
export const isWholeText = (text: string): boolean => !text.includes('\0') && text.isWellFormed()

/** What is wrong with a list or an object in a cell, as what is expected instead; undefined where nothing is. */
export function nestedFault(value: Json | undefined, depth = 0): string | undefined {
  if (typeof value === 'string') return isWholeText(value) ? undefined : 'text without broken characters'
  if (typeof value !== 'object' || value === null) return undefined
  if (depth >= mostNested) return `lists and objects nested at most ${mostNested} deep`
  for (const [name, item] of Object.entries(value)) {
    const fault =
      (isWholeText(name) ? undefined : 'text without broken characters') ?? nestedFault(item, depth + 1)
    if (fault !== undefined) return fault
  }
  return undefined
}
