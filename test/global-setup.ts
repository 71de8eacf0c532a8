import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { migratedPostgres, migratedSqlite } from '#test/database-templates.ts'
import { startPostgres } from '#test/postgres-server.ts'
import type { PostgresServer } from '#test/postgres-server.ts'
import { root } from '#test/tracked-files.ts'

let server: PostgresServer | undefined
let folder: string | undefined

/** One PostgreSQL for the whole run, and of either engine one migrated database that those of the tests are copies of. */
export async function globalSetup(): Promise<void> {
  // Each test file is a process of its own: compiled code that is kept spares all of them a fifth of their start.
  process.env.NODE_COMPILE_CACHE ??= join(root, 'node_modules', '.cache', 'compiled')
  folder = mkdtempSync(join(tmpdir(), 'rollcall-template-'))
  process.env.ROLLCALL_TEST_SQLITE_TEMPLATE = await migratedSqlite(join(folder, 'template.db'))
  if (process.env.ROLLCALL_TEST_POSTGRES) return
  server = await startPostgres()
  process.env.ROLLCALL_TEST_POSTGRES = server.url
  process.env.ROLLCALL_TEST_POSTGRES_TEMPLATE = await migratedPostgres(server.url, 'rollcall_template')
}

export async function globalTeardown(): Promise<void> {
  await server?.stop()
  if (folder) await rm(folder, { recursive: true, force: true })
}
