import type { Agent } from 'node:http'
import type { Duplex } from 'node:stream'
import type { TLSSocket } from 'node:tls'
import { nodeHttp, nodeHttps, nodeTls } from '#agent/node-modules.ts'

/** Whom to believe when the hub has a certificate of its own. */
export interface Trust {
  /** Certificates in PEM, instead of those of the system. */
  ca?: string | undefined
  /** SHA-256 of the hub's own certificate: believed whoever signed it, and no other. */
  fingerprint?: string | undefined
}

/** Milliseconds for a handshake, with the hub or with a proxy. */
const patience = 20_000

/** Keeps one connection to the hub open, over TLS and a proxy where there is one. */
export function hubAgent(url: URL, trust: Trust, proxy: URL | undefined): Agent {
  const options = { keepAlive: true, maxSockets: 2, keepAliveMsecs: 30_000 }
  // Without TLS a proxy is asked for the whole address, and the connection is one like others.
  if (url.protocol === 'http:') return new (nodeHttp().Agent)(options)
  const agent = new (nodeHttps().Agent)(options)
  // The socket is handed over once it is known whose it is, before anything is said on it.
  const connect = (_options: object, done: (error: Error | null, socket?: Duplex) => void): undefined => {
    const way = proxy === undefined ? Promise.resolve(undefined) : tunnel(proxy, url)
    void way.then((over) => secure(url, trust, over)).then((socket) => done(null, socket), done)
  }
  return Object.assign(agent, { createConnection: connect })
}

function secure(url: URL, { ca, fingerprint }: Trust, over: Duplex | undefined): Promise<TLSSocket> {
  const host = bareHost(url)
  const isName = !/^[\d.]+$|:/.test(host)
  return new Promise((resolve, reject) => {
    const socket = nodeTls().connect({
      host,
      port: Number(url.port || 443),
      ...(over === undefined ? {} : { socket: over }),
      ...(isName ? { servername: host } : {}),
      ...(ca === undefined ? {} : { ca }),
      rejectUnauthorized: fingerprint === undefined,
      ALPNProtocols: ['http/1.1'],
    })
    socket.once('error', reject)
    socket.setTimeout(patience, () => socket.destroy(new Error('the hub did not finish the TLS handshake')))
    socket.once('secureConnect', () => {
      socket.setTimeout(0)
      const seen = plain(socket.getPeerCertificate().fingerprint256 ?? '')
      if (fingerprint === undefined || seen === plain(fingerprint)) return resolve(socket)
      socket.destroy(new Error(`the certificate of the hub is another one: its SHA-256 is ${seen}`))
    })
  })
}

const plain = (fingerprint: string): string => fingerprint.replaceAll(/[^0-9a-fA-F]/g, '').toLowerCase()

/** An IPv6 address without its brackets. */
export const bareHost = ({ hostname }: URL): string => hostname.replace(/^\[|\]$/g, '')

/** A way through the proxy to the hub. */
function tunnel(proxy: URL, url: URL): Promise<Duplex> {
  const target = `${url.hostname}:${url.port || 443}`
  return new Promise((resolve, reject) => {
    const asked = nodeHttp().request({
      host: bareHost(proxy),
      port: Number(proxy.port || 80),
      method: 'CONNECT',
      path: target,
      timeout: patience,
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
