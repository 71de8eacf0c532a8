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
/** How long closing waits for a transaction that is still open before it undoes it. */
const farewell = 5_000

const closed = () => new Error('The database is closed')

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
  #hasMember = false
  #closed = false
  readonly #patience: number

  /** `patience`: milliseconds that another process may hold the file before we give up. */
  constructor(handle: SqliteHandle, patience: number) {
    this.handle = handle
    this.#patience = patience
  }

  /** Waits for the turn and opens a savepoint; give the result to commit or rollback. */
  async begin(): Promise<number> {
    await this.#turn()
    try {
      await this.#openGroup()
      this.handle.exec('savepoint member')
      this.#hasMember = true
      return this.#group
    } catch (error) {
      this.#fail(error)
      throw error
    }
  }

  /** Resolves when the transaction is on disk. */
  async commit(group: number): Promise<void> {
    try {
      this.assertOpen(group)
      this.handle.exec('release member')
    } catch (error) {
      this.#fail(error)
      throw error
    }
    await this.#committed()
  }

  /** After SQLite undid a transaction by itself, a further statement would be committed alone. */
  assertOpen(group: number): void {
    if (group !== this.#group)
      throw new AppError('DATABASE_FULL', 'The transaction was undone by an earlier error', {
        hint: 'Nothing of it was kept; try again.',
      })
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

  /** Lets open transactions end, up to a limit; nothing is accepted any more. */
  async drain(): Promise<void> {
    if (this.#closed) return
    const last = this.#turn()
    this.#closed = true
    const over = new AbortController()
    await Promise.race([last, wait(farewell, undefined, { signal: over.signal }).catch(() => {})])
    over.abort()
    if (this.#hasMember && this.handle.isInTransaction) this.handle.exec('rollback to member')
    this.#commitGroup()
    for (const member of this.#waiting.splice(0)) member.reject(closed())
  }

  async #turn(): Promise<void> {
    if (this.#closed) throw closed()
    if (!this.#taken) {
      this.#taken = true
      return
    }
    await new Promise<void>((resolve, reject) => this.#waiting.push({ resolve, reject }))
  }

  /** Takes the write lock; another process may hold it for a while, which must not stop the event loop. */
  async #openGroup(): Promise<void> {
    if (this.handle.isInTransaction) return
    const until = performance.now() + this.#patience
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
    this.#hasMember = false
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
