import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import {
  CallToolRequestSchema,
  type CallToolResult,
  ErrorCode,
  ListToolsRequestSchema,
  McpError,
  type Tool,
} from '@modelcontextprotocol/sdk/types.js'
import { z } from 'zod'
import type { AnyOperation } from '#features/operation.ts'
import { toAppError } from '#kernel/errors.ts'
import type { Log } from '#kernel/log.ts'
import type { Actor } from '#model/actor.ts'
import { mayCall } from '#surfaces/answer-operation.ts'
import { problemOf } from '#surfaces/problem.ts'

/** What the tools are built from. */
export interface McpParts {
  operations: readonly AnyOperation[]
  version: string
  /** Only what this actor may do is listed and answered. */
  actor: Actor
  log: Log
  execute(operation: AnyOperation, input: Record<string, unknown>, signal: AbortSignal): Promise<unknown>
}

/**
 * True for operations that may be tools: reads, previews and the making of pending jobs. A POST is one
 * only when it says so itself (`preview`, `leavesWaiting`); effects change and danger never are otherwise.
 */
export const isTool = (operation: AnyOperation): boolean =>
  operation.effect === 'read'
    ? operation.http.startsWith('GET ') || operation.preview === true
    : operation.effect === 'change' && operation.leavesWaiting !== undefined

const narrowed = new WeakMap<AnyOperation, AnyOperation>()

/** An operation as a model may call it: without what would let a job go on by itself. */
function asTool(operation: AnyOperation): AnyOperation {
  if (operation.leavesWaiting === undefined) return operation
  let tool = narrowed.get(operation)
  if (!tool) {
    const mask = Object.fromEntries(operation.leavesWaiting.without.map((field) => [field, true as const]))
    tool = { ...operation, input: operation.input.omit(mask) as AnyOperation['input'] }
    narrowed.set(operation, tool)
  }
  return tool
}

/** `device.list` is the tool `device_list`. */
export const toolName = (operation: AnyOperation): string => operation.name.replaceAll('.', '_')

/** An MCP server of one actor; connect it to a transport. */
export function buildMcpServer(parts: McpParts): McpServer {
  const server = new McpServer(
    { name: 'rollcall', title: 'Rollcall', version: parts.version },
    { capabilities: { tools: {} }, instructions },
  )
  const tools = new Map(
    parts.operations
      .filter((operation) => isTool(operation) && mayCall(operation.permission, parts.actor))
      .map((operation) => [toolName(operation), asTool(operation)]),
  )
  // The protocol layer is used directly: our own schemas validate, so that all surfaces refuse alike.
  server.server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: [...tools.values()].map(toolOf) }))
  server.server.setRequestHandler(CallToolRequestSchema, async ({ params }, { signal }) => {
    const operation = tools.get(params.name)
    if (!operation) throw new McpError(ErrorCode.InvalidParams, `There is no tool ${params.name}`)
    return callTool(parts, operation, params.arguments ?? {}, signal)
  })
  return server
}

const instructions =
  'Rollcall is the inventory of every machine here. Lists are paged: pass nextCursor back as cursor. ' +
  'Tools read, preview, or leave a job waiting for a person; none of them changes anything by itself.'

async function callTool(
  { execute, log }: McpParts,
  operation: AnyOperation,
  input: Record<string, unknown>,
  signal: AbortSignal,
): Promise<CallToolResult> {
  try {
    const answer = structured(operation, await execute(operation, input, signal))
    return { content: [{ type: 'text', text: JSON.stringify(answer) }], structuredContent: answer }
  } catch (thrown) {
    signal.throwIfAborted()
    const error = toAppError(thrown)
    if (error.code === 'INTERNAL')
      log.error({ err: error.cause ?? error, operation: operation.name }, 'tool failed')
    const problem = problemOf(error)
    return { isError: true, content: [{ type: 'text', text: JSON.stringify(problem) }] }
  }
}

/** Structured content must be an object; anything else is put into one. */
function structured(operation: AnyOperation, answer: unknown): Record<string, unknown> {
  const plain: unknown = answer === undefined ? null : JSON.parse(JSON.stringify(answer))
  return wraps(toolOf(operation)) ? { result: plain } : (plain as Record<string, unknown>)
}

const wraps = (tool: Tool): boolean => tool.outputSchema?.['x-wrapped'] === true

const known = new WeakMap<AnyOperation, Tool>()

function toolOf(operation: AnyOperation): Tool {
  let tool = known.get(operation)
  if (!tool) {
    tool = makeTool(operation)
    known.set(operation, tool)
  }
  return tool
}

function makeTool(operation: AnyOperation): Tool {
  const input = jsonSchema(operation.input, 'input')
  const output = jsonSchema(operation.output, 'output')
  const { definitions, ...result } = output
  const wrapped = {
    type: 'object',
    'x-wrapped': true,
    properties: { result },
    ...(definitions ? { definitions } : {}),
  }
  const outputSchema = output.type === 'object' ? output : wrapped
  const isReadOnly = operation.effect === 'read' && operation.job !== true
  return {
    name: toolName(operation),
    description: operation.summary,
    inputSchema: { ...input, type: 'object', additionalProperties: false },
    outputSchema: { ...outputSchema, type: 'object' },
    annotations: {
      readOnlyHint: isReadOnly,
      destructiveHint: false,
      idempotentHint: isReadOnly,
      openWorldHint: false,
    },
  }
}

/** Draft 7 without its address: MCP clients validate with whatever draft they have. */
function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): Record<string, unknown> {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { target: 'draft-7', io, unrepresentable: 'any' })
  return rest
}
