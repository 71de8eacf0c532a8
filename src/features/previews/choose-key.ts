import { KeySet } from '#features/previews/key-set.ts'
import { RowComplaints, rowsInvalid } from '#features/previews/row-complaints.ts'
import { nothingFound } from '#features/previews/table.ts'
import type { Table, TableRow } from '#features/previews/table.ts'
import type { Complaint } from '#kernel/errors.ts'
import type { Json } from '#kernel/json.ts'
import { suggest } from '#kernel/suggest.ts'

/** Columns that name a row when nobody says which do, the best first. */
const naming = ['id', 'key', 'name', 'hostname', 'mac', 'serial']
const suspectsKept = 20
const longestKey = 1_000
/** So many columns are tried when none that is known by its name will do. */
const triedAtMost = 24

/** Whether some columns name every row, and each row differently. */
export class KeyTest {
  readonly columns: readonly number[]
  readonly #set = new KeySet()
  /** Keys that have probably come before. */
  readonly suspects = new Set<string>()
  suspected = 0
  empty = 0
  firstEmpty: number | undefined
  tooLong: number | undefined

  constructor(columns: readonly number[]) {
    this.columns = columns
  }

  take(row: TableRow): void {
    const key = keyOf(row.cells, this.columns)
    if (key === undefined) {
      this.empty += 1
      this.firstEmpty ??= row.line
    } else if (key.length > longestKey) this.tooLong ??= row.line
    else if (this.#set.add(key)) {
      this.suspected += 1
      if (this.suspects.size < suspectsKept) this.suspects.add(key)
    }
  }
}

/** What names a row: the values of the columns with slashes between; undefined where one is missing. */
export function keyOf(cells: readonly (Json | undefined)[], columns: readonly number[]): string | undefined {
  if (columns.length === 1) return keyText(cells[columns[0]!])
  const parts = columns.map((column) => keyText(cells[column]))
  return parts.includes(undefined) ? undefined : parts.join('/')
}

function keyText(cell: Json | undefined): string | undefined {
  if (cell === undefined || cell === null || cell === '') return undefined
  return typeof cell === 'string' ? cell : JSON.stringify(cell)
}

/** The columns to try: those that were said, else those known by their names. */
export function keyTests(table: Table, said: readonly string[] | undefined): KeyTest[] {
  if (said !== undefined) return [new KeyTest(said.map((name) => columnOf(table, name)))]
  const lower = table.columns.map((name) => name.toLowerCase())
  return naming
    .map((name) => lower.indexOf(name))
    .filter((index) => index >= 0)
    .map((index) => new KeyTest([index]))
}

function columnOf({ columns, from }: Table, name: string): number {
  const index = columns.indexOf(name)
  if (index >= 0) return index
  const meant = suggest(name, [...columns])
  throw rowsInvalid(
    from,
    `there is no column ${name}`,
    [{ path: 'rowsFrom.key', value: name, expected: `one of ${columns.join(', ')}` }],
    meant === undefined ? undefined : `Did you mean ${meant}?`,
  )
}

/** The first of the columns that name every row; of these only the first was tried before. Throws ROWS_INVALID that says why none does and what would. */
export async function chooseKey(
  table: Table,
  tests: readonly KeyTest[],
  isSaid: boolean,
  signal: AbortSignal,
): Promise<readonly number[]> {
  const reasons: Complaint[][] = []
  for (const test of tests) {
    // The first has seen every row already.
    if (reasons.length > 0) await readAll(table, test, signal)
    const wrong = await whatIsWrong(table, test, signal)
    if (wrong.length === 0) return test.columns
    reasons.push(wrong)
  }
  if (isSaid) throw notUnique(table, reasons[0]!)
  throw await noKey(table, tests, reasons.flat(), signal)
}

async function readAll(table: Table, test: KeyTest, signal: AbortSignal): Promise<void> {
  for await (const batch of table.read(nothingFound(), signal)) for (const row of batch) test.take(row)
}

const notUnique = ({ from }: Table, complaints: readonly Complaint[]) =>
  rowsInvalid(
    from,
    'the key does not name every row, and each differently',
    complaints,
    'Correct these rows, or choose other columns as the key.',
  )

async function noKey(
  table: Table,
  tried: readonly KeyTest[],
  reasons: readonly Complaint[],
  signal: AbortSignal,
) {
  const others = table.columns
    .map((_, index) => index)
    .filter((index) => !tried.some(({ columns }) => columns[0] === index))
    .slice(0, triedAtMost)
    .map((index) => new KeyTest([index]))
  for await (const batch of table.read(nothingFound(), signal))
    for (const row of batch) for (const test of others) if (test.suspected + test.empty === 0) test.take(row)
  const good: string[] = []
  const bad: Complaint[] = []
  for (const test of others) {
    const wrong = await whatIsWrong(table, test, signal)
    if (wrong.length === 0) good.push(table.columns[test.columns[0]!]!)
    else bad.push(...wrong.slice(0, 1))
  }
  return rowsInvalid(
    table.from,
    tried.length === 0 ? 'no column is known to name the rows' : 'no column names every row differently',
    [...reasons, ...bad].slice(0, 20),
    good.length > 0
      ? `Say which column does: key could be ${good.join(', ')}.`
      : 'Say several columns that together name a row as `key`, or add one that does.',
  )
}

/** Why some columns are no key; nothing where they are. */
async function whatIsWrong(table: Table, test: KeyTest, signal: AbortSignal): Promise<Complaint[]> {
  const { unit, columns } = table
  const column = test.columns.map((index) => columns[index]).join(' + ')
  const complaints = new RowComplaints(table.from)
  if (test.firstEmpty !== undefined)
    complaints.add(
      `${unit} ${test.firstEmpty}, column ${column}`,
      '',
      `a value in every row (${test.empty} have none)`,
    )
  if (test.tooLong !== undefined)
    complaints.add(`${unit} ${test.tooLong}, column ${column}`, undefined, `at most ${longestKey} characters`)
  if (test.suspects.size > 0)
    for (const [key, lines] of await linesOf(table, test, signal))
      complaints.add(
        `${unit} ${lines[1]}, column ${column}`,
        key,
        `a value that differs from ${unit} ${lines[0]}`,
      )
  return complaints.count === 0 ? [] : [...complaints.error().complaints]
}

/** The lines of keys that really come twice, found by reading the table again. */
async function linesOf(
  table: Table,
  { suspects, columns }: KeyTest,
  signal: AbortSignal,
): Promise<[key: string, lines: number[]][]> {
  const lines = new Map<string, number[]>()
  for await (const batch of table.read(nothingFound(), signal)) {
    for (const row of batch) {
      const key = keyOf(row.cells, columns)
      if (key === undefined || !suspects.has(key)) continue
      const known = lines.get(key)
      if (known === undefined) lines.set(key, [row.line])
      else if (known.length < 2) known.push(row.line)
    }
  }
  return [...lines].filter(([, found]) => found.length > 1)
}
