import { RowComplaints } from '#features/previews/row-complaints.ts'

/** The names of columns; throws ROWS_INVALID where one is missing or two are the same. */
export function cleanHeader(cells: readonly string[], from: string, line: string): string[] {
  const names = cells.map((cell) => cell.trim())
  const complaints = new RowComplaints(from)
  const known = new Map<string, number>()
  for (const [index, name] of names.entries()) {
    const path = `${line}, column ${index + 1}`
    const first = known.get(name)
    if (name === '') complaints.add(path, '', 'a header')
    else if (first !== undefined) complaints.add(path, name, `a header that differs from column ${first}`)
    else known.set(name, index + 1)
  }
  complaints.throwIfAny('The first row must name the columns, each once.')
  return names
}
