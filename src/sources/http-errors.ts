import { AppError } from '#kernel/errors.ts'
import type { Redactor } from '#sources/http-redaction.ts'
import { ProxyRefused } from '#sources/http-proxy.ts'
import { PinMismatch, shownFingerprint } from '#sources/http-tls.ts'

/** What an error may say of a request: never its query, which can hold secrets. */
export interface Asked {
  method: string
  url: URL
  timeoutMs: number
  redactor: Redactor
  /** It goes through a proxy: nothing may be asked of the server directly. */
  isProxied?: boolean
}

/** Where a request went, for a person. */
const whereTo = ({ method, url, redactor }: Asked): string =>
  redactor.text(`${method} ${url.origin}${url.pathname}`)

const networkReasons: Record<string, (url: URL) => string> = {
  ECONNREFUSED: (url) => `Nothing listens at ${url.origin}`,
  ENOTFOUND: (url) => `The name ${url.hostname} is not known`,
  EAI_AGAIN: (url) => `The name ${url.hostname} cannot be looked up now`,
  EHOSTUNREACH: (url) => `There is no way to ${url.origin}`,
  ENETUNREACH: (url) => `There is no way to ${url.origin}`,
}

const tlsCode =
  /^(ERR_TLS_|CERT_|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_CA|PATH_LENGTH|INVALID_PURPOSE)/
/** The server's verdict on the certificate that we showed, or did not show. */
const notKnown = /^ERR_SSL_\w*ALERT_(\w*CERTIFICATE\w*|UNKNOWN_CA|ACCESS_DENIED)$/
const notTheProtocol = /^(HPE_|EPROTO$|ERR_SSL_)/

const codeOf = (error: unknown): string => (error as { code?: string } | null)?.code ?? ''

async function notTrusted(error: unknown, { url, isProxied }: Asked): Promise<AppError> {
  if (error instanceof PinMismatch) {
    return new AppError('SOURCE_NOT_TRUSTED', `${url.origin} shows another certificate than the pinned one`, {
      hint: `It shows ${error.shown}. Set tls.fingerprint to it only if the server was meant to change.`,
      cause: error,
    })
  }
  const shown = isProxied ? undefined : await shownFingerprint(url)
  const pin = shown ? ` or, when its certificate is ${shown}, tls.fingerprint to that` : ' or tls.fingerprint'
  return new AppError(
    'SOURCE_NOT_TRUSTED',
    `The certificate of ${url.origin} is not trusted (${codeOf(error)})`,
    {
      hint: `Set tls.ca to its certificate authority${pin}.`,
      cause: error,
    },
  )
}

/** What a failed exchange means. The caller has ruled out an abort. */
export async function networkError(error: unknown, asked: Asked): Promise<AppError> {
  if (error instanceof AppError) return error
  const code = codeOf(error)
  const { url } = asked
  if (error instanceof ProxyRefused) return proxyError(error, url)
  if (error instanceof PinMismatch || tlsCode.test(code)) return notTrusted(error, asked)
  if (notKnown.test(code)) {
    return new AppError(
      'SOURCE_REJECTED_LOGIN',
      `${url.origin} asks for a client certificate that it knows (${code})`,
      {
        hint: 'Set tls.clientCert and tls.clientKey to a certificate of an authority that it trusts.',
        cause: error,
      },
    )
  }
  if (/TIMEOUT|ETIMEDOUT/.test(code) || (error as Error).name === 'TimeoutError')
    return timeoutError(asked, error)
  if (notTheProtocol.test(code)) {
    return new AppError(
      'SOURCE_ANSWER_INVALID',
      `${url.origin} does not speak ${url.protocol.slice(0, -1).toUpperCase()}`,
      {
        hint: 'Check the scheme and the port of its address.',
        cause: error,
      },
    )
  }
  const says =
    networkReasons[code]?.(url) ?? `${url.origin} broke the connection (${code || 'no reason given'})`
  return new AppError('SOURCE_UNREACHABLE', says, {
    hint: 'Check its address and whether it is up.',
    cause: error,
  })
}

/** 407 is about the proxy's own user; anything else says that it does not lead there. */
function proxyError(error: ProxyRefused, url: URL): AppError {
  if (error.status === 407) {
    return new AppError('SOURCE_REJECTED_LOGIN', `The proxy before ${url.origin} asks for a login`, {
      hint: 'Check proxy.username and proxy.password.',
      cause: error,
    })
  }
  return new AppError(
    'SOURCE_UNREACHABLE',
    `The proxy does not lead to ${url.origin}: it answered ${error.status}`,
    { hint: 'Check that the proxy may reach it.', cause: error },
  )
}

export const timeoutError = (asked: Asked, cause?: unknown): AppError =>
  new AppError('SOURCE_TIMEOUT', `No answer to ${whereTo(asked)} within ${asked.timeoutMs / 1000} s`, {
    hint: 'If it is slow by nature, raise timeoutSeconds.',
    cause,
  })

/** At most a line of what came, with secrets hidden. */
export function snippet(body: Buffer, redactor: Redactor): string {
  const start = body
    .subarray(0, 2000)
    .toString('utf8')
    .replaceAll(/<(script|style)[\s\S]*?<\/\1>|<[^>]*>/gi, ' ')
  return redactor
    .text(start)
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, 160)
}

/** Seconds of a Retry-After header (RFC 9110, 10.2.3). A date counts from the answer's own, since clocks differ. */
function retryAfter(headers: Readonly<Record<string, string>>): { retryAfterSeconds?: number } {
  const told = headers['retry-after']?.trim()
  if (!told) return {}
  const until = /^\d+(\.\d+)?$/.test(told)
    ? Number(told)
    : (Date.parse(told) - Date.parse(headers['date'] ?? '')) / 1000
  return Number.isFinite(until) ? { retryAfterSeconds: Math.max(0, until) } : {}
}

interface Answered {
  status: number
  statusText: string
  headers: Readonly<Record<string, string>>
  body: Buffer
}

/** True for answers that only say "not now". */
export const isTransient = (status: number): boolean => [408, 429, 502, 503, 504].includes(status)

/** What an answer means whose status the caller did not expect. */
export function statusError({ status, statusText, headers, body }: Answered, asked: Asked): AppError {
  const { url, redactor } = asked
  const said = [redactor.text(statusText).slice(0, 160), snippet(body, redactor)].filter(Boolean).join(': ')
  const saying = said ? ` (${said})` : ''
  if (status === 401) {
    return new AppError('SOURCE_REJECTED_LOGIN', `${url.origin} refused the login${saying}`, {
      hint: 'Check user, password or token.',
    })
  }
  if (status === 403) {
    return new AppError('SOURCE_FORBIDDEN', `${url.origin} does not allow ${whereTo(asked)}${saying}`, {
      hint: 'The login works, but lacks the right to read this.',
    })
  }
  const code = isTransient(status) ? 'SOURCE_UNREACHABLE' : 'SOURCE_ANSWER_INVALID'
  return new AppError(
    code,
    `${url.origin} answered ${status} to ${whereTo(asked)}${saying}`,
    retryAfter(headers),
  )
}
