import pg from 'pg'
import { migrate } from '#database/migrate.ts'
import { openDatabase } from '#database/open.ts'

/** Makes a migrated SQLite file to be copied; gives its path. */
export async function migratedSqlite(path: string): Promise<string> {
  const database = await openDatabase({ url: `sqlite:${path}` })
  await migrate(database)
  await database.close()
  return path
}

/** Makes a migrated database to be copied on a PostgreSQL server; gives its name. */
export async function migratedPostgres(server: string, name: string): Promise<string> {
  await administer(server, [`create database ${name}`])
  const database = await openDatabase({ url: urlOf(server, name) })
  await migrate(database)
  await database.close()
  return name
}

/** Copying the files of a small database is quicker than logging each page of it. */
export const copyOf = (template: string, name: string): string =>
  `create database ${name} template ${template} strategy file_copy`

/** Runs statements on the maintenance database of a server. */
export async function administer(server: string, statements: readonly string[]): Promise<void> {
  if (statements.length === 0) return
  const client = new pg.Client({ connectionString: server })
  await client.connect()
  try {
    for (const statement of statements) await client.query(statement)
  } finally {
    await client.end()
  }
}

/** The address of another database of a server. */
export const urlOf = (server: string, name: string): string => server.replace(/\/[^/]*$/, `/${name}`)
