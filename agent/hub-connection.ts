import { Agent as HttpAgent, request as httpRequest, type ClientRequest } from 'node:http'
import { Agent as HttpsAgent, type AgentOptions } from 'node:https'
import type { Duplex } from 'node:stream'
import { connect, type TLSSocket } from 'node:tls'

/** Whom to believe when the hub has a certificate of its own. */
export interface Trust {
  /** Certificates in PEM, instead of those of the system. */
  ca?: string | undefined
  /** SHA-256 of the hub's own certificate: believed whoever signed it, and no other. */
  fingerprint?: string | undefined
}

/** Keeps one connection to the hub open, over TLS and a proxy where there is one. */
export function hubAgent(url: URL, trust: Trust, proxy: URL | undefined): HttpAgent {
  const options = { keepAlive: true, maxSockets: 2, keepAliveMsecs: 30_000 }
  // A proxy is asked for the whole address where nothing is encrypted; see requestOptions.
  if (url.protocol === 'http:') return new HttpAgent(options)
  return new TrustingAgent(options, url, trust, proxy)
}

type Connected = (error: Error | null, socket?: Duplex) => void

class TrustingAgent extends HttpsAgent {
  readonly #url: URL
  readonly #trust: Trust
  readonly #proxy: URL | undefined

  constructor(options: AgentOptions, url: URL, trust: Trust, proxy: URL | undefined) {
    super(options)
    this.#url = url
    this.#trust = trust
    this.#proxy = proxy
  }

  /** As Node calls it: the socket comes by the callback, once it is known whose it is. */
  createConnection(_options: object, done: Connected): undefined {
    const secure = (socket?: Duplex) => this.#secure(socket).then((each) => done(null, each), done)
    if (this.#proxy === undefined) void secure()
    else void tunnel(this.#proxy, this.#url).then(secure, done)
  }

  #secure(over: Duplex | undefined): Promise<TLSSocket> {
    const { hostname, port } = this.#url
    const host = hostname.replace(/^\[|\]$/g, '')
    const { ca, fingerprint } = this.#trust
    const isName = !/^[\d.]+$|:/.test(host)
    return new Promise((resolve, reject) => {
      const socket = connect({
        host,
        port: Number(port || 443),
        ...(over === undefined ? {} : { socket: over }),
        ...(isName ? { servername: host } : {}),
        ...(ca === undefined ? {} : { ca }),
        rejectUnauthorized: fingerprint === undefined,
        ALPNProtocols: ['http/1.1'],
      })
      socket.once('error', reject)
      socket.setTimeout(20_000, () => socket.destroy(new Error('the hub did not finish the TLS handshake')))
      socket.once('secureConnect', () => {
        socket.setTimeout(0)
        const seen = plain(socket.getPeerCertificate().fingerprint256 ?? '')
        if (fingerprint === undefined || seen === plain(fingerprint)) return resolve(socket)
        socket.destroy(new Error(`the certificate of the hub is another one: its SHA-256 is ${seen}`))
      })
    })
  }
}

const plain = (fingerprint: string): string => fingerprint.replaceAll(/[^0-9a-fA-F]/g, '').toLowerCase()

/** A way through the proxy to the hub. */
function tunnel(proxy: URL, url: URL): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const target = `${url.hostname}:${url.port || 443}`
    const asked: ClientRequest = httpRequest({
      host: proxy.hostname,
      port: Number(proxy.port || 80),
      method: 'CONNECT',
      path: target,
      timeout: 20_000,
      headers: { host: target, ...proxyLogin(proxy) },
    })
    asked.on('connect', (response, socket) => {
      if (response.statusCode === 200) return resolve(socket)
      socket.destroy()
      reject(new Error(`the proxy ${proxy.host} answered ${response.statusCode}`))
    })
    asked.on('timeout', () => asked.destroy(new Error(`the proxy ${proxy.host} did not answer`)))
    asked.on('error', reject)
    asked.end()
  })
}

/** How a proxy is told who asks. */
export function proxyLogin({ username, password }: URL): Record<string, string> {
  if (username === '') return {}
  const both = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  return { 'proxy-authorization': `Basic ${Buffer.from(both).toString('base64')}` }
}
