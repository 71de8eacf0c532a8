import type { FastifyInstance, FastifyRequest } from 'fastify'
import { assertSameOrigin } from '#features/access/same-origin.ts'
import type { Actor } from '#model/actor.ts'
import { assertMayCall } from '#surfaces/answer-operation.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; nobody on routes that never look. */
    actor: Actor
  }
}

/** Who is behind a request's headers. Anonymous when nothing is presented; throws UNAUTHENTICATED for a bad token. */
export type Identify = (request: { headers: Headers; address: string }) => Promise<Actor>

const nobody: Actor = { kind: 'anonymous', name: 'anonymous', permissions: new Set() }

/** Finds out who asks and refuses what they may not, before a body is read. */
export function guardRoutes(
  server: FastifyInstance,
  identify: Identify,
  publicUrl: string | undefined,
): void {
  server.decorateRequest('actor')
  server.addHook('onRequest', async (request) => {
    const { permission, anonymous, guardedElsewhere } = request.routeOptions.config
    request.actor = nobody
    if (permission === undefined || anonymous || guardedElsewhere) return
    request.actor = await actorOf(request, identify, permission === 'open')
    assertMayCall(permission, request.actor)
    guardAgainstOtherSites(request, publicUrl)
  })
}

const harmless = new Set(['GET', 'HEAD', 'OPTIONS'])

/** A request with a token is safe from other sites' pages: none of them can make a browser send that header. */
function guardAgainstOtherSites(request: FastifyRequest, publicUrl: string | undefined): void {
  if (harmless.has(request.method) || request.headers.authorization !== undefined) return
  assertSameOrigin(headersOf(request), { publicUrl, host: request.host })
}

async function actorOf(request: FastifyRequest, identify: Identify, open: boolean): Promise<Actor> {
  try {
    return await identify({ headers: headersOf(request), address: request.ip })
  } catch (error) {
    // What is open answers even with a dead session or a dead database: health must tell of it.
    if (open) return nobody
    throw error
  }
}

/** The headers as the web platform has them. */
export function headersOf(request: FastifyRequest): Headers {
  const headers = new Headers()
  for (const [name, value] of Object.entries(request.headers)) {
    if (name.startsWith(':')) continue
    for (const each of [value ?? []].flat()) headers.append(name, each)
  }
  return headers
}
