import { AppError } from '#kernel/errors.ts'
import { clientSettings, createHttpClient, type HttpClient } from '#sources/http-client.ts'
import { envelope, session as sessionAnswer } from '#sources/oceanstor/answers.ts'
import { accountError, loginError, type ArrayError } from '#sources/oceanstor/error-codes.ts'
import type { OceanstorSettings } from '#sources/oceanstor/settings.ts'
import type { SourceTools } from '#sources/source.ts'

/** What came back, taken out of its envelope. */
export interface Taken {
  error: ArrayError
  data: unknown
}

/** A signed-in conversation with one management address of an array. */
export interface Session {
  /** The serial number of the array, which stands in every path. */
  deviceId: string
  http: HttpClient
  headers: Record<string, string>
}

const root = '/deviceManager/rest'
/** For the login alone: an address that does not answer must not keep the next one waiting. */
const loginTimeout = 10_000
const logoutTimeout = 5_000

const origin = (url: string): string => new URL(url).origin
const invalid = (what: string): AppError =>
  new AppError('SOURCE_ANSWER_INVALID', `The array answered ${what} in a shape that is not its own`, {
    hint: 'Check that the address is that of DeviceManager: https, and port 8088 as a rule.',
  })

/** One line of what an array says: it may be anything, and is no place for secrets. */
const said = (description: unknown): string =>
  (typeof description === 'string' ? description : '')
    .replaceAll(/[\s\p{C}]+/gu, ' ')
    .trim()
    .slice(0, 160)

/** The answer out of its envelope; throws SOURCE_ANSWER_INVALID for what has none. */
export function takeOut(body: unknown, path: string): Taken {
  const parsed = envelope.safeParse(body)
  if (!parsed.success) throw invalid(path)
  const { error, data } = parsed.data
  return { error: { code: error.code, description: said(error.description) || 'no reason given' }, data }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The cookies of an answer as they are sent back: names and values, without their attributes. */
const cookieOf = (header: string | undefined): string =>
  (header ?? '')
    .split(/, (?=[^;=\s]+=)/)
    .map((cookie) => cookie.split(';')[0]!.trim())
    .filter((cookie) => cookie.includes('='))
    .join('; ')

const mayTryAnother = (error: unknown): boolean =>
  error instanceof AppError && (error.code === 'SOURCE_UNREACHABLE' || error.code === 'SOURCE_TIMEOUT')

/** Clients for all management addresses, signed in nowhere yet. */
export function openAddresses(settings: OceanstorSettings, tools: SourceTools): HttpClient[] {
  const secrets = settings.password === undefined ? [] : [settings.password]
  return [settings.url, ...settings.alternatives].map((url) =>
    createHttpClient({ ...clientSettings(settings), baseUrl: url, secrets }, tools),
  )
}

/**
 * Signs in at the first address that answers. A refusal is final, for every address: each wrong try counts towards a
 * lock, whichever way it came.
 */
export async function signIn(
  settings: OceanstorSettings,
  addresses: readonly HttpClient[],
  signal: AbortSignal,
): Promise<Session> {
  const urls = [settings.url, ...settings.alternatives]
  let first: unknown
  for (const [index, http] of addresses.entries()) {
    try {
      return await signInAt(settings, http, origin(urls[index]!), signal)
    } catch (error) {
      if (!mayTryAnother(error)) throw error
      first ??= error
    }
  }
  throw first
}

async function signInAt(
  { username, password, ldap, timeoutSeconds }: OceanstorSettings,
  http: HttpClient,
  where: string,
  signal: AbortSignal,
): Promise<Session> {
  // Any word may stand where the serial number belongs, which is not known yet.
  const path = `${root}/xxxxx/sessions`
  const body = { username, password: password ?? 'replayed', scope: ldap ? '1' : '0' }
  const timeoutMs = Math.min(loginTimeout, timeoutSeconds * 1000)
  // As text: what is no JSON would be quoted in the error, and the token stands in it.
  const answer = await http.text('POST', path, { body, timeoutMs, signal })
  const { error, data } = takeOut(parsed(answer.body), 'the login')
  if (error.code !== 0) throw loginError(where, error)
  const granted = sessionAnswer.safeParse(data)
  if (!granted.success) throw invalid('the login')
  const { iBaseToken, deviceid, accountstate } = granted.data
  const cookie = cookieOf(answer.headers['set-cookie'])
  const session: Session = {
    deviceId: deviceid,
    http,
    headers: { iBaseToken, ...(cookie === '' ? {} : { cookie }) },
  }
  const refused = accountError(where, username, accountstate)
  if (refused === undefined) return session
  await signOut(session)
  throw refused
}

export const pathOf = ({ deviceId }: Session, path: string): string => `${root}/${deviceId}${path}`

/** Ends the session, whatever became of the reading: an array has room for few. It never throws. */
export async function signOut(session: Session): Promise<void> {
  const { http, headers } = session
  // The signal of the reading may have aborted, which is when this matters most.
  const signal = AbortSignal.timeout(logoutTimeout)
  await http
    .json('DELETE', pathOf(session, '/sessions'), { headers, timeoutMs: logoutTimeout, signal })
    .catch(() => {})
}
