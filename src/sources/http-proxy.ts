import type { Socket } from 'node:net'
import { type buildConnector, Client } from 'undici'
import { z } from 'zod'
import { AppError } from '#kernel/errors.ts'

/** A proxy that leads to a source. */
export const proxySettings = z.strictObject({
  url: z
    .url({ protocol: /^https?$/ })
    .refine((text) => !/^https?:\/\/[^/]*@/i.test(text))
    .meta({ expected: 'an http or https address without user and password in it' })
    .describe('Its address, with the port.'),
  username: z.string().min(1).optional().describe('A user of the proxy, where it asks for one.'),
  password: z.string().min(1).optional().meta({ secret: true }).describe('The password of that user.'),
})
export type ProxySettings = z.output<typeof proxySettings>

type Connector = buildConnector.connector
type Options = Parameters<Connector>[0]

/** The proxy answered, but does not lead on. */
export class ProxyRefused extends Error {
  readonly status: number

  constructor(status: number) {
    super(`The proxy answered ${status}`)
    this.status = status
  }
}

/**
 * Opens connections through a proxy by CONNECT (RFC 9110, 9.3.6), also for http. What is sent afterwards is between us
 * and the source: over https the source proves itself as without a proxy, and the proxy reads nothing.
 */
export function proxyConnector(direct: Connector, proxy: ProxySettings, timeoutMs: number): Connector {
  const headers = authorization(proxy)
  return (options, callback) => {
    const target = `${inAuthority(options.hostname)}:${options.port || (options.protocol === 'https:' ? 443 : 80)}`
    openTunnel(proxy, target, headers, timeoutMs).then(
      (socket) => {
        if (options.protocol !== 'https:') return callback(null, socket)
        return direct({ ...options, httpSocket: socket } as Options, callback)
      },
      (error: unknown) => callback(error as Error, null),
    )
  }
}

/** IPv6 addresses stand in brackets (RFC 9112, 3.2.3), which connectors are given them without. */
const inAuthority = (host: string): string =>
  host.includes(':') && !host.startsWith('[') ? `[${host}]` : host

function authorization({ username, password }: ProxySettings): Record<string, string> {
  if (username === undefined) return {}
  const pair = Buffer.from(`${username}:${password ?? ''}`).toString('base64')
  return { 'proxy-authorization': `Basic ${pair}` }
}

async function openTunnel(
  proxy: ProxySettings,
  target: string,
  headers: Record<string, string>,
  timeoutMs: number,
) {
  const client = new Client(proxy.url, { connect: { timeout: timeoutMs } })
  try {
    const { statusCode, socket } = await client.connect({
      path: target,
      headers: { host: target, ...headers },
      signal: AbortSignal.timeout(timeoutMs),
    })
    if (statusCode === 200) return socket as Socket
    socket.destroy()
    throw new ProxyRefused(statusCode)
  } catch (error) {
    throw error instanceof ProxyRefused ? error : unreachable(proxy, error)
  } finally {
    void client.close().catch(() => {})
  }
}

const unreachable = ({ url }: ProxySettings, cause: unknown): AppError =>
  new AppError('SOURCE_UNREACHABLE', `The proxy ${new URL(url).origin} does not answer`, {
    hint: 'Check proxy.url, and whether the proxy is up.',
    cause,
  })
