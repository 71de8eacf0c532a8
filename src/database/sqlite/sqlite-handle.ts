import type { QueryResult } from 'kysely'
import * as sqlite from 'node:sqlite'
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { fromSqliteError } from '#database/sqlite/sqlite-errors.ts'

// Newer Node versions name the class Database.
export const DatabaseClass =
  sqlite.DatabaseSync ?? (sqlite as unknown as { Database: typeof DatabaseSync }).Database

type Value = null | number | bigint | string | NodeJS.ArrayBufferView

const statementsKept = 400

interface Kept {
  statement: StatementSync
  /** It gives rows. */
  isReturning: boolean
}

/** One open SQLite file: statements are prepared once and kept, parameters are checked, errors translated. */
export class SqliteHandle {
  readonly path: string
  readonly #database: DatabaseSync
  readonly #statements = new Map<string, Kept>()

  constructor(path: string, options: { readOnly: boolean; pragmas: readonly string[] }) {
    this.path = path
    this.#database = this.#guard(
      () => new DatabaseClass(path, { readOnly: options.readOnly, timeout: 5_000 }),
    )
    try {
      for (const pragma of options.pragmas) this.exec(`pragma ${pragma}`)
    } catch (error) {
      this.#database.close()
      throw error
    }
  }

  get isInTransaction(): boolean {
    return this.#database.isTransaction
  }

  /** The value of a pragma. */
  pragma(name: string): unknown {
    return Object.values(this.execute<object>(`pragma ${name}`, []).rows[0] ?? {})[0]
  }

  exec(sql: string): void {
    this.#guard(() => this.#database.exec(sql))
  }

  execute<Row>(sql: string, parameters: readonly unknown[]): QueryResult<Row> {
    return this.#guard(() => {
      const { statement, isReturning } = this.#prepare(sql)
      const values = toValues(parameters)
      if (isReturning) {
        const rows = statement.all(...values) as Row[]
        return { rows, numAffectedRows: BigInt(rows.length) }
      }
      const { changes, lastInsertRowid } = statement.run(...values)
      return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) }
    })
  }

  /** Runs one statement for each row of parameters; gives how many rows it changed each time. */
  executeMany(sql: string, rows: readonly (readonly unknown[])[]): number[] {
    return this.#guard(() => {
      const { statement } = this.#prepare(sql)
      return rows.map((row) => Number(statement.run(...toValues(row)).changes))
    })
  }

  close(): void {
    this.#statements.clear()
    this.#database.close()
  }

  #prepare(sql: string): Kept {
    const known = this.#statements.get(sql)
    if (known) {
      this.#statements.delete(sql)
      this.#statements.set(sql, known)
      return known
    }
    const statement = this.#database.prepare(sql)
    const kept = { statement, isReturning: statement.columns().length > 0 }
    this.#statements.set(sql, kept)
    if (this.#statements.size > statementsKept) {
      this.#statements.delete(this.#statements.keys().next().value as string)
    }
    return kept
  }

  #guard<T>(work: () => T): T {
    try {
      return work()
    } catch (error) {
      throw fromSqliteError(error, this.path)
    }
  }
}

const isValue = (value: unknown): value is Value =>
  value === null || typeof value === 'string' || typeof value === 'number'

/** Mostly they can be taken as they are. */
const toValues = (parameters: readonly unknown[]): readonly Value[] =>
  parameters.every(isValue) ? parameters : parameters.map(toValue)

/** A leading plain object would be taken for named parameters and store NULL without a word, so it is refused. */
function toValue(value: unknown): Value {
  if (value === undefined || value === null) return null
  if (typeof value === 'boolean') return value ? 1 : 0
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint') return value
  if (ArrayBuffer.isView(value)) return value as NodeJS.ArrayBufferView
  throw new TypeError(`SQLite takes no ${value.constructor?.name ?? typeof value} as a parameter`)
}
