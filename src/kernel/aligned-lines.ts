/** No column but the last pushes the others further than this. */
const widest = 44

/** Rows as lines whose columns line up, without spaces at the ends; what would begin a line of its own does not. */
export function alignedLines(rows: readonly (readonly string[])[], indent = ''): string[] {
  const cells = rows.map((row) => row.map((cell) => cell.replaceAll(/[\n\r\t]+/g, ' ')))
  const widths: number[] = []
  for (const row of cells) {
    for (const [at, { length }] of row.entries())
      widths[at] = Math.max(widths[at] ?? 0, Math.min(length, widest))
  }
  return cells.map((row) =>
    `${indent}${row.map((cell, at) => cell.padEnd(widths[at]!)).join('  ')}`.trimEnd(),
  )
}
