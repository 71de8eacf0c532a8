import { createHash, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { connect, createSecureContext, type TLSSocket } from 'node:tls'
import { buildConnector } from 'undici'
import { AppError } from '#kernel/errors.ts'
import type { TlsTrust } from '#sources/http-settings.ts'

/** `AB:CD:...`, as browsers and openssl show it. */
export const fingerprintOf = (certificate: Buffer): string =>
  createHash('sha256').update(certificate).digest('hex').toUpperCase().match(/../g)!.join(':')

const bare = (fingerprint: string): string => fingerprint.replaceAll(':', '').toUpperCase()

/** The server showed a certificate other than the pinned one. */
export class PinMismatch extends Error {
  readonly shown: string

  constructor(shown: string) {
    super(`The certificate's fingerprint is ${shown}`)
    this.shown = shown
  }
}

function readPem(text: string, what: string, setting: string): string {
  if (text.includes('-----BEGIN')) return text
  try {
    return readFileSync(text, 'utf8')
  } catch (cause) {
    throw new AppError('SOURCE_FILE_UNREADABLE', `${what} ${text} cannot be read`, {
      hint: `${setting} takes a PEM file or PEM text.`,
      cause,
    })
  }
}

const readAuthority = (ca: string): string => readPem(ca, 'The certificate authority', 'tls.ca')

/** What we show to a server that asks who we are; a certificate without its key would show nothing. */
function clientIdentity({ clientCert, clientKey }: TlsTrust): { cert?: string; key?: string } {
  if (clientCert === undefined && clientKey === undefined) return {}
  if (clientCert === undefined || clientKey === undefined)
    throw new AppError('CONFIG_INVALID', 'tls.clientCert and tls.clientKey belong together')
  const cert = readPem(clientCert, 'The client certificate', 'tls.clientCert')
  const key = readPem(clientKey, 'The key of the client certificate', 'tls.clientKey')
  try {
    // What fits is found out now, with words of ours, not at the first connection.
    createSecureContext({ cert, key })
  } catch {
    // OpenSSL's words say less, and the key is no business of an error.
    throw new AppError(
      'SOURCE_FILE_UNREADABLE',
      'tls.clientCert and tls.clientKey are no certificate and its key',
      { hint: 'Both are PEM, the key without a passphrase, and belong to one another.' },
    )
  }
  return { cert, key }
}

/** Text without a certificate in it would quietly trust nobody. */
function checkAuthority(pem: string): string {
  try {
    void new X509Certificate(pem)
  } catch (cause) {
    throw new AppError('SOURCE_FILE_UNREADABLE', 'tls.ca holds no certificate in PEM form', { cause })
  }
  return pem
}

/**
 * Opens connections to servers that prove themselves: by an authority, by a pinned certificate, or both.
 * With a pin alone the chain is not asked, and nothing is sent before the pin has matched.
 */
export function trustedConnector(trust: TlsTrust, timeoutMs: number): buildConnector.connector {
  const { ca, fingerprint } = trust
  const open = buildConnector({
    timeout: timeoutMs,
    allowH2: false,
    // A resumed session shows no certificate to compare.
    ...(fingerprint === undefined ? {} : { maxCachedSessions: 0 }),
    ...(ca === undefined ? {} : { ca: checkAuthority(readAuthority(ca)) }),
    ...clientIdentity(trust),
    rejectUnauthorized: fingerprint === undefined || ca !== undefined,
  })
  if (fingerprint === undefined) return open
  return (options, callback) =>
    open(options, (error, socket) => {
      if (error || options.protocol !== 'https:')
        return error ? callback(error, null) : callback(null, socket)
      const shown = (socket as TLSSocket).getPeerX509Certificate()?.raw
      const found = shown ? fingerprintOf(shown) : 'none'
      if (bare(found) === bare(fingerprint)) return callback(null, socket)
      socket.destroy()
      return callback(new PinMismatch(found), null)
    })
}

/** The fingerprint a server shows, for a person to compare; nothing is sent. Undefined when it shows none in time. */
export function shownFingerprint(url: URL, timeoutMs = 3000): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({
      host: url.hostname.replace(/^\[|\]$/g, ''),
      port: Number(url.port || 443),
      servername: /^[\d.]+$|:/.test(url.hostname) ? '' : url.hostname,
      rejectUnauthorized: false,
    })
    const finish = (fingerprint?: string) => {
      socket.destroy()
      resolve(fingerprint)
    }
    socket.setTimeout(timeoutMs, () => finish())
    socket.once('error', () => finish())
    socket.once('secureConnect', () => {
      const raw = socket.getPeerX509Certificate()?.raw
      finish(raw && fingerprintOf(raw))
    })
  })
}
