import { isPostgres, sqliteFile } from '#database/open.ts'
import { readOutsidePostgres } from '#database/outside-query-postgres.ts'
import { readOutsideSqlite } from '#database/outside-query-sqlite.ts'
import { AppError } from '#kernel/errors.ts'
import type { Json } from '#kernel/json.ts'

/** A database of somebody else's, under the name that people know it by. */
export interface OutsideDatabase {
  name: string
  url: string
  /** For all of a query. */
  timeoutSeconds: number
}

/** Some rows of a query, at most 1,000. The first page always comes, also where there are no rows. */
export interface OutsidePage {
  columns: string[]
  rows: Json[][]
}

/**
 * Reads the rows of one SELECT of somebody else's database, which cannot be changed by it. `orderBy` names result columns
 * to sort by. Errors name the database by its name only: ROWS_INVALID for a query that it refuses, SOURCE_UNREACHABLE,
 * SOURCE_REJECTED_LOGIN, SOURCE_TIMEOUT, SOURCE_FILE_UNREADABLE.
 */
export async function* readOutside(
  database: OutsideDatabase,
  query: string,
  { orderBy, onlyColumns = false }: { orderBy?: readonly string[] | undefined; onlyColumns?: boolean },
  signal: AbortSignal,
): AsyncGenerator<OutsidePage> {
  const plain = query.trim().replace(/;\s*$/, '')
  const inner = `select * from (\n${plain}\n) as job_rows`
  const order = (orderBy ?? []).map((column) => `"${column.replaceAll('"', '""')}"`).join(', ')
  const statement = onlyColumns ? `${inner} limit 0` : order === '' ? plain : `${inner} order by ${order}`
  signal.throwIfAborted()
  if (isPostgres(database.url)) return yield* readOutsidePostgres(database, statement, signal)
  const file = sqliteFile(database.url)
  if (file !== undefined) return yield* readOutsideSqlite(database, file, statement, signal)
  throw new AppError('CONFIG_INVALID', `jobs.databases: ${database.name} is no database that Rollcall reads`)
}

/** The names of the columns that a query gives; nothing of it is read. */
export async function outsideColumns(
  database: OutsideDatabase,
  query: string,
  signal: AbortSignal,
): Promise<string[]> {
  for await (const { columns } of readOutside(database, query, { onlyColumns: true }, signal)) return columns
  return []
}
