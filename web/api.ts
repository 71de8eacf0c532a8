import type { Problem } from '#surfaces/problem.ts'
import { adviceHere } from './browser-advice.ts'

/** One wrong field: its path (`settings.url`, or `q:12` for a character of a query) and what was expected. */
export type Complaint = NonNullable<Problem['errors']>[number]

/** What went wrong, as the server says it; code OFFLINE when it did not answer at all. */
export class ApiError extends Error {
  readonly code: string
  readonly status: number
  readonly hint: string | undefined
  readonly complaints: readonly Complaint[]
  /** When trying again makes sense, where the server says it. */
  readonly retryAfterSeconds: number | undefined

  constructor(
    problem: Pick<Problem, 'detail' | 'status' | 'errors'> & {
      code: string
      hint?: string
      retryAfterSeconds?: number
    },
  ) {
    super(problem.detail)
    this.name = 'ApiError'
    this.code = problem.code
    this.status = problem.status
    this.hint = problem.hint === undefined ? undefined : adviceHere(problem.code, problem.hint)
    this.complaints = problem.errors ?? []
    this.retryAfterSeconds = problem.retryAfterSeconds
  }
}

/** One page of a listing. */
export interface Page<Item> {
  items: Item[]
  nextCursor: string | null
  total?: number | undefined
}

export type QueryValues = Record<string, string | number | boolean | readonly string[] | null | undefined>

interface Call {
  query?: QueryValues | undefined
  body?: unknown
  /** The version the change was made on; the server refuses when the thing changed since. */
  ifMatch?: number | undefined
  signal?: AbortSignal | undefined
}

const root = '/api/v1'

/** The address of an operation, with its query. */
export function apiUrl(path: string, query: QueryValues = {}): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined || value === null || value === '') continue
    for (const each of [value].flat()) search.append(name, String(each))
  }
  return `${path.startsWith('/api/') ? '' : root}${path}${search.size > 0 ? `?${search.toString()}` : ''}`
}

/** Asks the server; throws ApiError for everything but an answer. */
async function call<Answer>(method: string, path: string, options: Call = {}): Promise<Answer> {
  const { body, ifMatch, signal } = options
  const answer = await fetch(apiUrl(path, options.query), {
    method,
    headers: {
      accept: 'application/json',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(method === 'POST' ? { 'idempotency-key': newKey() } : {}),
      ...(ifMatch === undefined ? {} : { 'if-match': `"${ifMatch}"` }),
    },
    ...(body === undefined ? {} : bodyOf(body)),
    ...(signal === undefined ? {} : { signal }),
  }).catch((cause: unknown) => {
    signal?.throwIfAborted()
    throw new ApiError({
      code: 'OFFLINE',
      status: 0,
      detail: 'The server does not answer.',
      hint: offlineHint(cause),
    })
  })
  if (!answer.ok) throw new ApiError(await problemOf(answer))
  return (answer.status === 204 ? undefined : await answer.json()) as Answer
}

/** Browsers hold back what is larger when several outlive their page. */
const outlivesUpTo = 8_000

/** What was asked for is done, also when the person goes elsewhere in the next moment. */
function bodyOf(body: unknown): { body: string; keepalive: boolean } {
  const text = JSON.stringify(body)
  return { body: text, keepalive: text.length < outlivesUpTo }
}

const offlineHint = (_cause: unknown) => 'Check that Rollcall runs and that this computer reaches it.'

async function problemOf(answer: Response): Promise<ConstructorParameters<typeof ApiError>[0]> {
  const problem = (await answer.json().catch(() => ({}))) as Partial<Problem>
  const retryAfter = Number(answer.headers.get('retry-after') ?? undefined)
  return {
    code: problem.code ?? 'INTERNAL',
    status: answer.status,
    detail: problem.detail ?? `The server answered with status ${answer.status}.`,
    ...(problem.hint === undefined ? {} : { hint: problem.hint }),
    ...(problem.errors === undefined ? {} : { errors: problem.errors }),
    ...(retryAfter > 0 ? { retryAfterSeconds: retryAfter } : {}),
  }
}

/** Also without https, where the browser has no randomUUID. */
function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('')
}

/** The server's operations by method. Paths are below /api/v1, or begin with /api/. */
export const api = {
  get: <Answer>(path: string, query?: QueryValues, signal?: AbortSignal) =>
    call<Answer>('GET', path, { query, signal }),
  post: <Answer>(path: string, body: unknown = {}) => call<Answer>('POST', path, { body }),
  put: <Answer>(path: string, body: unknown) => call<Answer>('PUT', path, { body }),
  patch: <Answer>(path: string, body: unknown, ifMatch?: number) =>
    call<Answer>('PATCH', path, { body, ifMatch }),
  delete: <Answer>(path: string) => call<Answer>('DELETE', path),
}

/** What to say of any thrown thing. */
export const asApiError = (error: unknown): ApiError =>
  error instanceof ApiError
    ? error
    : new ApiError({
        code: 'PAGE',
        status: 0,
        detail: error instanceof Error ? error.message : String(error),
      })
