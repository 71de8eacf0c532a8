import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { AppError } from '#kernel/errors.ts'
import type { Actor } from '#model/actor.ts'
import { assertMayCall } from '#surfaces/answer-operation.ts'
import { sendProblem } from '#surfaces/http/problem-replies.ts'
import { headersOf, type Identify } from '#surfaces/http/request-actor.ts'

interface WrittenBody {
  body: Buffer
  contentType: string | undefined
  contentEncoding: string | undefined
}

const precisions = ['ns', 'us', 'ms', 's', 'm', 'h'] as const

/** Takes metrics that other agents send: `createTakeWrites(...)`. */
export interface TakeWrites {
  remoteWrite(
    actor: Actor,
    body: WrittenBody,
  ): Promise<{ samples: number; histograms: number; exemplars: number }>
  lines(
    actor: Actor,
    body: WrittenBody,
    precision: (typeof precisions)[number],
  ): Promise<{ fields: number; errors: readonly { line: number; message: string }[] }>
}

/** Larger bodies are refused before they are read. */
const bodyLimit = 10_485_760
const root = '/api/v1/influx'
const version = '1.8.10'

/**
 * `POST /api/v1/write` for Prometheus, and what Telegraf asks of InfluxDB below /api/v1/influx. Written by hand because
 * others decide what these say.
 */
export function addWriteRoutes(server: FastifyInstance, take: TakeWrites, identify: Identify): void {
  void server.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit }, (_request, body, done) =>
      done(null, body),
    )
    scope.addHook('onRequest', async (request) => {
      if (request.routeOptions.config.permission !== 'metrics.write') return
      request.actor = await senderOf(request, identify)
      assertMayCall('metrics.write', request.actor)
    })
    const config = { permission: 'metrics.write' as const, guardedElsewhere: true }
    const options = { config, bodyLimit, decompress: false as const }
    scope.post('/api/v1/write', options, (request, reply) => remoteWrite(take, request, reply))
    for (const url of [`${root}/write`, `${root}/api/v2/write`])
      scope.post(url, options, (request, reply) => lines(take, request, reply))
    addGreetings(scope, config)
  })
}

/** What a sender asks before it sends: whether somebody is there, and for a database, of which there is one. */
function addGreetings(
  scope: FastifyInstance,
  guarded: { permission: 'metrics.write'; guardedElsewhere: boolean },
): void {
  const open = { permission: 'open' as const }
  scope.get(`${root}/ping`, { config: open }, async (_request, reply) =>
    reply.header('x-influxdb-version', version).code(204).send(),
  )
  for (const url of [`${root}/health`, `${root}/ready`])
    scope.get(url, { config: open }, async () => ({ name: 'rollcall', status: 'pass', version }))
  for (const method of ['GET', 'POST'] as const)
    scope.route({
      method,
      url: `${root}/query`,
      config: guarded,
      handler: async () => ({ results: [{ statement_id: 0 }] }),
    })
}

async function remoteWrite(
  take: TakeWrites,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  try {
    const written = await take.remoteWrite(request.actor, bodyOf(request))
    return await reply
      .header('x-prometheus-remote-write-samples-written', written.samples)
      .header('x-prometheus-remote-write-histograms-written', written.histograms)
      .header('x-prometheus-remote-write-exemplars-written', written.exemplars)
      .code(204)
      .send()
  } catch (error) {
    void reply
      .header('x-prometheus-remote-write-samples-written', 0)
      .header('x-prometheus-remote-write-histograms-written', 0)
      .header('x-prometheus-remote-write-exemplars-written', 0)
    return refuse(request, reply, error)
  }
}

async function lines(take: TakeWrites, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  try {
    const { fields, errors } = await take.lines(request.actor, bodyOf(request), precisionOf(request))
    if (errors.length === 0) return await reply.code(204).send()
    const told = errors.map(({ line, message }) => `line ${line}: ${message}`).join('; ')
    const message = `${fields > 0 ? 'partial write: ' : 'unable to parse: '}${told}`.slice(0, 2_000)
    return await reply
      .code(400)
      .type('application/json; charset=utf-8')
      .send(JSON.stringify({ code: 'invalid', message, error: message }))
  } catch (error) {
    return refuse(request, reply, error)
  }
}

const bodyOf = ({ body, headers }: FastifyRequest): WrittenBody => ({
  body: Buffer.isBuffer(body) ? body : Buffer.alloc(0),
  contentType: headers['content-type'],
  contentEncoding: headers['content-encoding'],
})

const statuses: Readonly<Record<string, number>> = { malformed: 400, 'too large': 413, 'unknown format': 415 }

/** Senders know 400, 413 and 415 as final; whatever is not the body's fault goes on as it is. */
function refuse(request: FastifyRequest, reply: FastifyReply, error: unknown): FastifyReply {
  const status = statuses[(error as { reason?: string }).reason ?? '']
  if (error instanceof AppError && status !== undefined) return sendProblem(request, reply, error, status)
  throw error
}

/** Version 1 says `n` and `u` too; nanoseconds where nothing is said. */
function precisionOf(request: FastifyRequest): (typeof precisions)[number] {
  const { precision = 'ns' } = request.query as { precision?: string }
  const given = { n: 'ns', u: 'us', µ: 'us' }[precision] ?? precision
  const known = precisions.find((each) => each === given)
  if (known !== undefined) return known
  throw new AppError('INPUT_INVALID', 'The precision of the times is unknown', {
    complaints: [{ path: 'precision', value: precision, expected: `one of ${precisions.join(', ')}` }],
  })
}

/** Our tokens come as each agent can send one: Bearer, Token, the password of Basic, or `p` of the address. */
async function senderOf(request: FastifyRequest, identify: Identify): Promise<Actor> {
  const headers = headersOf(request)
  const token = presentedToken(request)
  headers.delete('cookie')
  if (token === undefined)
    throw new AppError('UNAUTHENTICATED', 'Who sends metrics has to send a token', {
      hint: 'Make one with `rollcall token create NAME --permissions metrics.write`.',
    })
  headers.set('authorization', `Bearer ${token}`)
  return identify({ headers, address: request.ip })
}

function presentedToken(request: FastifyRequest): string | undefined {
  const { authorization } = request.headers
  if (authorization !== undefined) {
    const [, scheme = '', value = ''] = /^(\w+) +(\S+)$/.exec(authorization.trim()) ?? []
    if (/^(bearer|token)$/i.test(scheme)) return value
    if (/^basic$/i.test(scheme)) {
      const text = Buffer.from(value, 'base64').toString()
      return text.slice(text.indexOf(':') + 1) || undefined
    }
    return undefined
  }
  const { p } = request.query as { p?: unknown }
  return typeof p === 'string' && p !== '' ? p : undefined
}
