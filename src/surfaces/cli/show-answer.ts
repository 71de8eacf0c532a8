import type { AnyOperation } from '#features/operation.ts'
import { cellText, kebabless, plainColumns, tableText, type View } from '#surfaces/cli/table.ts'
import { cellWidth, isTimestamp, relativeTime, safeLines } from '#surfaces/cli/terminal-text.ts'

type Item = Record<string, unknown>

/** What goes to standard output, and what is said beside it. */
export interface Shown {
  text: string
  note?: string | undefined
}

/** An answer as a person reads it: a table, names with values, or plain text. */
export function showAnswer(operation: AnyOperation, answer: unknown, view: View): Shown {
  if (answer === undefined || answer === null) return { text: 'Done.' }
  // That of a job is for its result; what stands here is its number.
  if (operation.cli?.show && !operation.job) return { text: safeLines(operation.cli.show(answer)) }
  if (typeof answer === 'string') return { text: safeLines(answer) }
  if (Array.isArray(answer)) return { text: listText(answer, operation.cli?.columns, view) }
  if (typeof answer !== 'object') return { text: String(answer as number) }
  const page = answer as { items?: unknown; nextCursor?: unknown; total?: unknown }
  if (Array.isArray(page.items) && 'nextCursor' in page) {
    return {
      text: listText(page.items, operation.cli?.columns, view),
      note: pageNote(page.items.length, page),
    }
  }
  return { text: objectText(answer as Item, view, '') }
}

/** Says what is left out; nothing is cut in silence. */
function pageNote(
  shown: number,
  { nextCursor, total }: { nextCursor?: unknown; total?: unknown },
): string | undefined {
  const all = typeof total === 'number' ? ` of ${total.toLocaleString('en')}` : ''
  if (typeof nextCursor !== 'string')
    return shown === 0 ? undefined : `${shown.toLocaleString('en')} shown${all}.`
  return `${shown.toLocaleString('en')} shown${all}, there are more: --cursor ${nextCursor} for the next, --all for everything.`
}

function listText(items: readonly unknown[], columns: readonly string[] | undefined, view: View): string {
  if (items.length === 0) return 'Nothing found.'
  const rows = items.filter(
    (each) => each !== null && typeof each === 'object' && !Array.isArray(each),
  ) as Item[]
  if (rows.length < items.length) return items.map((each) => cellText(each, view)).join('\n')
  return tableText(rows, columns ?? plainColumns(rows), view)
}

/** Names and values; lists of objects become tables below. */
function objectText(item: Item, view: View, indent: string): string {
  const lines: [string, string][] = []
  const tables: string[] = []
  for (const [name, value] of Object.entries(item)) {
    if (isRows(value)) tables.push(section(name, tableText(value, plainColumns(value), view)))
    else if (isFilled(value)) tables.push(section(name, objectText(value, view, indent)))
    else lines.push([kebabless(name), valueText(value, view)])
  }
  const widest = Math.max(0, ...lines.map(([name]) => cellWidth(name)))
  const facts = lines.map(([name, value]) => `${indent}${name.padEnd(widest)}  ${value}`.trimEnd())
  return [...facts, ...tables].join('\n')
}

const isRows = (value: unknown): value is Item[] =>
  Array.isArray(value) && value.length > 0 && value.every((each) => each !== null && typeof each === 'object')

const isFilled = (value: unknown): value is Item =>
  value !== null && typeof value === 'object' && !Array.isArray(value) && Object.keys(value).length > 0

const section = (name: string, text: string): string =>
  `\n${kebabless(name)}\n${text
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n')}`

function valueText(value: unknown, view: View): string {
  if (isTimestamp(value)) return `${value} (${relativeTime(value, view.now)})`
  if (typeof value === 'object' && value !== null && Object.keys(value).length === 0) return ''
  return cellText(value, view)
}
