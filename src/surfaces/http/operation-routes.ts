import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Context } from '#features/context.ts'
import type { AnyOperation } from '#features/operation.ts'
import { contentHash } from '#kernel/json.ts'
import { readInput, runOperation } from '#surfaces/answer-operation.ts'
import { disconnectSignal } from '#surfaces/http/disconnect-signal.ts'
import { alreadyHas, entityTag } from '#surfaces/http/entity-tag.ts'
import { answerOnce, type WireAnswer } from '#surfaces/http/idempotency.ts'
import { gatherInput } from '#surfaces/http/request-input.ts'
import { addressOf, apiRoot } from '#surfaces/operation-request.ts'

/** One route for each operation; health answers at /healthz too. */
export function addOperationRoutes(
  server: FastifyInstance,
  context: Context,
  operations: readonly AnyOperation[],
): void {
  for (const operation of operations) {
    const { method, path } = addressOf(operation)
    addRoute(server, context, operation, method, `${apiRoot}${path}`)
    if (operation.name === 'system.health') addRoute(server, context, operation, 'GET', '/healthz')
  }
}

function addRoute(
  server: FastifyInstance,
  context: Context,
  operation: AnyOperation,
  method: string,
  url: string,
) {
  server.route({
    method,
    url,
    config: { permission: operation.permission, operation: operation.name },
    handler: async (request, reply) => answer(context, operation, request, reply),
  })
}

async function answer(
  context: Context,
  operation: AnyOperation,
  request: FastifyRequest,
  reply: FastifyReply,
) {
  const given = gatherInput(operation, request)
  const input = readInput(operation, given)
  const run = async (signal: AbortSignal) =>
    wireAnswer(operation, await runOperation(operation, context, request.actor, input, signal))
  const key = request.headers['idempotency-key']
  // Strangers share one name, so a key of theirs could fetch another's answer: theirs are not kept.
  if (request.method !== 'POST' || typeof key !== 'string' || request.actor.kind === 'anonymous') {
    return send(request, reply, await run(disconnectSignal(reply)))
  }
  const hash = contentHash([operation.name, given])
  const once = { actor: request.actor, key, hash, path: request.url }
  // Whoever sends a key comes back for the answer: leaving before it must not leave half of the work done.
  const { replayed, ...kept } = await answerOnce(context, once, () => run(new AbortController().signal))
  if (replayed) void reply.header('idempotency-replayed', 'true')
  return send(request, reply, kept)
}

function wireAnswer(operation: AnyOperation, output: unknown): WireAnswer {
  if (output === undefined) return { status: 204, body: undefined }
  const body = JSON.stringify(output)
  const answer: WireAnswer = { status: 200, body, etag: entityTag(output, body) }
  if (operation.job)
    return { status: 202, body, location: `${apiRoot}/jobs/${(output as { jobId: number }).jobId}` }
  if (operation.name === 'system.health' && (output as { status?: unknown }).status === 'unhealthy') {
    return { status: 503, body }
  }
  return answer
}

function send(request: FastifyRequest, reply: FastifyReply, answer: WireAnswer): FastifyReply {
  if (answer.location !== undefined) void reply.header('location', answer.location)
  if (answer.etag !== undefined) void reply.header('etag', answer.etag)
  const reading = request.method === 'GET' || request.method === 'HEAD'
  if (reading && answer.etag !== undefined) {
    void reply.header('cache-control', 'private, no-cache')
    if (alreadyHas(request.headers['if-none-match'], answer.etag)) return reply.code(304).send()
  } else {
    void reply.header('cache-control', 'no-store')
  }
  const type = answer.problem ? 'application/problem+json' : 'application/json; charset=utf-8'
  void reply.code(answer.status)
  return answer.body === undefined ? reply.send() : reply.type(type).send(answer.body)
}
