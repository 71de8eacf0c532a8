import { Kysely, PostgresDialect } from 'kysely'
import type {
  AbortableOperationOptions,
  CompiledQuery,
  DatabaseConnection,
  Driver,
  QueryResult,
} from 'kysely'
import { Pool, types } from 'pg'
import type { PoolConfig } from 'pg'
import type { Log } from '#kernel/log.ts'
import { fromPostgresError } from '#database/postgres/postgres-errors.ts'
import type { Schema } from '#database/schema.ts'

const asText = (value: string): string => value
/** int8 and numeric as numbers (ours stay below 2^53), json and jsonb as text: the mapper decodes. */
const parsers: Record<number, (value: string) => unknown> = {
  20: Number,
  1700: Number,
  114: asText,
  3802: asText,
}

const getTypeParser = ((id: number, format?: 'text' | 'binary') =>
  parsers[id] ?? types.getTypeParser(id, format as 'text')) as typeof types.getTypeParser

/** Opens PostgreSQL: a pool for quick work, and a small read-only one for long reads. */
export function openPostgres(
  url: string,
  log: Log,
): { db: Kysely<Schema>; reports: Kysely<Schema>; pool: Pool; close(): Promise<void> } {
  const server = describe(url)
  const base: PoolConfig = {
    connectionString: url,
    types: { getTypeParser },
    application_name: 'rollcall',
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
  }
  const pool = new Pool({ ...base, max: 10 })
  const reportPool = new Pool({
    ...base,
    max: 2,
    options: '-c default_transaction_read_only=on -c statement_timeout=900000',
  })
  for (const each of [pool, reportPool]) {
    each.on('error', (error) => log.warn({ error: error.message }, 'idle database connection lost'))
  }
  const db = new Kysely<Schema>({ dialect: new TranslatingDialect(pool, server) })
  const reports = new Kysely<Schema>({ dialect: new TranslatingDialect(reportPool, server) })
  return {
    db,
    reports,
    pool,
    async close() {
      await reports.destroy()
      await db.destroy()
    },
  }
}

/** Host and database of a URL, without user and password. */
function describe(url: string): string {
  const { host, pathname } = new URL(url)
  return `${host || 'localhost'}${pathname}`
}

class TranslatingDialect extends PostgresDialect {
  readonly #server: string

  constructor(pool: Pool, server: string) {
    super({ pool })
    this.#server = server
  }

  override createDriver(): Driver {
    const driver = super.createDriver()
    const acquire = driver.acquireConnection.bind(driver)
    const known = new WeakSet<DatabaseConnection>()
    driver.acquireConnection = async (options) => {
      const connection = await acquire(options).catch((error: unknown) => {
        throw fromPostgresError(error, this.#server)
      })
      if (!known.has(connection)) {
        known.add(connection)
        this.#improve(connection)
      }
      return connection
    }
    return driver
  }

  /** Translates errors, and stops a query on the server as soon as nobody waits for it any more. */
  #improve(connection: DatabaseConnection): void {
    const execute = connection.executeQuery.bind(connection)
    connection.executeQuery = async <Row>(
      query: CompiledQuery,
      settings?: AbortableOperationOptions,
    ): Promise<QueryResult<Row>> => {
      const signal = settings?.signal
      if (signal) await connection.collectSessionInfo?.()
      const stop = () => void connection.cancelQuery?.(() => Promise.resolve()).catch(() => {})
      signal?.addEventListener('abort', stop, { once: true })
      try {
        return await execute<Row>(query)
      } catch (error) {
        // Whoever asked has already been given the signal's reason.
        if (signal?.aborted) return { rows: [] }
        throw fromPostgresError(error, this.#server)
      } finally {
        signal?.removeEventListener('abort', stop)
      }
    }
  }
}
