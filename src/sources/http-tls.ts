import { createHash, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { connect, type TLSSocket } from 'node:tls'
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

function readAuthority(ca: string): string {
  if (ca.includes('-----BEGIN')) return ca
  try {
    return readFileSync(ca, 'utf8')
  } catch (cause) {
    throw new AppError('SOURCE_FILE_UNREADABLE', `The certificate authority ${ca} cannot be read`, {
      hint: 'tls.ca takes a PEM file or PEM text.',
      cause,
    })
  }
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
