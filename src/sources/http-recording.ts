import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '#kernel/errors.ts'
import { canonicalJson } from '#kernel/json.ts'
import { isSecretName, type Redactor } from '#sources/http-redaction.ts'
import { redacted } from '#kernel/schema-fields.ts'

/** An answer as it came, decompressed. */
export interface RawAnswer {
  status: number
  statusText: string
  /** Names in lower case; several of one name joined by a comma and a space. */
  headers: Record<string, string>
  body: Buffer
}

/** What tells two requests apart. The host is no part of it: a recording is replayed without one. */
export interface RecordedRequest {
  method: string
  path: string
  query: readonly (readonly [string, string])[]
  body?: string | undefined
}

/** One recorded answer, as a file: the body as `json`, else as `text`, else as `base64`. */
interface Recording {
  request: { method: string; path: string; query?: Record<string, string> }
  status: number
  statusText?: string
  headers?: Record<string, string>
  json?: unknown
  text?: string
  base64?: string
}

const hideQuery = (query: RecordedRequest['query'], redactor: Redactor): [string, string][] =>
  query.map(([name, value]) => [name, isSecretName(name) ? redacted : redactor.text(value)])

/** A readable file name that is the same for the same request; secrets are hidden before it is made. */
function nameOf({ method, path, query, body }: RecordedRequest, redactor: Redactor): string {
  const shown = hideQuery(query, redactor).map((pair) => pair.join('='))
  const key = canonicalJson([
    method,
    path,
    [...shown].sort((a, b) => (a < b ? -1 : 1)),
    body === undefined ? '' : hideBody(body, redactor),
  ])
  const readable = [method, path, ...shown]
    .join('_')
    .replaceAll(/[^A-Za-z0-9.=-]+/g, '_')
    .slice(0, 100)
  return `${readable}-${createHash('sha256').update(key).digest('hex').slice(0, 8)}`
}

const fileOf = (folder: string, name: string, turn: number): string =>
  join(folder, turn === 1 ? `${name}.json` : `${name}.${turn}.json`)

function hideBody(body: string, redactor: Redactor): string {
  try {
    return canonicalJson(redactor.json(JSON.parse(body)))
  } catch {
    return redactor.text(body)
  }
}

function bodyOf(body: Buffer, redactor: Redactor): Pick<Recording, 'json' | 'text' | 'base64'> {
  const text = body.toString('utf8')
  // Bytes that are no UTF-8 are hidden as Latin-1, which keeps every byte.
  if (!Buffer.from(text).equals(body))
    return { base64: Buffer.from(redactor.text(body.toString('latin1')), 'latin1').toString('base64') }
  try {
    return { json: redactor.json(JSON.parse(text)) }
  } catch {
    return { text: redactor.text(text) }
  }
}

/** Keeps answers in a folder or gives them back from it. The same request asked again is kept, and answered, by turns. */
export interface Recorder {
  write(request: RecordedRequest, answer: RawAnswer): Promise<void>
  /** Throws SOURCE_FILE_UNREADABLE when there is no recording of the request. */
  read(request: RecordedRequest): Promise<RawAnswer>
}

export function createRecorder(folder: string, redactor: Redactor): Recorder {
  const turns = new Map<string, number>()
  const nextTurn = (name: string): number => {
    const turn = (turns.get(name) ?? 0) + 1
    turns.set(name, turn)
    return turn
  }
  return {
    async write(request, { status, statusText, headers, body }) {
      const name = nameOf(request, redactor)
      const turn = nextTurn(name)
      await mkdir(folder, { recursive: true })
      if (turn === 1) await forgetTurns(folder, name)
      const query = Object.fromEntries(hideQuery(request.query, redactor))
      const asked = {
        method: request.method,
        path: redactor.text(request.path),
        ...(request.query.length > 0 ? { query } : {}),
      }
      const kept: Recording = {
        request: asked,
        status,
        statusText: redactor.text(statusText),
        headers: redactor.headers(headers),
        ...bodyOf(body, redactor),
      }
      await writeFile(fileOf(folder, name, turn), `${JSON.stringify(kept, null, 2)}\n`, { mode: 0o600 })
    },
    async read(request) {
      const name = nameOf(request, redactor)
      const found = await readTurn(folder, name, nextTurn(name))
      if (found) return found
      throw new AppError(
        'SOURCE_FILE_UNREADABLE',
        `There is no recording of ${request.method} ${redactor.text(request.path)} in ${folder}`,
        {
          hint: `It would be ${name}.json; record the source again with this version.`,
        },
      )
    },
  }
}

/** Answers of an older recording must not follow a new one. */
async function forgetTurns(folder: string, name: string): Promise<void> {
  const old = (await readdir(folder)).filter(
    (file) => file.startsWith(`${name}.`) && /\.\d+\.json$/.test(file),
  )
  await Promise.all(old.map((file) => rm(join(folder, file))))
}

/** The answer of this turn, or of the last turn that was recorded. */
async function readTurn(folder: string, name: string, turn: number): Promise<RawAnswer | undefined> {
  for (let at = turn; at > 0; at -= 1) {
    const text = await readFile(fileOf(folder, name, at), 'utf8').catch(() => undefined)
    if (text === undefined) continue
    return toAnswer(text, fileOf(folder, name, at))
  }
  return undefined
}

function toAnswer(text: string, file: string): RawAnswer {
  try {
    const { status, statusText, headers, json, text: plain, base64 } = JSON.parse(text) as Recording
    const body =
      base64 === undefined
        ? Buffer.from(plain ?? (json === undefined ? '' : JSON.stringify(json)))
        : Buffer.from(base64, 'base64')
    return { status, statusText: statusText ?? '', headers: headers ?? {}, body }
  } catch (cause) {
    throw new AppError('SOURCE_FILE_UNREADABLE', `The recording ${file} is not one`, { cause })
  }
}
