import type { FastifyReply } from 'fastify'

/**
 * Aborts when the caller leaves before the answer is written. Taken from the response: Fastify's own
 * request.signal aborts as soon as the body of a POST has been read.
 */
export function disconnectSignal(reply: FastifyReply): AbortSignal {
  const gone = new AbortController()
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) gone.abort(new DOMException('The caller left', 'AbortError'))
  })
  return gone.signal
}
