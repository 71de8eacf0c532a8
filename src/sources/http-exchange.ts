import { request as send, type Dispatcher } from 'undici'
import { AppError } from '#kernel/errors.ts'
import { decode, readBody } from '#sources/http-body.ts'
import { networkError, timeoutError, type Asked } from '#sources/http-errors.ts'
import type { RawAnswer } from '#sources/http-recording.ts'

/** What goes over the wire besides method and address. */
export interface Outgoing {
  dispatcher: Dispatcher
  headers: Record<string, string>
  body: string | Buffer | null
  /** Bytes of one answer, decompressed. */
  maxBodyBytes: number
  cutsBody: boolean
}

const redirects = new Set([301, 302, 303, 307, 308])
const maxRedirects = 5

const flatHeaders = (headers: Dispatcher.ResponseData['headers']): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
    ),
  )

/** One request, one answer; its own time limit covers everything from the connection to the last byte. */
async function exchange(asked: Asked, outgoing: Outgoing, signal: AbortSignal): Promise<RawAnswer> {
  const { dispatcher, headers, body, maxBodyBytes, cutsBody } = outgoing
  const limit = AbortSignal.timeout(asked.timeoutMs)
  try {
    const both = AbortSignal.any([signal, limit])
    const response = await send(asked.url, { method: asked.method, dispatcher, headers, body, signal: both })
    const raw = await readBody(response, maxBodyBytes, asked, cutsBody)
    const flat = flatHeaders(response.headers)
    const decoded = await decode(raw, flat['content-encoding'] ?? '', maxBodyBytes, asked)
    return { status: response.statusCode, statusText: response.statusText, headers: flat, body: decoded }
  } catch (error) {
    signal.throwIfAborted()
    throw limit.aborted ? timeoutError(asked, error) : await networkError(error, asked)
  }
}

/** Where a redirect leads, when it may be followed: the same scheme, host and port, asked for reading. */
function redirectTarget(answer: RawAnswer, { method, url }: Asked): URL | undefined {
  const location = answer.headers['location']
  if (!redirects.has(answer.status) || location === undefined) return undefined
  const target = URL.parse(location, url)
  if (target?.origin === url.origin && (method === 'GET' || method === 'HEAD')) return target
  const to = target ? target.origin : 'no address'
  throw new AppError(
    'SOURCE_ANSWER_INVALID',
    `${url.origin} redirects ${method} ${url.pathname} to ${to}, which is not followed`,
    {
      hint: 'If that is where it lives now, set its address to it.',
    },
  )
}

/** One request and the redirects on the same server that it leads through. */
export async function exchangeFollowing(
  asked: Asked,
  outgoing: Outgoing,
  signal: AbortSignal,
): Promise<RawAnswer> {
  let at = asked
  for (let hops = 0; hops <= maxRedirects; hops += 1) {
    const answer = await exchange(at, outgoing, signal)
    const target = redirectTarget(answer, at)
    if (!target) return answer
    at = { ...at, url: target }
  }
  throw new AppError(
    'SOURCE_ANSWER_INVALID',
    `${asked.url.origin} redirects ${asked.url.pathname} without end`,
  )
}
