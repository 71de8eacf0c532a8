import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

/** How long a request may take to arrive, in milliseconds. */
export interface RequestTime {
  /** All of it; for a file, its next `floorBytes`. */
  milliseconds: number
  /** What of a file has to come within that time, however long all of it takes. */
  floorBytes: number
}

const usual: RequestTime = { milliseconds: 120_000, floorBytes: 65_536 }

declare module 'fastify' {
  interface FastifyContextConfig {
    /** A file of any length: what counts is that it goes on coming. */
    takesFile?: boolean
  }
}

/**
 * Cuts off requests that do not arrive in time, so that nobody holds connections open with a body that never ends. Node
 * has one limit for all requests, which would cut off large files on slow lines too.
 */
export function limitRequestTime(server: FastifyInstance, time: RequestTime = usual): void {
  server.server.requestTimeout = 0
  // Headers have a limit of their own, which does not depend on what is asked.
  server.server.headersTimeout = 60_000
  server.addHook('onRequest', (request, reply, done) => {
    if (!request.raw.complete) watch(request, reply, time)
    done()
  })
}

function watch(
  request: FastifyRequest,
  reply: FastifyReply,
  { milliseconds, floorBytes }: RequestTime,
): void {
  const { raw } = request
  const { socket } = raw
  const isFile = request.routeOptions.config.takesFile === true
  let before = socket.bytesRead
  const timer = setInterval(() => {
    const came = socket.bytesRead - before
    before = socket.bytesRead
    if (raw.complete) stop()
    else if (!isFile || came < floorBytes) cut()
  }, milliseconds)
  timer.unref()
  const stop = () => clearInterval(timer)
  const cut = () => {
    stop()
    if (!reply.raw.headersSent) socket.write('HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n')
    socket.destroySoon()
  }
  raw.once('end', stop)
  raw.once('close', stop)
}
