import { RowComplaints } from '#features/previews/row-complaints.ts'
import { isWholeText } from '#features/previews/table-value.ts'

const longestName = 1_000

/** The names of columns; throws ROWS_INVALID where one is missing or two are the same. */
export function cleanHeader(cells: readonly string[], from: string, line: string): string[] {
  const names = cells.map((cell) => cell.trim())
  const complaints = new RowComplaints(from)
  const known = new Map<string, number>()
  for (const [index, name] of names.entries()) {
    const path = `${line}, column ${index + 1}`
    const first = known.get(name)
    if (name === '') complaints.add(path, '', 'a header')
    else if (!isName(name)) complaints.add(path, name, `a header of whole text, at most ${longestName} long`)
    else if (first !== undefined) complaints.add(path, name, `a header that differs from column ${first}`)
    else known.set(name, index + 1)
  }
  complaints.throwIfAny('The first row must name the columns, each once.')
  return names
}

/** `__proto__` names no property of its own: what stands below it would be lost. */
const isName = (name: string): boolean =>
  name !== '__proto__' && name.length <= longestName && isWholeText(name)
