import { isUtf8 } from 'node:buffer'
import { open } from 'node:fs/promises'
import { rowsInvalid } from '#features/previews/row-complaints.ts'

const chunkBytes = 32 * 1024

/** How the bytes of a file are text, and a sentence where that was guessed. */
export interface FoundEncoding {
  encoding: string
  warning?: string
}

/**
 * Looks through a whole file for what its bytes mean: a byte order mark, what was `given`, UTF-8, or Windows-1252 where no
 * byte beyond ASCII is UTF-8. Throws ROWS_INVALID naming line and byte where one file holds two encodings.
 */
export async function findEncoding(
  path: string,
  from: string,
  given: string | undefined,
  signal: AbortSignal,
): Promise<FoundEncoding> {
  const start = await firstBytes(path)
  const marked = markedEncoding(start)
  if (marked === 'utf-16le' || marked === 'utf-16be') return { encoding: marked }
  if (given !== undefined && marked === undefined) return { encoding: knownEncoding(given, from) }
  if (start.includes(0)) throw noText(from)
  const bytes = await lookThrough(path, signal)
  if (bytes.firstBad === undefined) return { encoding: 'utf-8' }
  if (marked === 'utf-8' || bytes.hasUtf8) throw mixed(from, bytes.firstBad)
  return {
    encoding: 'windows-1252',
    warning: 'The file is not UTF-8 and was read as Windows-1252 (Latin-1); say `encoding` if it is another',
  }
}

/** The text of a file in pieces, its lines all ending in \n; the byte order mark is left out. */
export async function* readText(path: string, encoding: string, signal: AbortSignal): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding)
  let held = ''
  for await (const chunk of readBytes(path, signal)) {
    const text = held + decoder.decode(chunk, { stream: true })
    // A carriage return at the end may be half of a line end.
    held = text.endsWith('\r') ? '\r' : ''
    const whole = withPlainEnds(held === '' ? text : text.slice(0, -1))
    if (whole !== '') yield whole
  }
  const rest = withPlainEnds(held + decoder.decode())
  if (rest !== '') yield rest
}

/** The bytes of a file; a chunk is only good until the next is asked for. */
async function* readBytes(path: string, signal: AbortSignal): AsyncGenerator<Buffer> {
  await using file = await open(path)
  const buffer = Buffer.allocUnsafe(chunkBytes)
  for (;;) {
    signal.throwIfAborted()
    const { bytesRead } = await file.read(buffer, 0, chunkBytes)
    if (bytesRead === 0) return
    yield buffer.subarray(0, bytesRead)
  }
}

async function firstBytes(path: string): Promise<Buffer> {
  await using file = await open(path)
  const { buffer, bytesRead } = await file.read(Buffer.alloc(4096), 0, 4096, 0)
  return buffer.subarray(0, bytesRead)
}

const withPlainEnds = (text: string): string => (text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text)

function markedEncoding(start: Buffer): string | undefined {
  if (start[0] === 0xff && start[1] === 0xfe) return 'utf-16le'
  if (start[0] === 0xfe && start[1] === 0xff) return 'utf-16be'
  return start[0] === 0xef && start[1] === 0xbb && start[2] === 0xbf ? 'utf-8' : undefined
}

function knownEncoding(given: string, from: string): string {
  try {
    return new TextDecoder(given).encoding
  } catch {
    throw rowsInvalid(from, `there is no encoding ${given}`, [
      { path: 'rowsFrom.encoding', value: given, expected: 'utf-8, utf-16le, windows-1252 or the like' },
    ])
  }
}

interface BadByte {
  line: number
  /** Counts from 1, in the file. */
  byte: number
  value: number
}

async function lookThrough(path: string, signal: AbortSignal) {
  let hasUtf8 = false
  let firstBad: BadByte | undefined
  let [offset, lines] = [0, 1]
  let carried = Buffer.alloc(0)
  const look = (piece: Buffer) => {
    const isGood = isUtf8(piece)
    if (!hasUtf8 || !isGood) {
      const found = characters(piece)
      hasUtf8 ||= found.hasUtf8
      if (firstBad === undefined && found.bad !== undefined) {
        const line = lines + newlines(piece.subarray(0, found.bad))
        firstBad = { line, byte: offset + found.bad + 1, value: piece[found.bad]! }
      }
    }
    offset += piece.length
    if (firstBad === undefined) lines += newlines(piece)
  }
  for await (const chunk of readBytes(path, signal)) {
    const bytes = carried.length === 0 ? chunk : Buffer.concat([carried, chunk])
    const end = wholeCharacters(bytes)
    look(bytes.subarray(0, end))
    carried = Buffer.from(bytes.subarray(end))
    if (firstBad !== undefined && hasUtf8) break
  }
  if (carried.length > 0) look(carried)
  return { hasUtf8, firstBad }
}

function newlines(bytes: Buffer): number {
  let found = 0
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) found += 1
  return found
}

/** Where a character that the bytes may not hold to its end begins. */
function wholeCharacters(bytes: Buffer): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back += 1) {
    const byte = bytes[bytes.length - back]!
    if (byte < 0x80) return bytes.length
    if (byte >= 0xc0) return bytes.length - back
  }
  return bytes.length
}

/** Whether there is a character beyond ASCII, and where the first byte stands that belongs to none. */
function characters(bytes: Buffer): { hasUtf8: boolean; bad: number | undefined } {
  let hasUtf8 = false
  let bad: number | undefined
  for (let at = 0; at < bytes.length;) {
    const byte = bytes[at]!
    if (byte < 0x80) {
      at += 1
      continue
    }
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2
    if (byte >= 0xc2 && isUtf8(bytes.subarray(at, at + length)) && at + length <= bytes.length) {
      hasUtf8 = true
      at += length
    } else {
      bad ??= at
      at += 1
    }
    if (hasUtf8 && bad !== undefined) break
  }
  return { hasUtf8, bad }
}

const mixed = (from: string, { line, byte, value }: BadByte) =>
  rowsInvalid(
    from,
    'the file holds text in more than one encoding',
    [
      {
        path: `line ${line}, byte ${byte}`,
        value: `0x${value.toString(16)}`,
        expected: 'UTF-8, as elsewhere in the file',
      },
    ],
    'Save the file in one encoding, or say `encoding` to read all of it so.',
  )

const noText = (from: string) =>
  rowsInvalid(
    from,
    'the file holds bytes that are no text',
    [],
    'If it is UTF-16 without a byte order mark, say `encoding: utf-16le`; an Excel file ends in .xlsx.',
  )
