import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'

/** Some heartbeats of the spool, and what to do when the hub has them. */
export interface SpooledBatch {
  lines: string[]
  /** Takes them out. */
  done(): void
}

/** Heartbeats that the hub has not got yet, on the disk. */
export interface Spool {
  /** On the disk when it returns. */
  add(line: string): void
  /** The oldest, as many as lie together; undefined when there are none. */
  oldest(): SpooledBatch | undefined
  /** Thrown away because there was no more room, since the agent runs. */
  readonly dropped: number
  readonly bytes: number
}

export interface SpoolLimits {
  /** Bytes of all files; the oldest file goes when there are more. */
  bytes: number
  /** Heartbeats that lie together in a file and are sent as one batch. */
  batch: number
}

/** About two weeks of a heartbeat a minute, and a batch that the hub takes in one piece. */
export const usualLimits: SpoolLimits = { bytes: 64 * 1_048_576, batch: 200 }

/**
 * Files of lines, named by their order. Lines are only ever added to the newest, and a file goes when the hub has all of
 * it: whenever the process is killed, at worst some heartbeats are sent twice, which the hub takes as once.
 */
export function openSpool(folder: string, limits: SpoolLimits = usualLimits): Spool {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const sizes = new Map<number, number>()
  for (const name of readdirSync(folder)) {
    const number = /^(\d{10})\.jsonl$/.exec(name)?.[1]
    if (number !== undefined) sizes.set(Number(number), statSync(join(folder, name)).size)
  }
  let dropped = 0
  // What an earlier process wrote may end in the middle of a line, so a new one begins a file of its own.
  let open: { number: number; lines: number } | undefined

  const pathOf = (number: number) => join(folder, `${String(number).padStart(10, '0')}.jsonl`)
  const numbers = () => [...sizes.keys()].sort((one, other) => one - other)
  const total = () => [...sizes.values()].reduce((sum, size) => sum + size, 0)

  function remove(number: number): void {
    rmSync(pathOf(number), { force: true })
    sizes.delete(number)
    if (open?.number === number) open = undefined
  }

  function makeRoom(needed: number): void {
    while (sizes.size > 0 && total() + needed > limits.bytes) {
      const [first] = numbers()
      dropped += readLines(pathOf(first!)).length
      remove(first!)
    }
  }

  return {
    get dropped() {
      return dropped
    },
    get bytes() {
      return total()
    },
    add(line) {
      const text = `${line}\n`
      const length = Buffer.byteLength(text)
      makeRoom(length)
      if (open === undefined || open.lines >= limits.batch)
        open = { number: (numbers().at(-1) ?? 0) + 1, lines: 0 }
      writeDurably(pathOf(open.number), text)
      open.lines += 1
      sizes.set(open.number, (sizes.get(open.number) ?? 0) + length)
    },
    oldest() {
      for (const number of numbers()) {
        const lines = readLines(pathOf(number))
        if (lines.length === 0) {
          remove(number)
          continue
        }
        // Nothing is added to what is being sent.
        if (open?.number === number) open = undefined
        return { lines, done: () => remove(number) }
      }
      return undefined
    },
  }
}

function writeDurably(path: string, text: string): void {
  const file = openSync(path, 'a', 0o600)
  try {
    writeSync(file, text)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

/** The whole lines of a file; one that was cut off by a crash is none. */
function readLines(path: string): string[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .slice(0, -1)
    .filter((line) => isWhole(line))
}

function isWhole(line: string): boolean {
  try {
    return typeof JSON.parse(line) === 'object'
  } catch {
    return false
  }
}
