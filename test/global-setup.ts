import { startPostgres } from '#test/postgres-server.ts'
import type { PostgresServer } from '#test/postgres-server.ts'

let server: PostgresServer | undefined

/** One PostgreSQL for the whole run; each test has a database of its own in it. */
export async function globalSetup(): Promise<void> {
  if (process.env.ROLLCALL_TEST_POSTGRES) return
  server = await startPostgres()
  process.env.ROLLCALL_TEST_POSTGRES = server.url
}

export async function globalTeardown(): Promise<void> {
  await server?.stop()
}
