import type {
  AbortableOperationOptions,
  CompiledQuery,
  DatabaseConnection,
  Driver,
  QueryResult,
} from 'kysely'
import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { AppError, errorCatalogue } from '#kernel/errors.ts'
import type { ErrorCode } from '#kernel/errors.ts'

export interface ReportRequest {
  sql: string
  parameters: readonly unknown[]
}

export type ReportAnswer =
  | { rows: object[] }
  | { error: { name: string; message: string; code?: string | undefined; hint?: string | undefined } }

/** Idle processes end after this many milliseconds and give their memory back. */
const idleTime = 60_000

/**
 * Reads in processes of their own, so that a query of seconds delays neither a write nor a page. Processes and
 * not threads: Node cannot interrupt SQLite, and a thread inside of a query cannot be ended either.
 */
export class SqliteReportDriver implements Driver {
  readonly #path: string
  readonly #limit: number
  readonly #writes: boolean
  readonly #idle: ReportConnection[] = []
  readonly #waiting: PromiseWithResolvers<ReportConnection>[] = []
  readonly #alive = new Set<ReportConnection>()

  /** `writes`: for upkeep that takes long; it takes the file's write lock as another program would. */
  constructor(path: string, limit: number, { writes = false }: { writes?: boolean } = {}) {
    this.#path = path
    this.#limit = limit
    this.#writes = writes
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    const free = this.#idle.pop()
    if (free) return free.wake()
    if (this.#alive.size < this.#limit) return this.#start()
    const turn = Promise.withResolvers<ReportConnection>()
    this.#waiting.push(turn)
    return turn.promise
  }

  async beginTransaction(connection: ReportConnection): Promise<void> {
    await connection.run('begin', [])
  }

  async commitTransaction(connection: ReportConnection): Promise<void> {
    await connection.run('commit', [])
  }

  async rollbackTransaction(connection: ReportConnection): Promise<void> {
    await connection.run('rollback', [])
  }

  async releaseConnection(connection: ReportConnection): Promise<void> {
    const next = this.#waiting.shift()
    if (next) return next.resolve(connection.isEnded ? this.#start() : connection)
    if (connection.isEnded) return
    connection.rest(idleTime)
    this.#idle.push(connection)
  }

  /** Ends also what is in the middle of a query: its answer is wanted by nobody any more. */
  async destroy(): Promise<void> {
    for (const turn of this.#waiting.splice(0)) turn.reject(new Error('The database is closed'))
    for (const connection of this.#alive) connection.end()
  }

  #start(): ReportConnection {
    const connection: ReportConnection = new ReportConnection(
      [this.#path, this.#writes ? 'writes' : 'reads'],
      () => this.#forget(connection),
    )
    this.#alive.add(connection)
    return connection
  }

  #forget(connection: ReportConnection): void {
    this.#alive.delete(connection)
    const index = this.#idle.indexOf(connection)
    if (index >= 0) this.#idle.splice(index, 1)
  }
}

class ReportConnection implements DatabaseConnection {
  isEnded = false
  readonly #child: ChildProcess
  readonly #onEnd: () => void
  #timer: NodeJS.Timeout | undefined
  #pending: PromiseWithResolvers<object[]> | undefined

  constructor(parameters: readonly string[], onEnd: () => void) {
    this.#onEnd = onEnd
    this.#child = fork(fileURLToPath(new URL('./sqlite-report-process.ts', import.meta.url)), parameters, {
      serialization: 'advanced',
      execArgv: [],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    })
    this.#release()
    this.#child.on('message', (answer: ReportAnswer) => this.#answered(answer))
    this.#child.on('error', (error) => this.#ended(error))
    this.#child.on('exit', () => this.#ended(new Error('The reading process ended')))
  }

  run(sql: string, parameters: readonly unknown[]): Promise<object[]> {
    if (this.isEnded) return Promise.reject(new Error('The reading process ended'))
    this.#pending = Promise.withResolvers<object[]>()
    this.#child.ref()
    this.#child.channel?.ref()
    this.#child.send({ sql, parameters } satisfies ReportRequest)
    return this.#pending.promise
  }

  async executeQuery<Row>(
    query: CompiledQuery,
    options?: AbortableOperationOptions,
  ): Promise<QueryResult<Row>> {
    const signal = options?.signal
    signal?.throwIfAborted()
    // An unwanted query ends with its process.
    const stop = () => this.end()
    signal?.addEventListener('abort', stop, { once: true })
    try {
      return { rows: (await this.run(query.sql, query.parameters)) as Row[] }
    } catch (error) {
      // Whoever asked has already been given the signal's reason.
      if (signal?.aborted) return { rows: [] }
      throw error
    } finally {
      signal?.removeEventListener('abort', stop)
    }
  }

  // oxlint-disable-next-line require-yield -- listings are paged by key instead
  async *streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
    throw new Error('Listings are paged by key; there is no row stream on SQLite')
  }

  rest(milliseconds: number): void {
    this.#timer = setTimeout(() => this.end(), milliseconds).unref()
  }

  wake(): this {
    clearTimeout(this.#timer)
    return this
  }

  /** It counts as gone at once: its last moments must not keep the next one waiting. */
  end(): void {
    this.#ended(new Error('The reading process was ended'))
    this.#child.kill('SIGKILL')
  }

  /** An idle process must not keep this one alive. */
  #release(): void {
    this.#child.unref()
    this.#child.channel?.unref()
  }

  #answered(answer: ReportAnswer): void {
    // Under `node --watch` the process tells on the same way which files it has loaded.
    if (!('rows' in answer) && !('error' in answer)) return
    const pending = this.#pending
    this.#pending = undefined
    this.#release()
    if ('rows' in answer) return pending?.resolve(answer.rows)
    pending?.reject(revive(answer.error))
  }

  #ended(error: Error): void {
    if (this.isEnded) return
    this.isEnded = true
    clearTimeout(this.#timer)
    this.#onEnd()
    this.#pending?.reject(error)
    this.#pending = undefined
  }
}

function revive(error: { message: string; code?: string | undefined; hint?: string | undefined }): Error {
  if (error.code !== undefined && error.code in errorCatalogue)
    return new AppError(error.code as ErrorCode, error.message, error.hint ? { hint: error.hint } : {})
  return Object.assign(new Error(error.message), error)
}
