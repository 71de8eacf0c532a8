import { cleanHeader } from '#features/previews/table-header.ts'
import { findEncoding, readText } from '#features/previews/read-text.ts'
import { RowComplaints, rowsInvalid } from '#features/previews/row-complaints.ts'
import { nothingFound } from '#features/previews/table.ts'
import { nestedFault } from '#features/previews/table-value.ts'
import type { Table, TableFound, TableRow } from '#features/previews/table.ts'
import type { JsonObject } from '#kernel/json.ts'

const longestLine = 1024 * 1024
const mostColumns = 1_000

interface Line {
  line: number
  object: JsonObject
}

/** A file with a JSON object on every line as a table: a column for every name that occurs. Throws ROWS_INVALID. */
export async function openJsonLines(
  path: string,
  from: string,
  options: { encoding?: string | undefined },
  signal: AbortSignal,
): Promise<Table & { encoding: string }> {
  const { encoding, warning } = await findEncoding(path, from, options.encoding, signal)
  const file = { path, from, encoding }
  const names = new Set<string>()
  for await (const lines of objects(file, nothingFound(), signal)) {
    for (const { object } of lines) for (const name of Object.keys(object)) names.add(name)
    if (names.size > mostColumns)
      throw rowsInvalid(from, `there are more than ${mostColumns.toLocaleString('en')} names in its objects`)
  }
  if (names.size === 0)
    throw rowsInvalid(from, 'the file is empty', [], 'Every line must hold one JSON object.')
  const columns = cleanHeader([...names], from, 'names')
  return {
    from,
    columns,
    unit: 'line',
    encoding,
    warnings: warning === undefined ? [] : [warning],
    async *read(found, each) {
      for await (const lines of objects(file, found, each)) yield lines.map((line) => toRow(line, columns))
    },
  }
}

const toRow = ({ line, object }: Line, columns: readonly string[]): TableRow => ({
  line,
  cells: columns.map((column) => object[column]),
})

async function* objects(
  { path, from, encoding }: { path: string; from: string; encoding: string },
  found: TableFound,
  signal: AbortSignal,
): AsyncGenerator<Line[]> {
  const complaints = new RowComplaints(from)
  let rest = ''
  let number = 0
  const take = (texts: readonly string[]): Line[] =>
    texts.flatMap((text) => {
      number += 1
      if (text.trim() === '') {
        found.empty += 1
        return []
      }
      const object = parseObject(text)
      const fault = object === undefined ? 'one JSON object' : nestedFault(object)
      if (object && fault === undefined) return { line: number, object }
      complaints.add(`line ${number}`, text, fault!)
      return []
    })
  for await (const piece of readText(path, encoding, signal)) {
    const texts = (rest + piece).split('\n')
    rest = texts.pop()!
    if (rest.length > longestLine)
      throw rowsInvalid(from, 'a line is too long', [
        { path: `line ${number + texts.length + 1}`, expected: 'one JSON object of at most a megabyte' },
      ])
    const lines = take(texts)
    if (lines.length > 0) yield lines
  }
  const last = rest === '' ? [] : take([rest])
  complaints.throwIfAny()
  if (last.length > 0) yield last
}

function parseObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text)
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
    return isObject ? (value as JsonObject) : undefined
  } catch {
    return undefined
  }
}
