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
import { ConnectionGate } from '#database/postgres/connection-gate.ts'
import { CopyingClient } from '#database/postgres/copying-client.ts'
import { postgresServer } from '#database/postgres/postgres-url.ts'
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

/**
 * A process that hangs, or whose machine is gone, in the middle of a transaction keeps its locks for so many
 * milliseconds and no longer: less than the silence after which others go on with its work.
 */
const longestIdle = 10_000

/** Opens PostgreSQL: a pool for quick work, and a small read-only one for long reads. */
export function openPostgres(
  url: string,
  log: Log,
): { db: Kysely<Schema>; reports: Kysely<Schema>; pool: Pool; close(): Promise<void> } {
  const server = postgresServer(url)
  const base: PoolConfig = {
    connectionString: url,
    types: { getTypeParser },
    application_name: 'rollcall',
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
  }
  const pool = new Pool({
    ...base,
    max: 10,
    Client: CopyingClient,
    idle_in_transaction_session_timeout: longestIdle,
  })
  const reportPool = new Pool({
    ...base,
    max: 2,
    options: '-c default_transaction_read_only=on -c statement_timeout=900000',
  })
  for (const each of [pool, reportPool]) {
    // A connection that is lost while it is in use fails its query; without an ear here it would end the process.
    each.on('connect', (client) => client.on('error', () => {}))
    each.on('error', (error) => log.warn({ error: error.message }, 'idle database connection lost'))
  }
  const db = new Kysely<Schema>({ dialect: new TranslatingDialect(pool, server, 10) })
  const reports = new Kysely<Schema>({ dialect: new TranslatingDialect(reportPool, server, 2) })
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

class TranslatingDialect extends PostgresDialect {
  readonly #server: string
  readonly #gate: ConnectionGate

  constructor(pool: Pool, server: string, limit: number) {
    super({ pool })
    this.#server = server
    this.#gate = new ConnectionGate(limit)
  }

  override createDriver(): Driver {
    const driver = super.createDriver()
    const acquire = driver.acquireConnection.bind(driver)
    const release = driver.releaseConnection.bind(driver)
    const known = new WeakSet<DatabaseConnection>()
    driver.acquireConnection = async (options) => {
      await this.#gate.enter()
      const connection = await acquire(options).catch((error: unknown) => {
        this.#gate.leave()
        throw fromPostgresError(error, this.#server)
      })
      if (!known.has(connection)) {
        known.add(connection)
        this.#improve(connection)
      }
      return connection
    }
    driver.releaseConnection = async (connection, options) => {
      await release(connection, options)
      this.#gate.leave()
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
