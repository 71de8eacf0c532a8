import type { Socket } from 'node:net'
import type { AppError } from '#kernel/errors.ts'
import { networkError } from '#sources/http-errors.ts'
import { createRedactor } from '#sources/http-redaction.ts'
import { trustedConnector } from '#sources/http-tls.ts'
import type { ApiPlace, MikrotikSettings } from '#sources/mikrotik/settings.ts'

type Reach = Pick<MikrotikSettings, 'tls' | 'timeoutSeconds'>

const schemeOf = ({ isTls }: ApiPlace): string => (isTls ? 'https:' : 'http:')

/** What a lost or refused connection means, in the words that sources over HTTP have for it. */
export function connectionError(
  error: unknown,
  place: ApiPlace,
  { timeoutSeconds }: Reach,
): Promise<AppError> {
  const host = place.host.includes(':') ? `[${place.host}]` : place.host
  const url = new URL(`${schemeOf(place)}//${host}:${place.port}`)
  return networkError(error, {
    method: 'API',
    url,
    timeoutMs: timeoutSeconds * 1000,
    redactor: createRedactor(new Set()),
  })
}

/** Opens the connection; an encrypted one only to a router that proves itself, before anything is sent. */
export async function openSocket(place: ApiPlace, reach: Reach, signal: AbortSignal): Promise<Socket> {
  signal.throwIfAborted()
  const open = trustedConnector(reach.tls, reach.timeoutSeconds * 1000)
  const { host, port } = place
  try {
    return await new Promise<Socket>((resolve, reject) => {
      const stop = (): void => reject(signal.reason as Error)
      signal.addEventListener('abort', stop, { once: true })
      open({ hostname: host, host, port: String(port), protocol: schemeOf(place) }, (error, socket) => {
        signal.removeEventListener('abort', stop)
        if (error) reject(error)
        else if (signal.aborted) socket.destroy()
        else resolve(socket)
      })
    })
  } catch (error) {
    signal.throwIfAborted()
    throw await connectionError(error, place, reach)
  }
}
