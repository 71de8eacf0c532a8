import { resolve } from 'node:path'
import { sqliteFile } from '#database/open.ts'
import type { OpenDatabase } from '#database/open.ts'
import type { Context } from '#features/context.ts'

/** The open database of a context, for work on the whole of it; whoever opened it closes it. */
export function openedOf({
  db,
  reports,
  engine,
  config,
}: Pick<Context, 'db' | 'reports' | 'engine' | 'config'>): OpenDatabase {
  const { url } = config.database
  const file = engine === 'sqlite' ? sqliteFile(url) : undefined
  return { db, reports, engine, url, path: file && resolve(file), close: async () => {} }
}
