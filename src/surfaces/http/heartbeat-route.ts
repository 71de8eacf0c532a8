import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { AppError } from '#kernel/errors.ts'
import type { Actor } from '#model/actor.ts'
import { assertMayCall } from '#surfaces/answer-operation.ts'
import { BodyTooLarge, inflateBody } from '#surfaces/http/inflate-body.ts'
import { sendProblem } from '#surfaces/http/problem-replies.ts'
import { headersOf } from '#surfaces/http/request-actor.ts'
import type { Identify } from '#surfaces/http/request-actor.ts'

interface HeartbeatSender {
  actor: Actor
}

/** Takes heartbeats: `createHeartbeatIntake(...)`. */
export interface TakeHeartbeats<Sender extends HeartbeatSender = HeartbeatSender> {
  senderOf(authorization: string | undefined, identify: () => Promise<Actor>): Sender | Promise<Sender>
  take(sender: Sender, items: readonly unknown[]): Promise<object>
}

const wireLimit = 10_485_760
/** What a body may inflate to. */
const inflatedLimit = 10_485_760

const senders = new WeakMap<FastifyRequest, HeartbeatSender>()

/**
 * `POST /api/v1/agents/heartbeat`: one heartbeat, a list of them, or one a line. Written by hand because it has to take
 * many thousand a second: agents are known by their keys, and bodies are checked by a compiled schema.
 */
export function addHeartbeatRoute(server: FastifyInstance, intake: TakeHeartbeats, identify: Identify): void {
  void server.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: wireLimit }, (_request, body, done) =>
      done(null, body),
    )
    scope.addHook('onRequest', (request, _reply, done) => {
      const { authorization } = request.headers
      const asking = () => identify({ headers: headersOf(request), address: request.ip })
      const settle = (sender: HeartbeatSender) => {
        assertMayCall('metrics.write', sender.actor)
        request.actor = sender.actor
        senders.set(request, sender)
      }
      try {
        const found = intake.senderOf(authorization, asking)
        if (found instanceof Promise) return void found.then(settle).then(() => done(), done)
        settle(found)
      } catch (error) {
        return done(error as Error)
      }
      done()
    })
    const config = { permission: 'metrics.write' as const, guardedElsewhere: true }
    // How much a body holds is found out here, before it is all in memory.
    const options = { config, bodyLimit: wireLimit, decompress: false as const }
    scope.post('/api/v1/agents/heartbeat', options, async (request, reply) => {
      try {
        return await answer(intake, request, reply)
      } catch (error) {
        if (error instanceof BodyTooLarge) return sendProblem(request, reply, error, 413)
        throw error
      }
    })
  })
}

async function answer(
  intake: TakeHeartbeats,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const encoding = request.headers['content-encoding']
  const raw = (request.body ?? Buffer.alloc(0)) as Buffer
  const body = encoding === undefined ? raw : await inflateBody(raw, encoding, inflatedLimit)
  const items = itemsIn(body.toString(), request.headers['content-type'])
  const taken = await intake.take(senders.get(request)!, items)
  return reply
    .header('cache-control', 'no-store')
    .type('application/json; charset=utf-8')
    .send(JSON.stringify(taken))
}

const byLines = /ndjson|jsonl|json-seq/

function itemsIn(text: string, type: string | undefined): unknown[] {
  if (type !== undefined && byLines.test(type))
    return text
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => lineOf(line))
  try {
    const parsed: unknown = JSON.parse(text)
    return Array.isArray(parsed) ? parsed : [parsed]
  } catch (cause) {
    throw new AppError('INPUT_INVALID', 'The body is no JSON', {
      complaints: [{ path: 'body', expected: 'a heartbeat as JSON, or a list of them' }],
      cause,
    })
  }
}

/** A line that is no JSON is refused by itself. */
function lineOf(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return line
  }
}
