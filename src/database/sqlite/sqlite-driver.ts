import type { CompiledQuery, DatabaseConnection, Driver, QueryCompiler, QueryResult } from 'kysely'
import type { SqliteHandle } from '#database/sqlite/sqlite-handle.ts'
import type { SqliteWriter } from '#database/sqlite/sqlite-writer.ts'
import { isManyQuery } from '#database/many-query.ts'

/** Sends reads to the reading connection, single writes and transactions to the one writer. */
export class SqliteDriver implements Driver {
  readonly #writer: SqliteWriter
  readonly #reader: SqliteHandle

  constructor(writer: SqliteWriter, reader: SqliteHandle) {
    this.#writer = writer
    this.#reader = reader
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    return new SqliteConnection(this.#writer, this.#reader)
  }

  async beginTransaction(connection: SqliteConnection): Promise<void> {
    connection.group = await this.#writer.begin()
  }

  async commitTransaction(connection: SqliteConnection): Promise<void> {
    const group = connection.group!
    connection.group = undefined
    await this.#writer.commit(group)
  }

  async rollbackTransaction(connection: SqliteConnection): Promise<void> {
    const group = connection.group
    connection.group = undefined
    if (group !== undefined) this.#writer.rollback(group)
  }

  async savepoint(
    connection: SqliteConnection,
    name: string,
    _compile: QueryCompiler['compileQuery'],
  ): Promise<void> {
    connection.exec(`savepoint "${name}"`)
  }

  async rollbackToSavepoint(connection: SqliteConnection, name: string): Promise<void> {
    connection.exec(`rollback to "${name}"`)
  }

  async releaseSavepoint(connection: SqliteConnection, name: string): Promise<void> {
    connection.exec(`release "${name}"`)
  }

  async releaseConnection(): Promise<void> {}

  async destroy(): Promise<void> {
    await closeBoth(this.#writer, this.#reader)
  }
}

/** The writer goes last: a reader cannot bring the log back into the file, so it would stay beside it. */
export async function closeBoth(writer: SqliteWriter, reader: SqliteHandle): Promise<void> {
  await writer.drain()
  reader.close()
  writer.handle.close()
}

class SqliteConnection implements DatabaseConnection {
  /** The writer's group while a transaction is open. */
  group: number | undefined
  readonly #writer: SqliteWriter
  readonly #reader: SqliteHandle

  constructor(writer: SqliteWriter, reader: SqliteHandle) {
    this.#writer = writer
    this.#reader = reader
  }

  exec(sql: string): void {
    this.#writer.assertOpen(this.group!)
    this.#writer.handle.exec(sql)
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    if (this.group !== undefined) return this.#inTransaction(this.group, query)
    if (isReading(query)) return this.#reader.execute(query.sql, query.parameters)
    return this.#writer.run((handle) => executeOn(handle, query))
  }

  #inTransaction<Row>(group: number, query: CompiledQuery): QueryResult<Row> {
    this.#writer.assertOpen(group)
    try {
      return executeOn(this.#writer.handle, query)
    } catch (error) {
      this.#writer.afterError(error)
      throw error
    }
  }

  // oxlint-disable-next-line require-yield -- listings are paged by key instead
  async *streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
    throw new Error('Listings are paged by key; there is no row stream on SQLite')
  }
}

function executeOn<Row>(handle: SqliteHandle, query: CompiledQuery): QueryResult<Row> {
  if (!isManyQuery(query)) return handle.execute(query.sql, query.parameters)
  const changes = handle.executeMany(query.sql, query.rows)
  return { rows: changes as Row[], numAffectedRows: BigInt(changes.reduce((sum, each) => sum + each, 0)) }
}

function isReading(query: CompiledQuery): boolean {
  if (query.query.kind === 'SelectQueryNode') return true
  if (query.query.kind !== 'RawNode') return false
  return (
    /^\s*(select|explain|pragma|with)\b/i.test(query.sql) &&
    !/\b(insert|update|delete|replace)\b/i.test(query.sql)
  )
}
