import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js'
import type { FastifyInstance } from 'fastify'
import type { Context } from '#features/context.ts'
import type { AnyOperation } from '#features/operation.ts'
import { answerOperation } from '#surfaces/answer-operation.ts'
import { sendWebResponse, toWebRequest } from '#surfaces/http/web-request.ts'
import { buildMcpServer } from '#surfaces/mcp/mcp-server.ts'

/**
 * `POST /api/v1/mcp`: MCP over streamable HTTP, without sessions: each request stands alone and answers in
 * JSON, so any node can take it. Written by hand because the protocol has its own envelope.
 */
export function addMcpRoute(
  server: FastifyInstance,
  context: Context,
  operations: readonly AnyOperation[],
  version: string,
): void {
  server.post('/api/v1/mcp', { config: { permission: 'session' } }, async (request, reply) => {
    const { actor } = request
    const mcp = buildMcpServer({
      operations,
      version,
      actor,
      log: context.log,
      execute: (operation, input, signal) => answerOperation(operation, context, actor, input, signal),
    })
    const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true })
    reply.raw.once('close', () => void mcp.close())
    await mcp.connect(transport)
    const response = await transport.handleRequest(toWebRequest(request, undefined), {
      parsedBody: request.body,
    })
    return sendWebResponse(reply.header('cache-control', 'no-store'), response)
  })
}
