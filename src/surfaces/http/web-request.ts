import type { FastifyReply, FastifyRequest } from 'fastify'
import { headersOf } from '#surfaces/http/request-actor.ts'

/** What a stranger could put there to look like somebody else. */
const notBelieved = [
  'forwarded',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-real-ip',
  'x-rollcall-client-address',
]

/**
 * A request as the web platform has it. Its `x-forwarded-for` is one address: the caller's, as far as trusted
 * proxies vouch for it.
 */
export function toWebRequest(
  request: FastifyRequest,
  publicUrl: string | undefined,
  signal?: AbortSignal,
): Request {
  const origin = publicUrl === undefined ? originOf(request) : new URL(publicUrl).origin
  const headers = headersOf(request)
  for (const name of [...notBelieved, 'content-length']) headers.delete(name)
  headers.set('x-forwarded-for', request.ip)
  const body = Buffer.isBuffer(request.body) && request.body.length > 0 ? new Uint8Array(request.body) : null
  const bodied = request.method !== 'GET' && request.method !== 'HEAD'
  return new Request(new URL(request.url, origin), {
    method: request.method,
    headers,
    ...(bodied && body ? { body } : {}),
    ...(signal ? { signal } : {}),
  })
}

/** Answers with what the web platform's handler gave. */
export async function sendWebResponse(reply: FastifyReply, response: Response): Promise<FastifyReply> {
  void reply.code(response.status)
  for (const [name, value] of response.headers) {
    if (name !== 'set-cookie' && name !== 'content-length') void reply.header(name, value)
  }
  const cookies = response.headers.getSetCookie()
  if (cookies.length > 0) void reply.header('set-cookie', cookies)
  const body = Buffer.from(await response.arrayBuffer())
  return body.length > 0 ? reply.send(body) : reply.send()
}

/** `https://rollcall.example.net`, as the caller reached us; a trusted proxy's word is taken. */
const originOf = (request: FastifyRequest): string => `${request.protocol}://${request.host}`
