import type { CompiledQuery } from 'kysely'

/** A statement to run once for each row of parameters; only the SQLite driver knows it. Gives how many rows each changed. */
export interface ManyQuery extends CompiledQuery {
  readonly rows: readonly (readonly unknown[])[]
}

export const isManyQuery = (query: CompiledQuery): query is ManyQuery => 'rows' in query
