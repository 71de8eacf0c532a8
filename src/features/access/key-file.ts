import { createHash, randomBytes } from 'node:crypto'
import {
  closeSync,
  fstatSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { AppError } from '#kernel/errors.ts'

/** One AES-256 key and the id that sealed texts carry. */
export interface SecretKey {
  /** First 8 hexadecimal digits of the key's SHA-256: names the key, tells nothing of it. */
  id: string
  key: Buffer
}

const keyBytes = 32

const preamble = `# Rollcall's key: without it no stored secret can be read again. Keep a copy apart from the database.
# One key per line (32 bytes, base64); the first seals, all open. To rotate, put a new one above.
`

export const toSecretKey = (key: Buffer): SecretKey => ({
  id: createHash('sha256').update(key).digest('hex').slice(0, 8),
  key,
})

const unreadable = (message: string, hint: string, cause?: unknown): AppError =>
  new AppError('SECRET_UNREADABLE', message, { hint, cause })

function parseKeys(text: string, file: string): SecretKey[] {
  const lines = text.split(/\r?\n/).map((line, index) => ({ number: index + 1, text: line.trim() }))
  const keys = lines
    .filter((line) => line.text !== '' && !line.text.startsWith('#'))
    .map((line) => {
      const key = Buffer.from(line.text, 'base64')
      if (key.length === keyBytes) return toSecretKey(key)
      throw unreadable(
        `Line ${line.number} of the key file ${file} is no key`,
        'A key is 32 bytes in base64: 44 characters.',
      )
    })
  if (keys.length > 0) return keys
  throw unreadable(
    `The key file ${file} holds no key`,
    'Put back the copy that was kept; only a new installation may delete it.',
  )
}

/** Reads what is there; undefined when there is no file. Refuses a file that others than its owner may read. */
function readKeys(file: string): SecretKey[] | undefined {
  let descriptor: number
  try {
    descriptor = openSync(file, 'r')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw unreadable(
      `The key file ${file} cannot be read`,
      'It must belong to the user that Rollcall runs as.',
      cause,
    )
  }
  try {
    const mode = fstatSync(descriptor).mode & 0o777
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
      throw unreadable(
        `The key file ${file} is open to other users (mode ${mode.toString(8)})`,
        `Run: chmod 600 ${file}`,
      )
    }
    return parseKeys(readFileSync(descriptor, 'utf8'), file)
  } finally {
    closeSync(descriptor)
  }
}

function writeDurably(file: string, text: string): void {
  const descriptor = openSync(file, 'wx', 0o600)
  try {
    writeFileSync(descriptor, text)
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

/** The file appears whole or not at all, and never replaces one that another process made meanwhile. */
function makeKeyFile(file: string): void {
  const text = `${preamble}${randomBytes(keyBytes).toString('base64')}\n`
  const unfinished = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`
  makeFolder(file)
  try {
    writeDurably(unfinished, text)
    linkSync(unfinished, file)
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'EEXIST') return
    // Some file systems know no hard links; there the file is made in place.
    if (code === 'EPERM' || code === 'ENOTSUP' || code === 'ENOSYS') return makeInPlace(file, text)
    throw cannotMake(file, error)
  } finally {
    rmSync(unfinished, { force: true })
  }
}

/** This is the first thing that a start writes, so that it meets a folder that cannot be written. */
function makeFolder(file: string): void {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  } catch (error) {
    throw cannotMake(file, error)
  }
}

const cannotMake = (file: string, cause: unknown): AppError =>
  unreadable(
    `The key file ${file} cannot be made`,
    `The folder ${dirname(file)} must exist or be made, and be writable for the user that Rollcall runs as; ROLLCALL_DATA_DIRECTORY names another.`,
    cause,
  )

function makeInPlace(file: string, text: string): void {
  try {
    writeDurably(file, text)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw cannotMake(file, error)
  }
}

/** The keys of a key file, first the one that seals; makes the file, mode 0600, where there is none. Throws SECRET_UNREADABLE. */
export function loadKeys(file: string): SecretKey[] {
  const found = readKeys(file)
  if (found) return found
  makeKeyFile(file)
  return readKeys(file)!
}
