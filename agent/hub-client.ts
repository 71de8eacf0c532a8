import type { IncomingMessage, RequestOptions } from 'node:http'
import { bareHost, hubAgent, proxyLogin, type Trust } from '#agent/hub-connection.ts'
import { proxyFor, type ProxyNames } from '#agent/hub-url.ts'
import { nodeHttp, nodeHttps, nodeZlib } from '#agent/node-modules.ts'

/** What the hub said to a request. */
export interface HubAnswer {
  status: number
  body: Record<string, unknown>
  /** Seconds that it asks for before the next try. */
  retryAfter: number | undefined
}

/** The hub as the agent sees it. */
export interface HubClient {
  /** Rejects when there was no answer: it is away, it is not trusted, it took too long. */
  post(path: string, text: string, signal: AbortSignal): Promise<HubAnswer>
  close(): void
}

export interface HubClientOptions extends Trust {
  hub: string
  key?: string | undefined
  version: string
  proxies?: ProxyNames | undefined
  /** Milliseconds for one request. */
  patience?: number | undefined
}

/** Less is not worth the work. */
const worthPacking = 16_384
const largestAnswer = 1_048_576

/** Speaks with the hub over one connection that stays open. */
export function openHub({
  hub,
  key,
  version,
  proxies = {},
  patience = 20_000,
  ...trust
}: HubClientOptions): HubClient {
  const base = new URL(hub)
  const proxy = proxyFor(base, proxies)
  const agent = hubAgent(base, trust, proxy)
  const { request } = base.protocol === 'https:' ? nodeHttps() : nodeHttp()

  async function post(path: string, text: string, signal: AbortSignal): Promise<HubAnswer> {
    const isLarge = text.length >= worthPacking
    const body = isLarge ? nodeZlib().gzipSync(text) : Buffer.from(text)
    const headers: Record<string, string | number> = {
      'content-type': 'application/json',
      'content-length': body.length,
      'user-agent': `rollcall-agent/${version}`,
      ...(isLarge ? { 'content-encoding': 'gzip' } : {}),
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
    }
    const url = new URL(base.pathname.replace(/\/$/, '') + path, base)
    const limit = AbortSignal.timeout(patience)
    const options = {
      ...requestOptions(url, proxy),
      method: 'POST',
      headers,
      agent,
      signal: AbortSignal.any([signal, limit]),
    }
    return new Promise<HubAnswer>((resolve, reject) => {
      const asked = request({ ...options, headers: { ...headers, ...options.more } }, (response) => {
        readAnswer(response).then(resolve, reject)
      })
      asked.on('error', (error) =>
        reject(limit.aborted ? new Error(`the hub did not answer in ${patience / 1000} s`) : error),
      )
      asked.end(body)
    })
  }

  return { post, close: () => agent.destroy() }
}

/** Without TLS a proxy is asked for the whole address; with it the connection goes through a tunnel. */
function requestOptions(url: URL, proxy: URL | undefined): RequestOptions & { more: Record<string, string> } {
  if (proxy === undefined || url.protocol === 'https:')
    return {
      protocol: url.protocol,
      hostname: bareHost(url),
      port: url.port,
      path: url.pathname + url.search,
      more: {},
    }
  return {
    protocol: 'http:',
    hostname: bareHost(proxy),
    port: proxy.port || 80,
    path: url.href,
    more: { host: url.host, ...proxyLogin(proxy) },
  }
}

async function readAnswer(response: IncomingMessage): Promise<HubAnswer> {
  let text = ''
  for await (const piece of response.setEncoding('utf8')) {
    text += String(piece)
    if (text.length > largestAnswer) throw new Error('the answer of the hub is too long')
  }
  const after = Number(response.headers['retry-after'])
  return {
    status: response.statusCode ?? 0,
    body: parsed(text),
    retryAfter: Number.isFinite(after) && after >= 0 ? Math.min(after, 3_600) : undefined,
  }
}

/** What is no JSON came from something between us and the hub. */
function parsed(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}

/** What the hub says of a refusal: which fields, and what to do about it. */
export const sentencesOf = ({ detail, hint, errors }: Record<string, unknown>): string =>
  [detail, ...(Array.isArray(errors) ? errors.slice(0, 5).map(fieldOf) : []), hint]
    .filter((each) => typeof each === 'string' && each !== '')
    .map((each) => String(each).replace(/([^.!?])$/, '$1.'))
    .join(' ')

function fieldOf(error: unknown): string | undefined {
  const { path, expected } = (error ?? {}) as Record<string, unknown>
  return typeof path === 'string' && typeof expected === 'string' ? `${path}: ${expected}` : undefined
}
