import { promisify } from 'node:util'
import { gunzip, inflate, zstdDecompress } from 'node:zlib'
import { uncompress } from 'snappyjs'
import { UnreadableBody } from '#features/ingest/unreadable-body.ts'

/** What a packed body may become, in bytes: many times what agents send, and far from what memory holds. */
export const unpackedAtMost = 33_554_432

type Unpack = (body: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>

const unpackers = new Map<string, Unpack>([
  ['gzip', promisify<Buffer, { maxOutputLength: number }, Buffer>(gunzip)],
  ['deflate', promisify<Buffer, { maxOutputLength: number }, Buffer>(inflate)],
  ['zstd', promisify<Buffer, { maxOutputLength: number }, Buffer>(zstdDecompress)],
])

/** The body as it was before it was packed. Stops where it would become larger than is taken. */
export async function unpackBody(body: Buffer, encoding: string | undefined): Promise<Buffer> {
  const name = (encoding ?? 'identity').trim().toLowerCase()
  if (name === 'identity' || name === '') return body
  if (name === 'snappy') return unpackSnappy(body)
  const unpack = unpackers.get(name)
  if (unpack === undefined)
    throw new UnreadableBody(
      'unknown format',
      `The body is packed as ${shown(name)}, which is not read here`,
      'Send it as it is, or packed with gzip, deflate, zstd or, for Prometheus, snappy.',
    )
  try {
    return await unpack(body, { maxOutputLength: unpackedAtMost })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge()
    throw new UnreadableBody('malformed', `The body is said to be packed with ${name}, and is not`)
  }
}

/** Snappy in one block, as Prometheus sends it: its first bytes say how long it becomes. */
function unpackSnappy(body: Buffer): Buffer {
  const length = declaredLength(body)
  if (length !== undefined && length > unpackedAtMost) throw tooLarge()
  // No block says more than 64 bytes with 3: what promises more is broken, and nothing is set aside for it.
  if (length === undefined || length > body.length * 32)
    throw new UnreadableBody('malformed', 'The body is said to be packed with snappy, and is not')
  try {
    return uncompress(body, unpackedAtMost)
  } catch {
    throw new UnreadableBody('malformed', 'The body is said to be packed with snappy, and is not')
  }
}

/** The number that a snappy block begins with; undefined where there is none. */
function declaredLength(body: Buffer): number | undefined {
  let length = 0
  for (let index = 0; index < Math.min(5, body.length); index += 1) {
    const byte = body[index]!
    length += (byte & 0x7f) * 2 ** (7 * index)
    if (byte < 0x80) return length
  }
  return undefined
}

const tooLarge = () =>
  new UnreadableBody(
    'too large',
    `The body holds more than ${unpackedAtMost.toLocaleString('en')} bytes when it is unpacked`,
    'Let the sender make smaller batches.',
  )

const shown = (name: string): string => name.slice(0, 40).replaceAll(/[^\w.+-]/g, '?')
