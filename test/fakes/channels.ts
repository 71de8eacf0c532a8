import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { TestContext } from 'node:test'
import { listening } from '#test/http-lab.ts'

/** A request as a product got it. */
export interface Got {
  method: string
  path: string
  headers: IncomingHttpHeaders
  text: string
  // oxlint-disable-next-line typescript/no-explicit-any -- whatever was posted
  body: any
}

interface Reply {
  status: number
  body?: unknown
  headers?: Record<string, string>
}

type Product = (got: Got) => Reply

const refused = (status: number, body: unknown): Reply => ({ status, body })
const isText = (value: unknown, most: number): boolean =>
  typeof value === 'string' && value !== '' && value.length <= most

/** Each takes what its product takes, and answers as that does. */
const products: Readonly<Record<string, Product>> = {
  slack({ path, body }) {
    if (!path.includes('/services/T0/B0/')) return refused(404, 'no_service')
    const blocks = body.blocks as { type: string; text: { type: string; text: string } }[]
    const areGood = blocks.every(({ type, text }) =>
      type === 'header' ? text.type === 'plain_text' && isText(text.text, 150) : isText(text.text, 3_000),
    )
    return isText(body.text, 40_000) && areGood ? { status: 200, body: 'ok' } : refused(400, 'invalid_blocks')
  },
  discord({ path, body }) {
    if (!path.includes('?wait=true')) return { status: 204 }
    const [embed] = body.embeds as { title: string; description?: string; url?: string; color: number }[]
    const isGood =
      isText(embed!.title, 256) &&
      (embed!.description === undefined || isText(embed!.description, 4_096)) &&
      embed!.title.length + (embed!.description?.length ?? 0) <= 6_000
    return isGood
      ? { status: 200, body: { id: '1', type: 0 } }
      : refused(400, { message: 'Invalid Form Body', code: 50035 })
  },
  telegram({ path, body }) {
    if (!path.endsWith('/sendMessage'))
      return refused(404, { ok: false, error_code: 404, description: 'Not Found' })
    const plain = String(body.text)
      .replaceAll(/<\/?(b|a)( [^>]*)?>/g, '')
      .replaceAll(/&(lt|gt|amp|quot);/g, '_')
    if (/[<>]/.test(plain))
      return refused(400, { ok: false, error_code: 400, description: "Bad Request: can't parse entities" })
    if (plain.length > 4_096)
      return refused(400, { ok: false, error_code: 400, description: 'Bad Request: message is too long' })
    return { status: 200, body: { ok: true, result: { message_id: 7 } } }
  },
  ntfy({ method, path, body, headers }) {
    if (headers.authorization !== undefined && headers.authorization !== 'Bearer tk_secret_token')
      return refused(401, { code: 40101, http: 401, error: 'unauthorized' })
    const isGood =
      method === 'POST' &&
      path === '/ntfy/' &&
      Buffer.byteLength(body.message as string) <= 4_096 &&
      [1, 2, 3, 4, 5].includes(body.priority as number)
    return isGood
      ? { status: 200, body: { id: 'x', event: 'message' } }
      : refused(400, { code: 40024, http: 400 })
  },
  gotify({ headers, body }) {
    if (headers['x-gotify-key'] !== 'app-secret-token')
      return refused(401, {
        error: 'Unauthorized',
        errorCode: 401,
        errorDescription: 'you need to provide a valid access token',
      })
    return typeof body.message === 'string' && Number.isInteger(body.priority)
      ? { status: 200, body: { id: 1, appid: 1 } }
      : refused(400, { error: 'Bad Request', errorCode: 400 })
  },
  matrix({ method, path, headers, body }) {
    if (headers.authorization !== 'Bearer syt_secret_token')
      return refused(401, { errcode: 'M_UNKNOWN_TOKEN', error: 'Invalid access token' })
    const isGood =
      method === 'PUT' &&
      /\/_matrix\/client\/v3\/rooms\/!room%3Aexample\.net\/send\/m\.room\.message\/[\w-]+$/i.test(path) &&
      Buffer.byteLength(JSON.stringify(body)) < 65_536
    return isGood ? { status: 200, body: { event_id: '$1' } } : refused(400, { errcode: 'M_UNRECOGNIZED' })
  },
  teams({ body, text }) {
    const [card] = body.attachments as { contentType: string; content: { type: string; body: unknown[] } }[]
    const isGood =
      body.type === 'message' &&
      card!.contentType === 'application/vnd.microsoft.card.adaptive' &&
      card!.content.type === 'AdaptiveCard' &&
      Buffer.byteLength(text) <= 28 * 1024
    return isGood ? { status: 202 } : refused(413, 'Request Entity Too Large')
  },
  apprise({ path, body }) {
    if (path.endsWith('/unknown-key')) return { status: 204 }
    if (path.endsWith('/partly-key'))
      return refused(424, { error: 'One or more notification could not be sent.' })
    return isText(body.body, 32_768) &&
      ['info', 'success', 'warning', 'failure'].includes(body.type as string)
      ? { status: 200, body: 'ok' }
      : refused(400, { error: 'bad request' })
  },
  pushover({ body }) {
    const errors = [
      ...(body.token === 'app-secret-key' ? [] : ['application token is invalid']),
      ...(isText(body.message, 1_024) ? [] : ['message is too long']),
      ...(body.priority === 2 && (body.retry < 30 || body.expire > 10_800) ? ['retry is invalid'] : []),
    ]
    return errors.length === 0
      ? { status: 200, body: { status: 1, request: 'r' } }
      : refused(400, { status: 0, request: 'r', errors })
  },
  pagerduty({ body }) {
    const isGood =
      body.routing_key === 'routing-secret-key' &&
      ['trigger', 'resolve'].includes(body.event_action as string) &&
      isText(body.dedup_key, 255) &&
      isText(body.payload.summary, 1_024) &&
      ['critical', 'warning', 'error', 'info'].includes(body.payload.severity as string)
    return isGood
      ? { status: 202, body: { status: 'success', message: 'Event processed', dedup_key: body.dedup_key } }
      : refused(400, { status: 'invalid event', message: 'Event object is invalid', errors: ['routing_key'] })
  },
  hook: () => ({ status: 200, body: { taken: true } }),
}

/** All products on one server, by the first word of the path; `next` answers of its own go before the product's. */
export async function fakeChannels(t: TestContext) {
  const got: Got[] = []
  const next: Reply[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString()
      const isJson = request.headers['content-type']?.startsWith('application/json')
      const one: Got = {
        method: request.method!,
        path: request.url!,
        headers: request.headers,
        text,
        body: isJson ? JSON.parse(text) : text,
      }
      got.push(one)
      const product = products[one.path.split('/')[1]!]
      const { status, body, headers } = next.shift() ?? product?.(one) ?? { status: 404 }
      response.writeHead(status, headers)
      response.end(body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body))
    })
  })
  return { base: await listening(t, server, 'http', '127.0.0.1'), got, next }
}
