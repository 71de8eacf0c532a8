import type { FastifyReply, FastifyRequest } from 'fastify'
import { headersOf } from '#surfaces/http/request-actor.ts'

/** Carries the caller's address, as the trusted proxies vouch for it; what a caller puts there is overwritten. */
const addressHeader = 'x-rollcall-client-address'

/** A request as the web platform has it, without the forwarding headers of strangers. */
export function toWebRequest(
  request: FastifyRequest,
  publicUrl: string | undefined,
  signal?: AbortSignal,
): Request {
  const origin = publicUrl === undefined ? originOf(request) : new URL(publicUrl).origin
  const headers = headersOf(request)
  for (const name of [
    'forwarded',
    'x-forwarded-for',
    'x-forwarded-host',
    'x-forwarded-proto',
    'x-real-ip',
    'content-length',
  ]) {
    headers.delete(name)
  }
  headers.set(addressHeader, request.ip)
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
