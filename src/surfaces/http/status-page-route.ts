import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Context } from '#features/context.ts'
import type { AnyOperation } from '#features/operation.ts'
import { AppError } from '#kernel/errors.ts'
import type { Clock } from '#kernel/clock.ts'
import { answerOperation } from '#surfaces/answer-operation.ts'
import { disconnectSignal } from '#surfaces/http/disconnect-signal.ts'
import { statusPageFeed, statusPageHtml, type ShownStatus } from '#surfaces/http/status-page-html.ts'

/** So many times a minute one address may ask: a page that refreshes itself asks twice. */
const asksAtMost = 60
const minute = 60_000

const config = { permission: 'open' as const, anonymous: true }

/**
 * The public status page as a page without scripts, and as a feed. Written by hand because they are not JSON; the JSON
 * is the operation itself.
 */
export function addStatusPage(
  server: FastifyInstance,
  context: Context,
  operation: AnyOperation,
  publicUrl: string | undefined,
): void {
  const { enabled, path } = context.config.monitoring.statusPage
  const limit = createLimit(context.clock)
  const json = `/api/v1${operation.http.split(' ')[1]}`
  server.addHook('onRequest', async (request) => {
    if (request.routeOptions.url === json) limit(request)
  })
  if (!enabled) return
  const ask = async (request: FastifyRequest, reply: FastifyReply) => {
    limit(request)
    const signal = disconnectSignal(reply)
    return (await answerOperation(operation, context, request.actor, {}, signal)) as ShownStatus
  }
  const headers = { 'cache-control': 'public, max-age=15', 'x-robots-tag': 'noindex, nofollow' }

  server.get(path, { config }, async (request, reply) =>
    reply
      .headers(headers)
      .type('text/html; charset=utf-8')
      .send(statusPageHtml(await ask(request, reply), path, json)),
  )
  server.get(`${path}/feed.rss`, { config }, async (request, reply) =>
    reply
      .headers(headers)
      .type('application/rss+xml; charset=utf-8')
      .send(statusPageFeed(await ask(request, reply), addressOf(request, publicUrl) + path)),
  )
}

const addressOf = ({ protocol, host }: FastifyRequest, publicUrl: string | undefined): string =>
  publicUrl?.replace(/\/$/, '') ?? `${protocol}://${host}`

/** Throws TOO_MANY_REQUESTS for an address that asks too often in a minute. */
function createLimit(clock: Clock) {
  let since = clock.monotonic()
  const counts = new Map<string, number>()
  return ({ ip }: FastifyRequest): void => {
    const now = clock.monotonic()
    if (now - since >= minute) {
      since = now
      counts.clear()
    }
    const count = (counts.get(ip) ?? 0) + 1
    counts.set(ip, count)
    if (count <= asksAtMost) return
    throw new AppError('TOO_MANY_REQUESTS', 'The status page is asked for too often', {
      retryAfterSeconds: Math.ceil((since + minute - now) / 1_000),
    })
  }
}
