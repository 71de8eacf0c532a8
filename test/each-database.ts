import { randomUUID } from 'node:crypto'
import { copyFileSync, mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { after, describe, type TestContext } from 'node:test'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import type { Engine } from '#database/migration.ts'
import { migrate } from '#database/migrate.ts'
import { openDatabase } from '#database/open.ts'
import type { OpenDatabase } from '#database/open.ts'
import { administer as administerServer, copyOf, migratedPostgres, urlOf } from '#test/database-templates.ts'
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

/** Declares tests over real SQLite files only: for what depends on no engine and would take long on both. */
export function onSqlite(subject: string, declare: (fresh: FreshDatabase) => void): void {
  describe(subject, () => declare(freshSqlite()))
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
    const path = join(folder, `${randomUUID()}.db`)
    const migrated = process.env.ROLLCALL_TEST_SQLITE_TEMPLATE
    if (migrated) copyFileSync(migrated, path)
    const database = await openDatabase({ url: `sqlite:${path}` })
    opened.push(database)
    if (!migrated) await migrate(database)
    return database
  }
}

let own: Promise<PostgresServer> | undefined
let template: Promise<string> | undefined
const prefix = `t${process.pid}`
const ownTemplate = `${prefix}_template`

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
    template ??= sharedTemplate()
    const name = `${prefix}_${randomUUID().slice(0, 8)}`
    await administer([copyOf(await template, name)])
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
  if (template && (await template) === ownTemplate)
    await administer([`drop database if exists ${ownTemplate} with (force)`])
  template = undefined
  if (own) await (await own).stop()
  own = undefined
}

/** The template of the whole run (global-setup.ts), else one for this file. */
const sharedTemplate = async (): Promise<string> =>
  process.env.ROLLCALL_TEST_POSTGRES_TEMPLATE ?? migratedPostgres(await serverUrl(), ownTemplate)

/** The server of the whole run (global-setup.ts), else one for this file. */
async function serverUrl(): Promise<string> {
  const shared = process.env.ROLLCALL_TEST_POSTGRES
  if (shared) return shared
  own ??= startPostgres()
  return (await own).url
}

const administer = async (statements: string[]): Promise<void> =>
  statements.length === 0 ? undefined : administerServer(await serverUrl(), statements)
