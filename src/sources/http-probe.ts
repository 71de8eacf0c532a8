import type { X509Certificate } from 'node:crypto'
import { isIP, type Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import { Agent, request as send, type buildConnector, type Dispatcher } from 'undici'
import type { IpAddress } from '#model/ip-address.ts'
import type { TlsTrust } from '#sources/http-settings.ts'
import { trustedConnector } from '#sources/http-tls.ts'

/** The addresses of a host that may be connected to; what it throws ends the attempt. */
export type Resolve = (host: string) => Promise<readonly IpAddress[]>

export interface Way {
  resolve: Resolve
  trust: TlsTrust
  timeoutMs: number
}

/** Connects to the addresses that somebody else looked up, one after the other, under the name that was asked for. */
function resolvedConnector({ resolve, trust, timeoutMs }: Way): buildConnector.connector {
  const open = trustedConnector(trust, timeoutMs)
  const attempt = (options: buildConnector.Options): Promise<Socket | TLSSocket> =>
    new Promise((done, fail) => open(options, (error, socket) => (error ? fail(error) : done(socket!))))
  const connect = async (options: buildConnector.Options): Promise<Socket | TLSSocket> => {
    const name = options.hostname.replace(/^\[|\]$/g, '')
    const servername = options.servername ?? (isIP(name) ? '' : name)
    let failure: unknown
    for (const hostname of await resolve(name)) {
      try {
        return await attempt({ ...options, hostname, servername })
      } catch (error) {
        failure = error
      }
    }
    throw failure
  }
  return (options, callback) =>
    void connect(options).then(
      (socket) => callback(null, socket),
      (error: unknown) => callback(error as Error, null),
    )
}

export interface SocketRequest extends Way {
  host: string
  port: number
  tls: boolean
  /** The name that the server is asked to prove, where it is not its host. */
  serverName?: string | undefined
}

/** A connection; it is the caller's to end. An abort throws the signal's reason. */
export async function openSocket(asked: SocketRequest, signal: AbortSignal): Promise<Socket | TLSSocket> {
  signal.throwIfAborted()
  const { host, port, tls, serverName } = asked
  const opening = new Promise<Socket | TLSSocket>((resolve, reject) =>
    resolvedConnector(asked)(
      {
        hostname: host,
        host,
        port: String(port),
        protocol: tls ? 'https:' : 'http:',
        ...(serverName === undefined ? {} : { servername: serverName }),
      },
      (error, socket) => (error ? reject(error) : resolve(socket!)),
    ),
  )
  const aborted = new Promise<never>((_, reject) =>
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true }),
  )
  try {
    return await Promise.race([opening, aborted])
  } catch (error) {
    // Whatever is opened after all is nobody's.
    void opening.then(
      (socket) => socket.destroy(),
      () => {},
    )
    throw error
  }
}

export interface ProbeRequest extends Way {
  url: URL
  method: Dispatcher.HttpMethod
  headers: Readonly<Record<string, string>>
  body?: string | undefined
  followRedirects: boolean
  /** Of a larger body the beginning is taken. */
  maxBodyBytes: number
}

export interface ProbeAnswer {
  status: number
  body: string
  /** Of the server that answered last. */
  certificate: X509Certificate | undefined
}

const maxRedirects = 5

/** Asks once, and whatever it is redirected to, without judging the answer. Throws what went wrong as it is. */
export async function probeHttp(asked: ProbeRequest, signal: AbortSignal): Promise<ProbeAnswer> {
  let certificate: X509Certificate | undefined
  const connect = resolvedConnector(asked)
  const agent = new Agent({
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: (options, callback) =>
      connect(options, (error, socket) => {
        if (error) return callback(error, null)
        certificate = socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined
        return callback(null, socket!)
      }),
  })
  try {
    let url = asked.url
    let headers = { 'user-agent': 'rollcall', 'accept-encoding': 'identity', ...asked.headers }
    for (let hops = 0; ; hops += 1) {
      const body = asked.body ?? null
      const response = await send(url, { method: asked.method, dispatcher: agent, headers, body, signal })
      const next = asked.followRedirects ? redirectTo(response, url, asked.method) : undefined
      if (next === undefined || hops === maxRedirects)
        return {
          status: response.statusCode,
          body: await readStart(response.body, asked.maxBodyBytes),
          certificate,
        }
      await response.body.dump()
      // What is meant for one server is not told to another.
      if (next.origin !== url.origin) headers = { 'user-agent': 'rollcall', 'accept-encoding': 'identity' }
      url = next
    }
  } finally {
    await agent.destroy()
  }
}

function redirectTo(
  { statusCode, headers }: Dispatcher.ResponseData,
  from: URL,
  method: string,
): URL | undefined {
  const { location } = headers
  if (![301, 302, 303, 307, 308].includes(statusCode) || typeof location !== 'string') return undefined
  const target = URL.parse(location, from)
  const isWeb = target !== null && /^https?:$/.test(target.protocol) && target.username === ''
  return isWeb && (method === 'GET' || method === 'HEAD') ? target : undefined
}

async function readStart(body: Dispatcher.ResponseData['body'], most: number): Promise<string> {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of body as AsyncIterable<Buffer>) {
    parts.push(part)
    size += part.length
    if (size >= most) break
  }
  return Buffer.concat(parts).subarray(0, most).toString('utf8')
}
