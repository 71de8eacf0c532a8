import { hideSecretLines } from '#dialects/hide-secrets.ts'
import type { DiffHunk } from '#features/configs/config-shapes.ts'
import { diffLines } from '#kernel/line-diff.ts'

/** What differs between two texts, as people may see it. */
export interface ShownDiff {
  added: number
  removed: number
  hunks: DiffHunk[]
}

/** Lines of a text; what follows its last line end is none. */
export function linesOf(text: string): string[] {
  const lines = text.split('\n')
  if (lines.at(-1) === '') lines.pop()
  return lines
}

type ShownLine = DiffHunk['lines'][number] & { before: number; after: number }

/**
 * Compares two texts as they are and shows them without their secrets: a secret that changed is a change, and stays
 * hidden. `context` lines around each change are shown too.
 */
export function diffConfigs(before: string, after: string, context: number): ShownDiff {
  const [left, right] = [linesOf(before), linesOf(after)]
  const [leftShown, rightShown] = [hideSecretLines(left), hideSecretLines(right)]
  const lines = diffLines(left, right).flatMap((part) =>
    Array.from({ length: part.count }, (_, offset): ShownLine => {
      const [at, to] = [
        part.before + (part.is === 'new' ? 0 : offset),
        part.after + (part.is === 'gone' ? 0 : offset),
      ]
      const [text, raw] = part.is === 'new' ? [rightShown[to]!, right[to]!] : [leftShown[at]!, left[at]!]
      return { is: part.is, text, hidden: text !== raw, before: at, after: to }
    }),
  )
  const count = (is: ShownLine['is']) => lines.filter((line) => line.is === is).length
  return { added: count('new'), removed: count('gone'), hunks: hunksOf(lines, context) }
}

/** Changes that are further apart than their contexts are hunks of their own. */
function hunksOf(lines: readonly ShownLine[], context: number): DiffHunk[] {
  const near = new Set<number>()
  for (const [index, { is }] of lines.entries()) {
    if (is === 'same') continue
    for (let at = Math.max(0, index - context); at <= Math.min(lines.length - 1, index + context); at += 1)
      near.add(at)
  }
  const hunks: DiffHunk[] = []
  for (const [index, { before, after, ...line }] of lines.entries()) {
    if (!near.has(index)) continue
    if (!near.has(index - 1)) hunks.push({ beforeLine: before + 1, afterLine: after + 1, lines: [] })
    hunks.at(-1)!.lines.push(line)
  }
  return hunks
}

const signs = { same: ' ', gone: '-', new: '+' } as const

/** The usual text of a difference, for terminals. */
export const unifiedText = (hunks: readonly DiffHunk[]): string =>
  hunks
    .flatMap(({ beforeLine, afterLine, lines }) => {
      const before = lines.filter(({ is }) => is !== 'new').length
      const after = lines.filter(({ is }) => is !== 'gone').length
      return [
        `@@ -${beforeLine},${before} +${afterLine},${after} @@`,
        ...lines.map(
          ({ is, text, hidden }) => `${signs[is]}${text}${hidden && is !== 'same' ? '  (secret)' : ''}`,
        ),
      ]
    })
    .join('\n')
