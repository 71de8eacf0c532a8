import { migrations } from '#database/migrate.ts'
import { columnTypes } from '#database/migration.ts'
import type { Engine } from '#database/migration.ts'

/** The names of the tables that our migrations make, so that others in the same database are left alone. */
export function ownTables(engine: Engine): Set<string> {
  const statements = Object.values(migrations).flatMap((migration) => migration.up(columnTypes[engine]))
  const made = statements.flatMap((statement) => /^\s*create table (\w+)/.exec(statement)?.[1] ?? [])
  return new Set(made)
}
