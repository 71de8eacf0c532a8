import { open, type FileHandle } from 'node:fs/promises'
import { AppError } from '#kernel/errors.ts'

/** No lease file of any server has lines near this long; a longer one is another kind of file. In bytes. */
const longestLine = 1024 * 1024

const chunkBytes = 256 * 1024

/** What reading a file line by line ended with. */
export interface LinesRead {
  /** How many whole lines there were. */
  lines: number
  /** Bytes after the last line end: a line that is still being written, or was never finished. Empty when there are none. */
  rest: string
}

/** Opens a file for reading; SOURCE_FILE_UNREADABLE says why it cannot be. */
export async function openFile(path: string): Promise<FileHandle> {
  let file: FileHandle
  try {
    file = await open(path, 'r')
  } catch (cause) {
    throw unreadable(path, cause)
  }
  if ((await file.stat()).isFile()) return file
  await file.close()
  throw unreadable(path, { code: 'EISDIR' })
}

/** Whether the error says that there is no such file. */
export const isMissingFile = (error: unknown): boolean =>
  error instanceof AppError && (error.cause as { code?: string } | undefined)?.code === 'ENOENT'

/** The error for a file that is not there. */
export const missingFile = (path: string): AppError => unreadable(path, { code: 'ENOENT' })

const reasons: Record<string, [string, string]> = {
  ENOENT: ['does not exist', 'Check the path, and that the folder is mounted on this machine.'],
  EACCES: ['may not be read', 'Let the user that runs Rollcall read the file and enter its folders.'],
  EPERM: ['may not be read', 'Let the user that runs Rollcall read the file and enter its folders.'],
  EISDIR: ['is not a file', 'Give the path of the file itself.'],
}

function unreadable(path: string, cause: unknown): AppError {
  const code = (cause as { code?: string }).code ?? 'an error'
  const [sentence, hint] = reasons[code] ?? [
    `cannot be read (${code})`,
    'Check the disk and the mount it is on.',
  ]
  return new AppError('SOURCE_FILE_UNREADABLE', `${path} ${sentence}`, { hint, cause })
}

/**
 * Calls back for each whole line, in memory that depends on neither the file's size nor its content.
 * Lines are bytes (one character each, latin1) without their line end; those kept must be copied,
 * because a slice holds on to the chunk it was cut from. A line beyond a megabyte is refused with its number.
 * Reads no further than limitBytes.
 */
export async function eachLine(
  file: FileHandle,
  path: string,
  onLine: (line: string, number: number) => void,
  signal: AbortSignal,
  limitBytes = Number.POSITIVE_INFINITY,
): Promise<LinesRead> {
  const buffer = Buffer.allocUnsafe(chunkBytes)
  let rest = ''
  let lines = 0
  for (let position = 0; position < limitBytes;) {
    signal.throwIfAborted()
    const { bytesRead } = await file.read(buffer, 0, Math.min(chunkBytes, limitBytes - position), position)
    if (bytesRead === 0) break
    position += bytesRead
    const text = rest + buffer.toString('latin1', 0, bytesRead)
    let start = 0
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', start)) {
      lines += 1
      if (end - start > longestLine) throw tooLong(path, lines)
      onLine(text.slice(start, text.charCodeAt(end - 1) === 13 ? end - 1 : end), lines)
      start = end + 1
    }
    rest = text.slice(start)
    if (rest.length > longestLine) throw tooLong(path, lines + 1)
  }
  signal.throwIfAborted()
  return { lines, rest }
}

const tooLong = (path: string, line: number): AppError =>
  badLine(
    path,
    line,
    `it is longer than ${longestLine} bytes`,
    'This looks like a damaged file or another kind of file.',
  )

/** The error for a file that is not what it should be, naming the line. */
export const badLine = (path: string, line: number, what: string, hint?: string): AppError =>
  new AppError('SOURCE_ANSWER_INVALID', `Line ${line} of ${path} cannot be read: ${what}`, {
    ...(hint === undefined ? {} : { hint }),
    complaints: [{ path: `line ${line}`, expected: what }],
  })
