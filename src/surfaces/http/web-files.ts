import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

/** A year, in milliseconds. */
const forever = 365 * 24 * 60 * 60 * 1000

/**
 * The page's own files. Written by hand because they are files: what Vite named by its hash is kept for
 * ever, the rest is asked for again; addresses of the page's own router get index.html.
 */
export function addWebFiles(server: FastifyInstance, webRoot: string): void {
  void server.register(fastifyStatic, {
    root: webRoot,
    serve: false,
    preCompressed: true,
    cacheControl: false,
  })
  server.get('/*', { config: { permission: 'open', anonymous: true } }, (request, reply) => {
    const { '*': path } = request.params as { '*': string }
    // Who asks for the root means the page, whatever it says to accept.
    if (path === '') sendPage(reply)
    else if (path.startsWith('api/')) reply.callNotFound()
    else if (!path.startsWith('assets/')) void reply.header('cache-control', 'no-cache').sendFile(path)
    else void reply.sendFile(path, { maxAge: forever, immutable: true, cacheControl: true })
  })
}

/** True when a browser navigates to an address that only the page's router knows. */
export function wantsPage(request: FastifyRequest): boolean {
  const reading = request.method === 'GET' || request.method === 'HEAD'
  const ours = request.url.startsWith('/api/') || request.url.startsWith('/assets/')
  return reading && !ours && (request.headers.accept ?? '').includes('text/html')
}

/** Answers with the page itself. */
export const sendPage = (reply: FastifyReply): void =>
  void reply.code(200).header('cache-control', 'no-cache').sendFile('index.html')
