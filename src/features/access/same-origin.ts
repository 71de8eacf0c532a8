import { AppError } from '#kernel/errors.ts'

/** Where this server is reached: its public address, and the Host the request names. */
export interface OwnOrigin {
  publicUrl?: string | undefined
  /** Host and port, as in the Host header. */
  host: string
}

/**
 * Throws FORBIDDEN when a request that changes something comes from another site's page: Sec-Fetch-Site where the
 * browser sends it, else Origin. A request with a cookie and neither header is refused too.
 */
export function assertSameOrigin(headers: Headers, own: OwnOrigin): void {
  const site = headers.get('sec-fetch-site')
  const origin = headers.get('origin')
  if (site === 'same-origin' || site === 'none') return
  if (site === null && origin === null && !headers.has('cookie')) return
  if (site === null && origin !== null && isOwn(origin, own)) return
  throw new AppError('FORBIDDEN', 'The request comes from another site', {
    hint: 'Open Rollcall under its own address; behind a proxy set server.publicUrl to that address.',
  })
}

function isOwn(origin: string, { publicUrl, host }: OwnOrigin): boolean {
  if (!URL.canParse(origin)) return false
  return new URL(origin).host === host || (publicUrl !== undefined && new URL(publicUrl).origin === origin)
}
