/** What a check found, this time. `unable`: this machine could not ask, which tells nothing of the other. */
export interface CheckOutcome {
  result: 'up' | 'down' | 'unable'
  /** A sentence for people; holds no secrets. */
  message: string
  /** Milliseconds until the answer. */
  latency?: number | undefined
  /** Further values by the names under which they are kept. */
  values?: Readonly<Record<string, number>> | undefined
}

/** Errors of this machine, not of the other one: out of files, ports or buffers, without a network or a resolver. */
const ownTrouble = new Set([
  'EMFILE',
  'ENFILE',
  'EADDRNOTAVAIL',
  'ENOBUFS',
  'ENOMEM',
  'EAGAIN',
  'ENETUNREACH',
  'ENETDOWN',
  'EAI_AGAIN',
  'EACCES',
  'EPERM',
])

export const codeOf = (error: unknown): string => {
  const { code, cause } = (error ?? {}) as { code?: unknown; cause?: unknown }
  return typeof code === 'string' ? code : cause === undefined ? '' : codeOf(cause)
}

const sentences: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'it broke the connection',
  EHOSTUNREACH: 'there is no way to it',
  ENETUNREACH: 'this machine has no way to it',
  ENETDOWN: 'this machine has no network',
  ENOTFOUND: 'its name is not known',
  EAI_AGAIN: 'its name cannot be looked up now',
  ETIMEDOUT: 'no answer in time',
  EMFILE: 'this machine is out of files',
  EACCES: 'this machine may not send',
  EPERM: 'this machine may not send',
}

/** A failure as an outcome: ours tells nothing of the other side. */
export function failed(error: unknown): CheckOutcome {
  const code = codeOf(error)
  const message = sentences[code] ?? (code === '' ? 'it failed' : `it failed (${code})`)
  return { result: ownTrouble.has(code) ? 'unable' : 'down', message }
}

export const timedOut = (milliseconds: number): CheckOutcome => ({
  result: 'down',
  message: `no answer within ${milliseconds / 1_000} s`,
})
