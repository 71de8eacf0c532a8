import type { QueryResult } from 'kysely'
import { setTimeout as wait } from 'node:timers/promises'
import { AppError } from '#kernel/errors.ts'
import type { SqliteHandle } from '#database/sqlite/sqlite-handle.ts'

interface Member {
  resolve(): void
  reject(error: unknown): void
}

/** A group is committed after this many milliseconds even while others still wait to join it. */
const groupAge = 10
/** How long another process may hold the file before we give up. */
const patience = 15_000

/**
 * The one writer of a SQLite file. Transactions take turns; those that queue up meanwhile join the same
 * durable commit, each as a savepoint of its own. None resolves before the group's commit is on disk.
 */
export class SqliteWriter {
  readonly handle: SqliteHandle
  readonly #waiting: Member[] = []
  #finished: Member[] = []
  #taken = false
  #group = 0
  #openedAt = 0

  constructor(handle: SqliteHandle) {
    this.handle = handle
  }

  /** Waits for the turn and opens a savepoint; give the result to commit or rollback. */
  async begin(): Promise<number> {
    await this.#turn()
    try {
      await this.#openGroup()
      this.handle.exec('savepoint member')
      return this.#group
    } catch (error) {
      this.#fail(error)
      throw error
    }
  }

  /** Resolves when the transaction is on disk. */
  async commit(group: number): Promise<void> {
    try {
      if (group !== this.#group)
        throw new AppError('DATABASE_FULL', 'The transaction was undone by an earlier error')
      this.handle.exec('release member')
    } catch (error) {
      this.#fail(error)
      throw error
    }
    await this.#committed()
  }

  rollback(group: number): void {
    // An error like a full disk ends SQLite's transaction by itself; then there is nothing to take back.
    if (group === this.#group && this.handle.isInTransaction) {
      this.handle.exec('rollback to member')
      this.handle.exec('release member')
    }
    this.#passTurn()
  }

  /** A single statement: atomic by itself, so it joins the group without a savepoint. */
  async run<Row>(work: (handle: SqliteHandle) => QueryResult<Row>): Promise<QueryResult<Row>> {
    await this.#turn()
    let result: QueryResult<Row>
    try {
      await this.#openGroup()
      result = work(this.handle)
    } catch (error) {
      this.afterError(error)
      this.#passTurn()
      throw error
    }
    await this.#committed()
    return result
  }

  /** After a failed statement: when SQLite rolled everything back, nobody of the group may believe in a commit. */
  afterError(error: unknown): void {
    if (this.handle.isInTransaction) return
    const lost = this.#finished
    this.#finished = []
    this.#group += 1
    for (const member of lost) member.reject(error)
  }

  close(): void {
    this.#commitGroup()
    this.handle.close()
  }

  async #turn(): Promise<void> {
    if (!this.#taken) {
      this.#taken = true
      return
    }
    await new Promise<void>((resolve, reject) => this.#waiting.push({ resolve, reject }))
  }

  /** Takes the write lock; another process may hold it for a while, which must not stop the event loop. */
  async #openGroup(): Promise<void> {
    if (this.handle.isInTransaction) return
    const until = performance.now() + patience
    for (;;) {
      try {
        this.handle.exec('begin immediate')
        this.#openedAt = performance.now()
        return
      } catch (error) {
        const isLocked = error instanceof AppError && error.code === 'DATABASE_LOCKED'
        if (!isLocked || performance.now() > until) throw error
        await wait(20)
      }
    }
  }

  #committed(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#finished.push({ resolve, reject })
      this.#passTurn()
    })
  }

  #fail(error: unknown): void {
    this.afterError(error)
    this.#passTurn()
  }

  #passTurn(): void {
    if (this.#waiting.length > 0 && performance.now() - this.#openedAt > groupAge) this.#commitGroup()
    const next = this.#waiting.shift()
    if (next) return next.resolve()
    this.#taken = false
    // One turn of the event loop later, so that what is asked for at the same time shares the commit.
    setImmediate(() => {
      if (!this.#taken) this.#commitGroup()
    })
  }

  #commitGroup(): void {
    if (!this.handle.isInTransaction) return
    const members = this.#finished
    this.#finished = []
    this.#group += 1
    try {
      this.handle.exec('commit')
    } catch (error) {
      if (this.handle.isInTransaction) this.handle.exec('rollback')
      for (const member of members) member.reject(error)
      return
    }
    for (const member of members) member.resolve()
  }
}
