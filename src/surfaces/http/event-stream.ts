import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Context } from '#features/context.ts'
import { every } from '#kernel/clock.ts'
import { AppError } from '#kernel/errors.ts'
import type { Happening } from '#kernel/event-bus.ts'
import type { Actor, Permission } from '#model/actor.ts'
import { mayCall } from '#surfaces/answer-operation.ts'
import { type EventLog, keepEvents, type NumberedHappening } from '#surfaces/http/event-log.ts'
import { type Identify, headersOf } from '#surfaces/http/request-actor.ts'

/** What a topic's first word needs beyond inventory.read. */
const topicPermissions: Record<string, Permission> = {
  access: 'access.read',
  agent: 'monitoring.read',
  alert: 'monitoring.read',
  audit: 'audit.read',
  check: 'monitoring.read',
  job: 'jobs.read',
  metrics: 'monitoring.read',
  run: 'sources.read',
  schedule: 'jobs.read',
  server: 'monitoring.read',
  setting: 'settings.read',
  source: 'sources.read',
  sync: 'sources.read',
  token: 'access.read',
  user: 'access.read',
}

const limits = { streams: 500, unreadBytes: 1_000_000, heartbeat: 20_000 }

const Query = z.strictObject({ topic: z.union([z.string(), z.array(z.string())]).optional() })

/**
 * `GET /api/v1/events?topic=device.&topic=run.`: what happens, as server-sent events. Written by hand because
 * a stream is not one answer. A reader that comes back with Last-Event-ID gets what it missed, or one `reset`
 * event when that is no longer known; one that reads too slowly is cut off and does the same.
 */
export function addEventStream(
  server: FastifyInstance,
  context: Pick<Context, 'events' | 'clock'>,
  identify: Identify,
): void {
  const log = keepEvents(context.events)
  const open = new Set<AbortController>()
  server.addHook('preClose', async () => {
    log.close()
    for (const each of open) each.abort()
  })
  server.get(
    '/api/v1/events',
    { config: { permission: 'inventory.read' }, compress: false },
    async (request, reply) => {
      const { topic } = parseQuery(request.query)
      if (open.size >= limits.streams) throw new AppError('BUSY', 'Too many pages listen to events already')
      const gone = new AbortController()
      open.add(gone)
      const done = () => open.delete(gone)
      gone.signal.addEventListener('abort', done, { once: true })
      reply.raw.once('close', () => gone.abort())
      const prefixes = [topic ?? []].flat()
      const stream = eventStream({ log, request, prefixes, clock: context.clock, identify }, gone)
      return reply
        .type('text/event-stream')
        .header('cache-control', 'no-store')
        .header('x-accel-buffering', 'no')
        .send(stream)
    },
  )
}

function parseQuery(query: unknown): z.output<typeof Query> {
  const result = Query.safeParse(query)
  if (result.success) return result.data
  throw new AppError('INPUT_INVALID', 'The event stream takes only topic', {
    complaints: [{ path: 'topic', expected: 'the beginning of a topic such as device. (may be repeated)' }],
  })
}

interface Listener {
  log: EventLog
  request: FastifyRequest
  prefixes: readonly string[]
  clock: Context['clock']
  identify: Identify
}

function eventStream(listener: Listener, gone: AbortController): Readable {
  const { log, request } = listener
  const stream = new Readable({ read() {} })
  const write = (text: string) => {
    stream.push(text)
    // Nobody reads: the caller comes back with Last-Event-ID instead of filling our memory.
    if (stream.readableLength > limits.unreadBytes) gone.abort()
  }
  const tell = (event: NumberedHappening) => {
    const seen = visible(event.happening, request.actor, listener.prefixes)
    if (seen) write(`id: ${event.id}\nevent: ${seen.topic}\ndata: ${JSON.stringify(seen)}\n\n`)
  }
  write('retry: 2000\n\n')
  const missed = log.since(request.headers['last-event-id'] as string | undefined)
  if (missed === 'unknown') write(`id: ${log.lastId()}\nevent: reset\ndata: {}\n\n`)
  else missed.forEach(tell)
  const stop = log.listen(tell)
  gone.signal.addEventListener('abort', () => {
    stop()
    stream.push(null)
  })
  void keepAlive(listener, gone, write)
  return stream
}

/** A comment now and then keeps proxies from closing; a session or token that ended ends its stream. */
async function keepAlive(
  { request, clock, identify }: Listener,
  gone: AbortController,
  write: (text: string) => void,
) {
  await clock.sleep(limits.heartbeat, gone.signal)
  await every(clock, limits.heartbeat, gone.signal, async () => {
    const actor = await identify({ headers: headersOf(request), address: request.ip }).catch(() => undefined)
    if (actor === undefined || !mayCall('inventory.read', actor)) return gone.abort()
    request.actor = actor
    if (!gone.signal.aborted) write(': still here\n\n')
  })
}

/** What this actor may see of a happening; one limited to tags learns that something happened, not what. */
function visible(happening: Happening, actor: Actor, prefixes: readonly string[]): Happening | undefined {
  if (prefixes.length > 0 && !prefixes.some((prefix) => happening.topic.startsWith(prefix))) return undefined
  const needed = topicPermissions[happening.topic.split('.')[0]!]
  if (needed && !actor.permissions.has(needed)) return undefined
  return actor.tags === undefined ? happening : { ...happening, data: {} }
}
