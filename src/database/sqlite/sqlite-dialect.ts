import { SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely'
import type { Dialect, Driver } from 'kysely'

/** Kysely lets one user of a SQLite database in at a time; our drivers order them better by themselves. */
class ConcurrentAdapter extends SqliteAdapter {
  override get supportsMultipleConnections(): boolean {
    return true
  }
}

/** SQLite's SQL over one of our drivers. */
export const sqliteDialect = (createDriver: () => Driver): Dialect => ({
  createDriver,
  createAdapter: () => new ConcurrentAdapter(),
  createIntrospector: (db) => new SqliteIntrospector(db),
  createQueryCompiler: () => new SqliteQueryCompiler(),
})
