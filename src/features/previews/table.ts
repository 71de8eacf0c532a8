import type { Json } from '#kernel/json.ts'

/** One row of somebody else's table: its cells in the order of the columns, and the line it begins on. */
export interface TableRow {
  line: number
  /** Undefined where the row says nothing of a column. */
  cells: readonly (Json | undefined)[]
}

/** A table that can be read from its beginning more than once. */
export interface Table {
  /** For people: `rows.csv`, `rows.xlsx, sheet Rack 4`. */
  from: string
  columns: readonly string[]
  /** What a place in it is called: `line` or `row`. */
  unit: string
  /** What a person should know of it as a whole. */
  warnings: readonly string[]
  /** Rows in their order, many at a time; throws ROWS_INVALID where it cannot be read. */
  read(found: TableFound, signal: AbortSignal): AsyncIterable<readonly TableRow[]>
}

/** What reading a table found beside its rows. */
export interface TableFound {
  /** Rows with nothing in them. */
  empty: number
  /** Sentences with the number of cells they are about. */
  warnings: Map<string, number>
}

export const nothingFound = (): TableFound => ({ empty: 0, warnings: new Map() })

/** Counts one more of something. */
export const count = (counts: Map<string, number>, name: string, more = 1): void => {
  counts.set(name, (counts.get(name) ?? 0) + more)
}
