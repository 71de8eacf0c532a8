import type { FastifyInstance } from 'fastify'

// Styles may be inline because editors and charts set them; scripts may not.
const contentPolicy = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "worker-src 'self' blob:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ')

/** Headers that keep other sites from framing, sniffing or scripting the page. */
export function addSecurityHeaders(server: FastifyInstance, publicUrl: string | undefined): void {
  const overTls = publicUrl?.startsWith('https:') ?? false
  server.addHook('onRequest', async (_request, reply) => {
    void reply.headers({
      'content-security-policy': contentPolicy,
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'same-origin',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'permissions-policy': 'camera=(), geolocation=(), microphone=()',
      ...(overTls ? { 'strict-transport-security': 'max-age=15552000' } : {}),
    })
  })
}
