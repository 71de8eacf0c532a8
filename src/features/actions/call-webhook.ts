import type { Webhook } from '#config-schema.ts'
import type { Context } from '#features/context.ts'
import { OutcomeUnknown } from '#features/jobs/outcome-unknown.ts'
import { AppError } from '#kernel/errors.ts'
import type { Json, JsonObject } from '#kernel/json.ts'
import { createHttpClient, type HttpAnswer, type HttpClient } from '#sources/http-client.ts'
import { createRedactor } from '#sources/http-redaction.ts'

/** How much of an answer is kept. */
const keptCharacters = 2_048
/** Connecting has a limit of its own, so that what was never sent is told from what was never answered. */
const connectSeconds = 10

/** One client a webhook, which keeps its connections; the configuration is frozen, so it is its own key. */
const clients = new WeakMap<Webhook, HttpClient>()

function clientOf(webhook: Webhook, { clock }: Pick<Context, 'clock'>): HttpClient {
  const known = clients.get(webhook)
  if (known) return known
  const headers = Object.fromEntries(
    Object.entries(webhook.headers).map(([name, value]) => [name.toLowerCase(), value]),
  )
  const client = createHttpClient(
    {
      baseUrl: new URL(webhook.url).origin,
      // Plain, so that the beginning of an endless answer can be taken: that it came is what counts.
      headers: { 'content-type': 'application/json', 'accept-encoding': 'identity', ...headers },
      maxBodyBytes: 65_536,
      cutsBody: true,
      tls: webhook.tls,
      timeoutMs: Math.min(connectSeconds, webhook.timeoutSeconds) * 1000,
      connections: webhook.concurrency,
      secrets: secretsOf(webhook),
    },
    { clock },
  )
  clients.set(webhook, client)
  return client
}

/** Every header may hold a secret, and so may the path of the address, as with chat services. */
function secretsOf({ url, headers }: Webhook): string[] {
  const { pathname, search } = new URL(url)
  const values = Object.values(headers)
  const encoded = values.map((value) => Buffer.from(value).toString('base64'))
  const parts = [...values, ...encoded, `${pathname}${search}`, pathname, search.slice(1)]
  return parts.filter((part) => part.length >= 8)
}

/** Every status that an answer can have; a redirect is refused by the client. */
const anyStatus = Array.from({ length: 500 }, (_, index) => 100 + index)

/**
 * Posts a body to a webhook and gives what it answered. Throws WEBHOOK_REFUSED for what it does not take,
 * SOURCE_UNREACHABLE and its like (to be tried again) where it was not done or may be done again with the same key, and
 * OutcomeUnknown where a webhook without keys may have done it.
 */
export async function callWebhook(
  context: Pick<Context, 'clock'>,
  webhook: Webhook,
  { body, key }: { body: Json; key: string | null },
  signal: AbortSignal,
): Promise<JsonObject> {
  signal.throwIfAborted()
  const { pathname, search } = new URL(webhook.url)
  const headers = webhook.idempotent && key !== null ? { 'idempotency-key': key } : {}
  const request = {
    body: JSON.stringify(body),
    headers,
    expect: anyStatus,
    timeoutMs: webhook.timeoutSeconds * 1000,
    signal,
  }
  let answer: HttpAnswer<string>
  try {
    answer = await clientOf(webhook, context).text(webhook.method, `${pathname}${search}`, request)
  } catch (error) {
    throw withoutAnswer(webhook, error, signal)
  }
  return judged(webhook, answer)
}

/** Nothing of the request left this machine. */
const neverSent =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|EADDRNOTAVAIL|ERR_SSL_WRONG_VERSION_NUMBER|ERR_SSL_PACKET_LENGTH_TOO_LONG)$/

const codeOf = (error: unknown): string => String((error as { code?: unknown } | null)?.code ?? '')

function withoutAnswer(webhook: Webhook, error: unknown, signal: AbortSignal): unknown {
  const { name, timeoutSeconds } = webhook
  if (signal.aborted) return webhook.idempotent ? signal.reason : unknown(name, 'the call was stopped')
  if (!(error instanceof AppError)) return error
  if (['SOURCE_NOT_TRUSTED', 'CONFIG_INVALID', 'SOURCE_FILE_UNREADABLE'].includes(error.code)) return error
  if (neverSent.test(codeOf(error.cause)))
    return later(error.code === 'SOURCE_TIMEOUT' ? `The webhook ${name} cannot be reached` : error.message)
  if (error.code === 'SOURCE_ANSWER_INVALID' && / redirects /.test(error.message))
    return new AppError('WEBHOOK_REFUSED', `The webhook ${name} redirects, which is not followed`, {
      hint: 'If that is where it lives now, set its address to it.',
    })
  const what =
    error.code === 'SOURCE_TIMEOUT' ? `gave no answer within ${timeoutSeconds} s` : 'broke the connection'
  if (!webhook.idempotent) return unknown(name, what)
  return later(`The webhook ${name} ${what}`)
}

const later = (message: string, retryAfterSeconds?: number): AppError =>
  new AppError('SOURCE_UNREACHABLE', message, retryAfterSeconds === undefined ? {} : { retryAfterSeconds })

const unknown = (name: string, what: string): OutcomeUnknown =>
  new OutcomeUnknown(`The webhook ${name}: ${what}, so it may have been done`, {
    hint: 'Look there whether it was done, and say so.',
  })

/** The server says that it has not done it. */
const notNow = new Set([408, 425, 429])

function judged(webhook: Webhook, { status, headers, body }: HttpAnswer<string>): JsonObject {
  const kept = keptText(webhook, body)
  const said = kept === '' ? '' : `: ${kept.replaceAll(/\s+/g, ' ').slice(0, 160)}`
  if (status >= 200 && status < 300) return { status, body: kept }
  const message = `The webhook ${webhook.name} answered ${status}${said}`
  const wait = secondsOf(headers['retry-after'])
  if (notNow.has(status) || (status === 503 && wait !== undefined)) return fail(later(message, wait))
  // A server that broke in the middle may have done half of it.
  if (status >= 500)
    return fail(webhook.idempotent ? later(message, wait) : unknown(webhook.name, `it answered ${status}`))
  return fail(
    new AppError('WEBHOOK_REFUSED', message, {
      hint: 'Look at what it says, mend the row, and try it again.',
    }),
  )
}

function fail(error: AppError): never {
  throw error
}

const secondsOf = (retryAfter: string | undefined): number | undefined => {
  const seconds = Number(retryAfter)
  return retryAfter !== undefined && seconds >= 0 ? seconds : undefined
}

/** The beginning of an answer, as text that can be kept and shown. */
function keptText(webhook: Webhook, body: string): string {
  const plain = body.slice(0, keptCharacters * 2).replaceAll(/(?![\n\t])\p{Cc}/gu, '')
  return createRedactor(new Set(secretsOf(webhook)))
    .text(plain)
    .slice(0, keptCharacters)
    .trim()
}
