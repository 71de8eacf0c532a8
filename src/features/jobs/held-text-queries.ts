import { sql } from 'kysely'
import type { RawBuilder } from 'kysely'
import type { Engine } from '#database/migration.ts'
import { likePattern } from '#query/text-pattern.ts'

/** Whether a column holds these words; A to Z in either case, everything else as it is written, on either engine. */
export function holdsText(engine: Engine, column: string, words: string): RawBuilder<boolean> {
  const literal = words.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase())
  const pattern = likePattern([{ wild: '*' }, { literal }, { wild: '*' }])
  // Without a collation PostgreSQL folds more letters than SQLite does.
  const text =
    engine === 'postgres' ? sql`lower(${sql.ref(column)} collate "C")` : sql`lower(${sql.ref(column)})`
  return sql<boolean>`${text} like ${pattern} escape '\\'`
}
