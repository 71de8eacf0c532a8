import type { X509Certificate } from 'node:crypto'
import type { CheckOutcome } from '#features/checks/outcome.ts'
import { codeOf } from '#features/checks/outcome.ts'
import { PinMismatch } from '#sources/http-tls.ts'

const day = 86_400_000

/** Days until a certificate expires; below 0 when it has. */
export const daysLeft = (certificate: X509Certificate, now: number): number =>
  (certificate.validToDate.getTime() - now) / day

/** Why a server is not trusted, as an outcome; undefined for any other failure. */
export function notTrusted(error: unknown): CheckOutcome | undefined {
  if (error instanceof PinMismatch)
    return { result: 'down', message: 'it shows another certificate than the pinned one' }
  const code = codeOf(error)
  const says = reasons[code]
  if (says !== undefined) return { result: 'down', message: says }
  return /^(CERT_|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO_|INVALID_CA|ERR_SSL_|EPROTO)/.test(code)
    ? { result: 'down', message: `its certificate is not trusted (${code})` }
    : undefined
}

const reasons: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is signed by itself',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate authority is not trusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate authority is not trusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate authority is not trusted',
}

/** Who signed a certificate: the common name, else the whole. */
export const issuerOf = ({ issuer }: X509Certificate): string =>
  /^CN=(.+)$/m.exec(issuer)?.[1] ?? issuer.replaceAll('\n', ', ')
