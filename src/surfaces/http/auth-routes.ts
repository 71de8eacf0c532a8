import type { FastifyInstance } from 'fastify'
import { disconnectSignal } from '#surfaces/http/disconnect-signal.ts'
import { sendWebResponse, toWebRequest } from '#surfaces/http/web-request.ts'

/** Answers everything below /api/auth: sign-in, sign-out, second factor, OIDC. */
export type HandleAuth = (request: Request) => Promise<Response>

/**
 * Hands /api/auth over. Written by hand because better-auth is a whole set of routes with its own
 * input rules, cookies, origin check and rate limit.
 */
export function addAuthRoutes(
  server: FastifyInstance,
  handle: HandleAuth,
  publicUrl: string | undefined,
): void {
  void server.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: 100_000 }, (_request, body, done) => {
      done(null, body)
    })
    scope.route({
      method: ['GET', 'POST'],
      url: '/api/auth/*',
      config: { permission: 'open', guardedElsewhere: true },
      handler: async (request, reply) => {
        void reply.header('cache-control', 'no-store')
        const signal = disconnectSignal(reply)
        return sendWebResponse(reply, await handle(toWebRequest(request, publicUrl, signal)))
      },
    })
  })
}
