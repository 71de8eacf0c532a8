import { createHmac } from 'node:crypto'
import { z } from 'zod'
import { httpChannel, networkSettings, secretAddress } from '#features/notices/http-channel.ts'
import type { Message } from '#features/notices/message.ts'
import type { Json, JsonObject } from '#kernel/json.ts'
import { fillJson, fillText, placeholdersOf, textOf } from '#kernel/placeholders.ts'

const fields = [
  'id',
  'at',
  'kind',
  'severity',
  'title',
  'text',
  'link',
  'alertId',
  'labels',
  'notices',
] as const

/** What a placeholder in a body stands for; null where there is nothing. */
function fieldsOf({ id, at, kind, severity, title, parts, link, notices }: Message): JsonObject {
  const [first] = notices
  return {
    id,
    at,
    kind,
    severity,
    title,
    text: parts.join('\n'),
    link: link ?? null,
    alertId: notices.length === 1 ? (first?.alertId ?? null) : null,
    labels: notices.length === 1 ? { ...first?.labels } : {},
    notices: notices.map((each) => ({ ...each, labels: { ...each.labels } })) as unknown as Json,
  }
}

const valueIn =
  (all: JsonObject) =>
  (name: string): Json =>
    name.startsWith('labels.') ? ((all['labels'] as JsonObject)[name.slice(7)] ?? null) : (all[name] ?? null)

const isKnown = (name: string): boolean =>
  name.startsWith('labels.') || fields.some((field) => field === name)

/** A text, or JSON whose texts may hold placeholders; what is misspelt is said when it is entered. */
const template = z.json().superRefine((value, context) => {
  const unknown = placeholdersOf(typeof value === 'string' ? value : JSON.stringify(value)).find(
    (name) => !isKnown(name),
  )
  if (unknown !== undefined)
    context.addIssue({
      code: 'custom',
      message: `nothing is called {${unknown}}; there are {${fields.join('}, {')}} and {labels.NAME}`,
    })
})

/** The body, and its type. */
function bodyOf(
  format: 'json' | 'form' | 'text',
  body: Json | undefined,
  message: Message,
): [text: string, type: string] {
  const all = fieldsOf(message)
  const filled = body === undefined ? all : fillJson(body, valueIn(all))
  switch (format) {
    case 'json':
      return [JSON.stringify(filled), 'application/json']
    case 'form': {
      const given = typeof filled === 'object' && filled !== null && !Array.isArray(filled) ? filled : {}
      const form = new URLSearchParams(Object.entries(given).map(([name, value]) => [name, textOf(value)]))
      return [form.toString(), 'application/x-www-form-urlencoded']
    }
    case 'text':
      return [
        typeof body === 'string'
          ? fillText(body, valueIn(all))
          : [message.title, ...message.parts].join('\n'),
        'text/plain; charset=utf-8',
      ]
  }
}

/** Any address, with a body of one's own. */
export const webhookChannel = httpChannel({
  kind: 'webhook',
  title: 'Webhook',
  summary: 'Any address that takes a request, with a body of one’s own.',
  groups: true,
  settings: z.strictObject({
    url: secretAddress.describe('Its address.'),
    method: z.enum(['POST', 'PUT', 'PATCH', 'GET']).default('POST').describe('The method.'),
    headers: z
      .record(z.string().regex(/^[\w-]+$/), z.string().max(8_000).meta({ secret: true }))
      .default({})
      .describe('Headers that go with it.'),
    format: z.enum(['json', 'form', 'text']).default('json').describe('How the body is written.'),
    body: template
      .optional()
      .describe('The body, with placeholders such as {title}; without it everything is told.'),
    signingSecret: z
      .string()
      .min(8)
      .optional()
      .meta({ secret: true })
      .describe('Signs each request: X-Rollcall-Signature is the HMAC-SHA256 of "TIME.BODY".'),
    ...networkSettings,
  }),
  secrets: ({ headers, signingSecret }) => [
    ...Object.values(headers),
    ...(signingSecret === undefined ? [] : [signingSecret]),
  ],
  render({ url, method, headers, format, body, signingSecret }, message) {
    const [text, type] = bodyOf(format, body, message)
    const sent = method === 'GET' ? '' : text
    return {
      method,
      url,
      headers: {
        ...(method === 'GET' ? {} : { 'content-type': type }),
        'idempotency-key': message.id,
        ...(signingSecret === undefined ? {} : signatureOf(signingSecret, message.at, sent)),
        ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
      },
      body: method === 'GET' ? undefined : sent,
    }
  },
})

const signatureOf = (secret: string, at: string, body: string): Record<string, string> => ({
  'x-rollcall-timestamp': at,
  'x-rollcall-signature': `sha256=${createHmac('sha256', secret).update(`${at}.${body}`).digest('hex')}`,
})
