import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js'
import type { Context } from '#features/context.ts'
import type { AnyOperation } from '#features/operation.ts'
import type { Actor } from '#model/actor.ts'
import { answerOperation } from '#surfaces/answer-operation.ts'
import { buildMcpServer } from '#surfaces/mcp/mcp-server.ts'

/**
 * Answers MCP messages that come over HTTP. There are no sessions: each message stands alone and is answered
 * in JSON, so that any node can take the next one.
 */
export function mcpOverHttp(parts: {
  context: Context
  operations: readonly AnyOperation[]
  version: string
}) {
  const { context, operations, version } = parts
  return async (actor: Actor, request: Request, body: unknown, signal: AbortSignal): Promise<Response> => {
    const server = buildMcpServer({
      operations,
      version,
      actor,
      log: context.log,
      execute: (operation, input, each) => answerOperation(operation, context, actor, input, each),
    })
    const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true })
    const close = () => void server.close()
    signal.addEventListener('abort', close, { once: true })
    await server.connect(transport)
    try {
      return await transport.handleRequest(request, { parsedBody: body })
    } finally {
      signal.removeEventListener('abort', close)
      close()
    }
  }
}
