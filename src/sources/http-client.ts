import { Agent } from 'undici'
import type { Clock } from '#kernel/clock.ts'
import { AppError } from '#kernel/errors.ts'
import { withRetries } from '#kernel/retry.ts'
import { parseJson, toBody } from '#sources/http-body.ts'
import { createPace } from '#sources/http-pace.ts'
import { proxyConnector, type ProxySettings } from '#sources/http-proxy.ts'
import { isTransient, statusError, type Asked } from '#sources/http-errors.ts'
import { exchangeFollowing } from '#sources/http-exchange.ts'
import {
  createRecorder,
  type RawAnswer,
  type Recorder,
  type RecordedRequest,
} from '#sources/http-recording.ts'
import { answerSecrets, createRedactor, secretValues, type Redactor } from '#sources/http-redaction.ts'
import type { HttpSettings, TlsTrust } from '#sources/http-settings.ts'
import { trustedConnector } from '#sources/http-tls.ts'

export type HttpMethod = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
type QueryValue = string | number | boolean | undefined

/** One system to talk to. */
export interface HttpClientSettings {
  /** Paths of requests are appended to its path. */
  baseUrl: string
  /** Sent with every request. */
  headers?: Record<string, string> | undefined
  tls?: TlsTrust | undefined
  /** For one answer, from the connection to its last byte; 30 seconds when absent. */
  timeoutMs?: number | undefined
  /** Bytes of one answer, decompressed; 64 MiB when absent. */
  maxBodyBytes?: number | undefined
  /** Of a larger answer the beginning is taken, where it comes as it is; otherwise it is refused. */
  cutsBody?: boolean | undefined
  /** Connections at the same time; 4 when absent. */
  connections?: number | undefined
  /** Values never to be shown or recorded, beside those of headers. */
  secrets?: readonly string[] | undefined
  /** Hides what else is secret in its answers, wherever they are recorded or quoted; as many lines as before. */
  hideText?: ((text: string) => string) | undefined
  proxy?: ProxySettings | undefined
  /** Requests a second at most, tries that are made again included. */
  requestsPerSecond?: number | undefined
  record?: string | undefined
  replay?: string | undefined
}

export interface HttpRequest {
  /** Undefined values are left out; a list repeats its name. */
  query?: Record<string, QueryValue | readonly QueryValue[]> | undefined
  /** Text, bytes and forms (URLSearchParams) go as they are, anything else as JSON. */
  body?: unknown
  headers?: Record<string, string> | undefined
  timeoutMs?: number | undefined
  /** Statuses beside 2xx that are given back instead of thrown. */
  expect?: readonly number[] | undefined
  /** Whether asking twice does no harm; without it only GET and HEAD are tried again. */
  repeatable?: boolean | undefined
  /** How often in all; 3 when absent. */
  tries?: number | undefined
  /** Every text of the answer is a secret: a session, a ticket. */
  secretAnswer?: boolean | undefined
  signal: AbortSignal
}

export interface HttpAnswer<Body> {
  status: number
  statusText: string
  /** Names in lower case. */
  headers: Record<string, string>
  body: Body
}

/**
 * Talks HTTP for a source. Throws AppErrors: SOURCE_UNREACHABLE, SOURCE_TIMEOUT, SOURCE_NOT_TRUSTED, SOURCE_REJECTED_LOGIN
 * (401), SOURCE_FORBIDDEN (403), SOURCE_ANSWER_INVALID (any other status, no JSON, too large); an abort throws its reason.
 */
export interface HttpClient {
  /** Undefined for an empty body; text where an expected error status has no JSON. */
  json(method: HttpMethod, path: string, request: HttpRequest): Promise<HttpAnswer<unknown>>
  text(method: HttpMethod, path: string, request: HttpRequest): Promise<HttpAnswer<string>>
  bytes(method: HttpMethod, path: string, request: HttpRequest): Promise<HttpAnswer<Buffer>>
  close(): Promise<void>
}

/** The client's settings from those that every HTTP source has. */
export const clientSettings = ({
  url,
  tls,
  timeoutSeconds,
  proxy,
  requestsPerSecond,
  record,
  replay,
}: HttpSettings): HttpClientSettings => ({
  baseUrl: url,
  tls,
  timeoutMs: timeoutSeconds * 1000,
  proxy,
  requestsPerSecond,
  record,
  replay,
})

/** Everything one client keeps. */
interface Connection {
  settings: HttpClientSettings
  clock: Clock
  agent: Agent
  /** Waits until the next request may go. */
  pace: (signal: AbortSignal) => Promise<void>
  /** Grows as requests bring new secrets along. */
  secrets: Set<string>
  redactor: Redactor
  recording: Recorder | undefined
  replaying: Recorder | undefined
}

const isOk = (status: number): boolean => status >= 200 && status < 300
function toUrl(baseUrl: string, path: string, query: HttpRequest['query'] = {}): URL {
  const url = new URL(baseUrl.replace(/\/+$/, '') + path)
  for (const [name, value] of Object.entries(query)) {
    for (const each of Array.isArray(value) ? (value as QueryValue[]) : [value as QueryValue]) {
      if (each !== undefined) url.searchParams.append(name, String(each))
    }
  }
  return url
}

const defaultTimeout = 30_000

function checkBase(baseUrl: string): void {
  const url = URL.parse(baseUrl)
  if (url && /^https?:$/.test(url.protocol) && !url.username && !url.password) return
  throw new AppError(
    'CONFIG_INVALID',
    'The address of a source must be http or https, without user and password in it',
  )
}

const ownHeaders = { accept: 'application/json, */*;q=0.5', 'accept-encoding': 'gzip, deflate, br' }

/** One try: from the network or from recordings, judged by its status. */
async function attempt(
  connection: Connection,
  asked: Asked,
  path: string,
  request: HttpRequest,
): Promise<RawAnswer> {
  const { settings, agent, pace, secrets, recording, replaying } = connection
  request.signal.throwIfAborted()
  const { body, type } = toBody(request.body)
  const key: RecordedRequest = {
    method: asked.method,
    path,
    query: [...asked.url.searchParams],
    body: body?.toString(),
  }
  const headers = {
    ...ownHeaders,
    ...(type ? { 'content-type': type } : {}),
    ...settings.headers,
    ...request.headers,
  }
  const outgoing = {
    dispatcher: agent,
    headers,
    body: body ?? null,
    maxBodyBytes: settings.maxBodyBytes ?? 64 * 1_048_576,
    cutsBody: settings.cutsBody ?? false,
  }
  if (!replaying) await pace(request.signal)
  const answer = replaying
    ? await replaying.read(key)
    : await exchangeFollowing(asked, outgoing, request.signal)
  for (const secret of answerSecrets(answer, request.secretAnswer)) secrets.add(secret)
  const expected = isOk(answer.status) || request.expect?.includes(answer.status)
  if (recording && (expected || !isTransient(answer.status))) await recording.write(key, answer)
  if (!expected) throw statusError(answer, asked)
  return answer
}

async function answerTo(connection: Connection, method: HttpMethod, path: string, request: HttpRequest) {
  const { settings, clock, secrets, redactor } = connection
  for (const secret of [...secretValues(request.headers), ...secretValues(request.body)]) secrets.add(secret)
  const url = toUrl(settings.baseUrl, path, request.query)
  const asked: Asked = {
    method,
    url,
    timeoutMs: request.timeoutMs ?? settings.timeoutMs ?? defaultTimeout,
    redactor,
    isProxied: settings.proxy !== undefined,
  }
  const repeatable = request.repeatable ?? (method === 'GET' || method === 'HEAD')
  const tries = repeatable ? (request.tries ?? 3) : 1
  const raw = await withRetries(clock, tries, request.signal, () => attempt(connection, asked, path, request))
  return { raw, asked }
}

function connect(settings: HttpClientSettings, clock: Clock): Connection {
  const { tls = {}, proxy, timeoutMs = defaultTimeout, record, replay } = settings
  const direct = trustedConnector(tls, timeoutMs)
  const agent = new Agent({
    connect: proxy === undefined ? direct : proxyConnector(direct, proxy, timeoutMs),
    connections: settings.connections ?? 4,
    // One limit for the whole exchange is set per request.
    headersTimeout: 0,
    bodyTimeout: 0,
  })
  const secrets = new Set([
    ...secretValues(settings.headers),
    ...(settings.secrets ?? []),
    ...(proxy?.password === undefined ? [] : [proxy.password]),
  ])
  const redactor = createRedactor(secrets, settings.hideText)
  const recorder = (folder: string | undefined) =>
    folder === undefined ? undefined : createRecorder(folder, redactor)
  return {
    settings,
    clock,
    agent,
    pace: createPace(settings.requestsPerSecond, clock),
    secrets,
    redactor,
    recording: recorder(record),
    replaying: recorder(replay),
  }
}

/** Opens a client; it holds connections until it is closed. */
export function createHttpClient(settings: HttpClientSettings, { clock }: { clock: Clock }): HttpClient {
  checkBase(settings.baseUrl)
  const connection = connect(settings, clock)
  const ask = async <Body>(
    method: HttpMethod,
    path: string,
    request: HttpRequest,
    read: (raw: RawAnswer, asked: Asked) => Body,
  ): Promise<HttpAnswer<Body>> => {
    const { raw, asked } = await answerTo(connection, method, path, request)
    return { status: raw.status, statusText: raw.statusText, headers: raw.headers, body: read(raw, asked) }
  }
  return {
    json: (method, path, request) => ask(method, path, request, parseJson),
    text: (method, path, request) => ask(method, path, request, ({ body }) => body.toString('utf8')),
    bytes: (method, path, request) => ask(method, path, request, ({ body }) => body),
    close: () => connection.agent.destroy(),
  }
}
