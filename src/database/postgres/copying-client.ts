import { Client } from 'pg'
import type { Connection, Submittable } from 'pg'

/**
 * A client that also takes `copy TABLE (...) from stdin` with the rows as its one parameter: the engine's own way to
 * take many rows, for which `pg` has no method.
 */
export class CopyingClient extends Client {
  override query(...args: unknown[]): never {
    const [text, values] = args
    if (typeof text === 'string' && text.startsWith('copy ') && Array.isArray(values) && values.length === 1)
      return this.#copy(text, values[0] as string) as never
    return (super.query as (...given: unknown[]) => never).apply(this, args)
  }

  #copy(statement: string, lines: string): Promise<{ command: string; rowCount: number; rows: [] }> {
    return new Promise((resolve, reject) => {
      const copy = new Copy(statement, lines, (error, rowCount) =>
        error ? reject(error) : resolve({ command: 'INSERT', rowCount, rows: [] }),
      )
      ;(super.query as (query: Submittable) => unknown).call(this, copy)
    })
  }
}

type Done = (error: Error | undefined, rowCount: number) => void

/** The connection as far as `pg` does not describe it. */
interface CopyConnection extends Connection {
  sendCopyFromChunk(chunk: Buffer): void
  endCopyFrom(): void
}

/** One COPY under way; `pg` calls its methods as messages of the server come in. */
class Copy implements Submittable {
  readonly #statement: string
  readonly #lines: string
  readonly #done: Done
  #rowCount = 0

  constructor(statement: string, lines: string, done: Done) {
    this.#statement = statement
    this.#lines = lines
    this.#done = done
  }

  submit(connection: Connection): void {
    connection.query(this.#statement)
  }

  handleCopyInResponse(connection: CopyConnection): void {
    connection.sendCopyFromChunk(Buffer.from(this.#lines))
    connection.endCopyFrom()
  }

  handleCommandComplete({ text }: { text: string }): void {
    this.#rowCount = Number(text.split(' ')[1])
  }

  /** The server ignores what it was still sent of the rows, and `pg` tells nobody when it is ready again. */
  handleError(error: Error): void {
    this.#done(error, 0)
  }

  handleReadyForQuery(): void {
    this.#done(undefined, this.#rowCount)
  }
}
