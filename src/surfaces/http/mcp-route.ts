import type { FastifyInstance } from 'fastify'
import { disconnectSignal } from '#surfaces/http/disconnect-signal.ts'
import type { Actor } from '#model/actor.ts'
import { sendWebResponse, toWebRequest } from '#surfaces/http/web-request.ts'

/** Answers one MCP message for an actor; `body` is the parsed message. Closes when the signal aborts. */
export type AnswerMcp = (
  actor: Actor,
  request: Request,
  body: unknown,
  signal: AbortSignal,
) => Promise<Response>

/** `POST /api/v1/mcp`: MCP over streamable HTTP. Written by hand because the protocol has its own envelope. */
export function addMcpRoute(server: FastifyInstance, answer: AnswerMcp): void {
  server.post('/api/v1/mcp', { config: { permission: 'session' } }, async (request, reply) => {
    const signal = disconnectSignal(reply)
    const response = await answer(request.actor, toWebRequest(request, undefined), request.body, signal)
    return sendWebResponse(reply.header('cache-control', 'no-store'), response)
  })
}
