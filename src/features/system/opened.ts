import type { OpenDatabase } from '#database/open.ts'
import type { Context } from '#features/context.ts'
import { openFile } from '#features/system/health-queries.ts'

/** The open database of a context, for work on the whole of it; whoever opened it closes it. */
export async function openedOf({
  db,
  reports,
  engine,
  config,
}: Pick<Context, 'db' | 'reports' | 'engine' | 'config'>): Promise<OpenDatabase> {
  const path = engine === 'sqlite' ? await openFile(db) : undefined
  const url = path === undefined ? config.database.url : `sqlite:${path}`
  return { db, reports, engine, url, path, close: async () => {} }
}
