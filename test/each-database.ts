import { randomUUID } from 'node:crypto'
import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { after, describe, type TestContext } from 'node:test'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import pg from 'pg'
import type { Engine } from '#database/migration.ts'
import { migrate } from '#database/migrate.ts'
import { openDatabase } from '#database/open.ts'
import type { OpenDatabase } from '#database/open.ts'
import { startPostgres } from '#test/postgres-server.ts'
import type { PostgresServer } from '#test/postgres-server.ts'

/** Gives a new, empty, migrated database; it is closed and removed when the file's tests are done. */
export type FreshDatabase = () => Promise<OpenDatabase>

/** Declares the same tests over real SQLite files and over a real PostgreSQL. */
export function onEachDatabase(
  subject: string,
  declare: (fresh: FreshDatabase, engine: Engine) => void,
): void {
  describe(`${subject} on SQLite`, () => declare(freshSqlite(), 'sqlite'))
  describe(`${subject} on PostgreSQL`, () => declare(freshPostgres(), 'postgres'))
}

/**
 * One database for all tests of a group where a new one takes long (PostgreSQL): these tables, and all that refer to
 * them, are emptied instead, and their ids begin at 1 again. The tests of the group must not run at the same time.
 */
export function emptiedBetween(
  fresh: FreshDatabase,
  engine: Engine,
  tables: readonly string[],
): FreshDatabase {
  if (engine === 'sqlite') return fresh
  let opened: Promise<OpenDatabase> | undefined
  return async () => {
    if (opened === undefined) return (opened = fresh())
    const database = await opened
    await sql`truncate ${sql.join(tables.map((name) => sql.table(name)))} restart identity cascade`.execute(
      database.db,
    )
    return database
  }
}

function freshSqlite(): FreshDatabase {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-sqlite-'))
  const opened: OpenDatabase[] = []
  after(async () => {
    for (const each of opened) await each.close()
    await rm(folder, { recursive: true, force: true })
  })
  return async () => {
    const database = await openDatabase({ url: `sqlite:${join(folder, `${randomUUID()}.db`)}` })
    opened.push(database)
    await migrate(database)
    return database
  }
}

let own: Promise<PostgresServer> | undefined
let template: Promise<string> | undefined
const prefix = `t${process.pid}`

function freshPostgres(): FreshDatabase {
  const opened: OpenDatabase[] = []
  const names: string[] = []
  after(async () => {
    for (const each of opened) await each.close()
    await administer(names.map((name) => `drop database if exists ${name} with (force)`))
    await stopWhenLast()
  })
  users += 1
  return async () => {
    template ??= makeTemplate()
    const name = `${prefix}_${randomUUID().slice(0, 8)}`
    await administer([`create database ${name} template ${await template}`])
    names.push(name)
    const database = await openDatabase({ url: urlOf(await serverUrl(), name) })
    opened.push(database)
    return database
  }
}

/** An empty database of the run's PostgreSQL for another process to open; it is removed when the test ends. */
export async function emptyPostgres(context: TestContext): Promise<string> {
  users += 1
  const name = `${prefix}_${randomUUID().slice(0, 8)}`
  await administer([`create database ${name}`])
  context.after(async () => {
    await administer([`drop database if exists ${name} with (force)`])
    await stopWhenLast()
  })
  return urlOf(await serverUrl(), name)
}

let users = 0

/** Ends the server that this file had to start for itself, after its last group of tests. */
async function stopWhenLast(): Promise<void> {
  users -= 1
  if (users > 0) return
  if (template) await administer([`drop database if exists ${prefix}_template with (force)`])
  template = undefined
  if (own) await (await own).stop()
  own = undefined
}

async function makeTemplate(): Promise<string> {
  const name = `${prefix}_template`
  await administer([`create database ${name}`])
  const database = await openDatabase({ url: urlOf(await serverUrl(), name) })
  await migrate(database)
  await database.close()
  return name
}

/** The server of the whole run (global-setup.ts), else one for this file. */
async function serverUrl(): Promise<string> {
  const shared = process.env.ROLLCALL_TEST_POSTGRES
  if (shared) return shared
  own ??= startPostgres()
  return (await own).url
}

async function administer(statements: string[]): Promise<void> {
  if (statements.length === 0) return
  const client = new pg.Client({ connectionString: await serverUrl() })
  await client.connect()
  try {
    for (const statement of statements) await client.query(statement)
  } finally {
    await client.end()
  }
}

const urlOf = (server: string, name: string): string => server.replace(/\/[^/]*$/, `/${name}`)
