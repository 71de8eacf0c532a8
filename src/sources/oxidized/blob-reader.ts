import type { ChildProcessByStdio } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'

type Child = ChildProcessByStdio<Writable, Readable, Readable>

/** Takes bytes off a stream, as many as are wanted. */
class ByteTap {
  readonly #chunks: AsyncIterator<Buffer>
  #held: Buffer = Buffer.alloc(0)

  constructor(stream: Readable) {
    this.#chunks = (stream as AsyncIterable<Buffer>)[Symbol.asyncIterator]()
  }

  /** Undefined when the stream ended before. */
  async line(): Promise<string | undefined> {
    for (;;) {
      const end = this.#held.indexOf(0x0a)
      if (end !== -1)
        return this.#take(end + 1)
          .subarray(0, end)
          .toString('latin1')
      if (!(await this.#more())) return undefined
    }
  }

  async bytes(count: number): Promise<Buffer | undefined> {
    const parts: Buffer[] = []
    let missing = count
    for (;;) {
      const part = this.#take(Math.min(missing, this.#held.length))
      parts.push(part)
      missing -= part.length
      if (missing === 0) return Buffer.concat(parts)
      if (!(await this.#more())) return undefined
    }
  }

  #take(count: number): Buffer {
    const taken = this.#held.subarray(0, count)
    this.#held = this.#held.subarray(count)
    return taken
  }

  async #more(): Promise<boolean> {
    const next = await this.#chunks.next()
    if (next.done) return false
    this.#held = this.#held.length === 0 ? next.value : Buffer.concat([this.#held, next.value])
    return true
  }
}

export interface BlobReader {
  /** The bytes of a blob; one after the other, in the order asked for. */
  read(oid: string, signal: AbortSignal): Promise<Buffer>
  close(): Promise<void>
}

const header = /^[0-9a-f]+ blob (\d+)$/

/** Reads blobs from one `git cat-file --batch` that is kept running. */
export function createBlobReader(start: () => Child, failure: (said: string) => Error): BlobReader {
  let running: { child: Child; tap: ByteTap; closed: Promise<unknown> } | undefined
  let queue: Promise<unknown> = Promise.resolve()

  function run() {
    const child = start()
    const closed = new Promise((resolve) => {
      child.once('close', resolve)
      child.once('error', resolve)
    })
    child.stdin.on('error', () => {})
    child.stderr.resume()
    return { child, tap: new ByteTap(child.stdout), closed }
  }

  async function readNow(oid: string, signal: AbortSignal): Promise<Buffer> {
    signal.throwIfAborted()
    running ??= run()
    const { child, tap } = running
    const stop = () => child.kill('SIGKILL')
    signal.addEventListener('abort', stop, { once: true })
    try {
      child.stdin.write(`${oid}\n`)
      const line = await tap.line()
      const size = header.exec(line ?? '')?.[1]
      signal.throwIfAborted()
      if (size === undefined) throw failure(line ?? 'git ended before it had read a blob')
      const bytes = await tap.bytes(Number(size) + 1)
      signal.throwIfAborted()
      if (bytes === undefined) throw failure(`blob ${oid} ended before its end`)
      return bytes.subarray(0, Number(size))
    } finally {
      signal.removeEventListener('abort', stop)
    }
  }

  return {
    read(oid, signal) {
      const reading = queue.then(() => readNow(oid, signal))
      queue = reading.catch(() => {})
      return reading
    },
    async close() {
      await queue
      running?.child.kill('SIGKILL')
      await running?.closed
    },
  }
}
