import type { FastifyRequest } from 'fastify'
import { AppError } from '#kernel/errors.ts'

const harmless = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Refuses a change that another site's page makes with our visitor's cookie (CSRF).
 * A request with a token is safe: no page can make a browser send that header. Browsers tell where a
 * request comes from by Sec-Fetch-Site or Origin; a cookie without either is refused too.
 */
export function assertSameOrigin(request: FastifyRequest, publicUrl: string | undefined): void {
  if (harmless.has(request.method) || request.headers.authorization !== undefined) return
  const site = request.headers['sec-fetch-site']
  const { origin } = request.headers
  if (site === 'same-origin' || site === 'none') return
  if (site === undefined && origin !== undefined && ownOrigins(request, publicUrl).has(origin)) return
  if (site === undefined && origin === undefined && request.actor.kind === 'anonymous') return
  throw new AppError('FORBIDDEN', 'This change came from another site and was refused', {
    hint: 'Programs send a token (`Authorization: Bearer rc_...`) instead of a session cookie.',
  })
}

function ownOrigins(request: FastifyRequest, publicUrl: string | undefined): Set<string> {
  const own = new Set([originOf(request)])
  if (publicUrl !== undefined) own.add(new URL(publicUrl).origin)
  return own
}

/** `https://rollcall.example.net`, as the caller reached us; a trusted proxy's word is taken. */
export const originOf = (request: FastifyRequest): string => `${request.protocol}://${request.host}`
