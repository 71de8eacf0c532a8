import { z } from 'zod'
import type { ChannelKind } from '#features/notices/channel-kind.ts'
import type { Message } from '#features/notices/message.ts'
import { AppError } from '#kernel/errors.ts'
import { createHttpClient, type HttpAnswer, type HttpMethod } from '#sources/http-client.ts'
import { proxySettings } from '#sources/http-proxy.ts'
import { createRedactor } from '#sources/http-redaction.ts'
import { tlsTrust } from '#sources/http-settings.ts'

/** How the network is gone through: the same for every kind that speaks HTTP. */
export const networkSettings = {
  tls: tlsTrust.prefault({}).describe('How the server proves itself; checking is never off.'),
  proxy: proxySettings.optional().describe('A proxy that leads to it.'),
  timeoutSeconds: z.number().positive().max(120).default(15).describe('Seconds to wait for an answer.'),
}
const network = z.object(networkSettings)
type Network = z.output<typeof network>

/** An address that is a secret, because whoever has it may post. */
export const secretAddress = z
  .url({ protocol: /^https?$/ })
  .refine((text) => !/^https?:\/\/[^/]*@/i.test(text))
  .meta({ secret: true, expected: 'an http or https address without user and password in it' })

/** An address of a server of one's own. */
export const serverAddress = z
  .url({ protocol: /^https?$/ })
  .refine((text) => !/^https?:\/\/[^/]*@/i.test(text))
  .meta({ expected: 'an http or https address without user and password in it' })

/** What goes out for a message. */
export interface HttpMessage {
  method?: HttpMethod | undefined
  url: string
  headers?: Record<string, string> | undefined
  /** Text and forms go as they are, anything else as JSON. */
  body: unknown
}

/** What an answer means. */
export type Verdict =
  | { is: 'sent'; says: string }
  /** Not now: the same may go well later, not before `afterSeconds`. */
  | { is: 'later'; says: string; afterSeconds?: number | undefined }
  /** The same would be refused again. */
  | { is: 'refused'; says: string }

export type Answer = HttpAnswer<string>

interface HttpChannelParts<Settings extends z.ZodObject> extends Omit<ChannelKind<Settings>, 'send'> {
  /** Pure: what is posted. */
  render(settings: z.output<Settings>, message: Message): HttpMessage
  /** Values that must never be shown, beside those of headers and of the address's path. */
  secrets?: ((settings: z.output<Settings>) => readonly string[]) | undefined
  /** Where the product says more than its status. */
  judge?: ((answer: Answer) => Verdict | undefined) | undefined
}

const anyStatus = Array.from({ length: 500 }, (_, index) => 100 + index)

/** A kind of channel that is one request and its answer. */
export function httpChannel<Settings extends z.ZodObject>(
  parts: HttpChannelParts<Settings>,
): ChannelKind<Settings> {
  const { render, secrets = () => [], judge, ...kind } = parts
  return {
    ...kind,
    async send(settings, message, { clock }, signal) {
      const { tls, proxy, timeoutSeconds } = network.parse(settings) satisfies Network
      const { method = 'POST', url, headers = {}, body } = render(settings, message)
      const { origin, pathname, search } = new URL(url)
      const hidden = [
        ...secrets(settings),
        ...Object.entries(headers).flatMap(([name, value]) => (/^content-type$/i.test(name) ? [] : [value])),
        `${pathname}${search}`,
        ...pathname.split('/'),
      ].filter((part) => part.length >= 8)
      const client = createHttpClient(
        {
          baseUrl: origin,
          headers: { 'accept-encoding': 'identity' },
          maxBodyBytes: 65_536,
          cutsBody: true,
          tls,
          proxy,
          timeoutMs: timeoutSeconds * 1000,
          connections: 1,
          secrets: hidden,
        },
        { clock },
      )
      try {
        const answer = await client.text(method, `${pathname}${search}`, {
          body,
          headers,
          expect: anyStatus,
          signal,
        })
        const redactor = createRedactor(new Set(hidden))
        return settled(kind.title, judge?.(answer) ?? usualVerdict(answer), (text) => redactor.text(text))
      } finally {
        await client.close()
      }
    },
  }
}

const shortly = (text: string): string =>
  text
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, 200)

function settled(title: string, verdict: Verdict, hide: (text: string) => string): string {
  const says = shortly(hide(verdict.says))
  switch (verdict.is) {
    case 'sent':
      return says
    case 'later':
      throw new AppError(
        'SOURCE_UNREACHABLE',
        `${title} does not take it now: ${says}`,
        verdict.afterSeconds === undefined ? {} : { retryAfterSeconds: verdict.afterSeconds },
      )
    case 'refused':
      throw new AppError('CHANNEL_REFUSED', `${title} refuses it: ${says}`, {
        hint: 'Look at what it says, mend the settings of the channel, and tell it again.',
      })
  }
}

/** What a status means where the product does not say more. */
export function usualVerdict(answer: Answer): Verdict {
  const { status, body } = answer
  const said = body.trim() === '' ? `it answered ${status}` : `it answered ${status}: ${body}`
  if (status >= 200 && status < 300) return { is: 'sent', says: said }
  if ([408, 425, 429].includes(status) || status >= 500)
    return { is: 'later', says: said, afterSeconds: retryAfter(answer) }
  return { is: 'refused', says: said }
}

/** Seconds until it may be tried again: by the body where that says it, else by the header. */
export function retryAfter({ headers, body }: Answer): number | undefined {
  const told = jsonOf(body)
  const parameters = told['parameters'] as { retry_after?: unknown } | undefined
  const candidates = [
    told['retry_after'],
    parameters?.retry_after,
    typeof told['retry_after_ms'] === 'number' ? told['retry_after_ms'] / 1000 : undefined,
    headers['retry-after'],
  ]
  return candidates.map((value) => Number(value)).find((seconds) => Number.isFinite(seconds) && seconds >= 0)
}

/** The members of an answer that is a JSON object; none for anything else. */
export function jsonOf(body: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}
