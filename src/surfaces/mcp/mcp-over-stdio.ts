import type { Readable, Writable } from 'node:stream'
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
import { buildMcpServer, type McpParts } from '#surfaces/mcp/mcp-server.ts'

/** Serves one client over a pair of streams, until it leaves or the signal aborts. Nothing else may write there. */
export async function mcpOverStdio(
  parts: McpParts,
  { input, output }: { input: Readable; output: Writable },
  signal: AbortSignal,
): Promise<void> {
  const server = buildMcpServer(parts)
  const left = Promise.withResolvers<void>()
  const leave = () => left.resolve()
  server.server.onclose = leave
  input.once('end', leave).once('close', leave)
  signal.addEventListener('abort', leave, { once: true })
  if (signal.aborted) leave()
  await server.connect(new StdioServerTransport(input, output))
  await left.promise
  signal.removeEventListener('abort', leave)
  await server.close()
}
