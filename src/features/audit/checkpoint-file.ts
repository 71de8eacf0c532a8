import { hash } from 'node:crypto'
import {
  closeSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readSync,
  writeSync,
} from 'node:fs'
import { open } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import type { AuditSigner } from '#features/audit/chain-head.ts'
import { noHash } from '#features/audit/line-hash.ts'
import { canonicalJson } from '#kernel/json.ts'

/** A signed mark of where the chain ended, kept outside of the database. */
export const Checkpoint = z.object({
  kind: z
    .enum(['checkpoint', 'restored'])
    .describe(
      'restored: the database was replaced by an older one on purpose; marks past `after` count no more.',
    ),
  id: z.number().int(),
  hash: z.string(),
  at: z.string(),
  database: z.string(),
  after: z.number().int().nullable(),
  previous: z.string().describe('SHA-256 of the line of the file before this one.'),
  keyId: z.string(),
  mac: z.string(),
})
export type Checkpoint = z.infer<typeof Checkpoint>

/** One line of the file; `checkpoint` is undefined where it is none. */
export interface CheckpointLine {
  number: number
  /** SHA-256 of the line before, as it is. */
  previous: string
  checkpoint: Checkpoint | undefined
}

const purpose = 'audit checkpoint'

const textOf = ({ keyId: _, mac: __, ...content }: Checkpoint): string => canonicalJson(content)

/** Puts the signature to a checkpoint. */
export const signCheckpoint = (
  signer: AuditSigner,
  content: Omit<Checkpoint, 'keyId' | 'mac'>,
): Checkpoint => ({ ...content, ...signer.mac(purpose, textOf({ ...content, keyId: '', mac: '' })) })

/** Whether we wrote it. */
export const checkCheckpoint = (
  signer: AuditSigner,
  checkpoint: Checkpoint,
): ReturnType<AuditSigner['checkMac']> => signer.checkMac(purpose, textOf(checkpoint), checkpoint)

/** The lines of the file, first to last; none where there is no file. What a crash left of a last line is no line. */
export async function* readCheckpoints(file: string, signal: AbortSignal): AsyncGenerator<CheckpointLine> {
  const handle = await open(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (!handle) return
  try {
    let rest = ''
    let number = 0
    let previous = noHash
    for await (const piece of handle.createReadStream({ encoding: 'utf8', signal, autoClose: false })) {
      const lines = (rest + piece).split('\n')
      rest = lines.pop()!
      for (const line of lines) {
        number += 1
        yield { number, previous, checkpoint: parseCheckpoint(line) }
        previous = hash('sha256', line)
      }
    }
  } finally {
    await handle.close()
  }
}

function parseCheckpoint(line: string): Checkpoint | undefined {
  try {
    return Checkpoint.safeParse(JSON.parse(line)).data
  } catch {
    return undefined
  }
}

/** More than a line can have. */
const tailBytes = 8_192

/**
 * Adds a line to the file, on disk when it returns. `make` gets the last line there is and may give undefined. The
 * caller sees to it that nobody else writes: two at a time would both follow the same line.
 */
export function addCheckpoint(
  file: string,
  make: (last: { checkpoint: Checkpoint | undefined; hash: string }) => Checkpoint | undefined,
): Checkpoint | undefined {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 })
  const descriptor = openSync(file, 'a+', 0o600)
  try {
    const last = lastLine(descriptor)
    const made = make({
      checkpoint: parseCheckpoint(last),
      hash: last === '' ? noHash : hash('sha256', last),
    })
    if (!made) return undefined
    writeSync(descriptor, `${JSON.stringify(made)}\n`)
    fsyncSync(descriptor)
    return made
  } finally {
    closeSync(descriptor)
  }
}

/** The last whole line; the remains of one that a crash cut short are taken away. */
function lastLine(descriptor: number): string {
  const { size } = fstatSync(descriptor)
  const tail = Buffer.alloc(Math.min(size, tailBytes))
  readSync(descriptor, tail, 0, tail.length, size - tail.length)
  const end = tail.lastIndexOf('\n')
  if (end + 1 < tail.length) ftruncateSync(descriptor, size - tail.length + end + 1)
  return tail.subarray(tail.lastIndexOf('\n', end - 1) + 1, Math.max(end, 0)).toString('utf8')
}
