import { isTimestamp, cellWidth, fit, relativeTime, safeText } from '#surfaces/cli/terminal-text.ts'

/** How things are shown: for a person's terminal, or whole for a pipe. */
export interface View {
  /** Terminal columns; undefined when nothing may be cut (no terminal). */
  width: number | undefined
  /** For relative times. */
  now: string
}

type Item = Record<string, unknown>

/** Rows as aligned text, cut to the terminal's width where there is one. */
export function tableText(items: readonly Item[], columns: readonly string[], view: View): string {
  const head = columns.map((column) => kebabless(column).toUpperCase())
  const rows = items.map((item) => columns.map((column) => cellText(at(item, column), view)))
  const widths = fitted(
    head.map((title, index) => Math.max(cellWidth(title), ...rows.map((row) => cellWidth(row[index]!)))),
    head.map(cellWidth),
    view.width,
  )
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, index) =>
        padded(fit(cell, widths[index]!), index === cells.length - 1 ? 0 : widths[index]!),
      )
      .join('  ')
      .trimEnd()
  return [line(head), ...rows.map(line)].join('\n')
}

/** The columns of a list that nobody chose any for: its plain fields, at most eight. */
export function plainColumns(items: readonly Item[]): string[] {
  const names = [...new Set(items.slice(0, 20).flatMap((item) => Object.keys(item)))]
  const plain = names.filter((name) =>
    items.every((item) => item[name] === null || typeof item[name] !== 'object'),
  )
  return (plain.length > 0 ? plain : names).slice(0, 8)
}

/** The value at a dotted path. */
export function at(item: unknown, path: string): unknown {
  let value = item
  for (const part of path.split('.')) {
    if (value === null || typeof value !== 'object') return undefined
    value = (value as Item)[part]
  }
  return value
}

/** One value in one line. */
export function cellText(value: unknown, view: View): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (isTimestamp(value)) return view.width === undefined ? value : relativeTime(value, view.now)
  if (typeof value === 'string') return safeText(value)
  if (Array.isArray(value)) return value.map((each) => cellText(each, view)).join(', ')
  if (typeof value !== 'object') return String(value as number)
  const named = (value as Item).name
  return typeof named === 'string' ? safeText(named) : safeText(JSON.stringify(value))
}

/** `lastSeen` as a heading: `last seen`. */
export const kebabless = (path: string): string =>
  path
    .split('.')
    .at(-1)!
    .replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)

const padded = (text: string, cells: number): string =>
  text + ' '.repeat(Math.max(0, cells - cellWidth(text)))

/** Takes cells from the widest column until all fit; no column gets narrower than its heading. */
function fitted(wanted: readonly number[], least: readonly number[], width: number | undefined): number[] {
  const widths = [...wanted]
  if (width === undefined) return widths
  const gaps = 2 * (widths.length - 1)
  for (let over = widths.reduce((sum, each) => sum + each, gaps) - width; over > 0; over -= 1) {
    const spare = widths.map((each, index) => each - Math.max(least[index]!, 6))
    const widest = spare.indexOf(Math.max(...spare))
    if (spare[widest]! <= 0) break
    widths[widest]! -= 1
  }
  return widths
}
