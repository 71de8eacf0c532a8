import { AppError } from '#kernel/errors.ts'
import { withRetries } from '#kernel/retry.ts'
import { count as countAnswer } from '#sources/oceanstor/answers.ts'
import { isBusy, isSessionLost } from '#sources/oceanstor/error-codes.ts'
import {
  openAddresses,
  pathOf,
  signIn,
  signOut,
  takeOut,
  type Session,
  type Taken,
} from '#sources/oceanstor/session.ts'
import type { OceanstorSettings } from '#sources/oceanstor/settings.ts'
import type { SourceTools } from '#sources/source.ts'

/** What narrows a list: `{ PARENTTYPE: 40, PARENTID: '7' }`. */
export type Query = Record<string, string | number>

/** Asks one array, within one session. */
export interface OceanstorClient {
  /** The array's serial number, from the login. */
  deviceId: string
  /** One answer as it came, its error code included. */
  ask(path: string, query: Query): Promise<Taken>
  /** How many there are; undefined where the array does not count these. */
  count(path: string, query: Query): Promise<number | undefined>
  /** Ends the session. */
  close(): Promise<void>
}

/** Signs in; whoever opens it must close it. */
export async function openOceanstor(
  settings: OceanstorSettings,
  tools: SourceTools,
  signal: AbortSignal,
): Promise<OceanstorClient> {
  signal.throwIfAborted()
  const addresses = openAddresses(settings, tools)
  const closeAll = async () => void (await Promise.all(addresses.map((http) => http.close())))
  try {
    const session = await signIn(settings, addresses, signal)
    return createClient(
      { session, again: () => signIn(settings, [session.http], signal) },
      tools,
      signal,
      closeAll,
    )
  } catch (error) {
    await closeAll()
    throw error
  }
}

interface Opened {
  session: Session
  /** Signs in anew, at the same address. */
  again: () => Promise<Session>
}

function createClient(
  opened: Opened,
  { clock }: SourceTools,
  signal: AbortSignal,
  closeAll: () => Promise<void>,
): OceanstorClient {
  let session = opened.session
  let renewal: Promise<Session> | undefined

  const send = async (path: string, query: Query): Promise<Taken> => {
    const { http, headers } = session
    const answer = await http.json('GET', pathOf(session, path), { query, headers, signal, expect: [401] })
    // A gateway before the array, and newer releases, say it by the status.
    if (answer.status === 401) return { error: { code: -401, description: 'not signed in' }, data: undefined }
    return takeOut(answer.body, path)
  }

  const sendPatiently = (path: string, query: Query): Promise<Taken> =>
    withRetries(clock, 3, signal, async () => {
      const taken = await send(path, query)
      if (!isBusy(taken.error.code)) return taken
      throw new AppError(
        'SOURCE_UNREACHABLE',
        `The array is too busy to answer ${path} (${taken.error.code})`,
      )
    })

  /** Once in a reading: a session that is lost again and again is taken by somebody. */
  const renew = async (): Promise<void> => {
    renewal ??= opened.again()
    session = await renewal
  }

  const ask = async (path: string, query: Query): Promise<Taken> => {
    const before = session
    const taken = await sendPatiently(path, query)
    if (!isSessionLost(taken.error.code)) return taken
    if (before === session) await renew()
    const second = await sendPatiently(path, query)
    if (!isSessionLost(second.error.code)) return second
    throw new AppError(
      'SOURCE_REJECTED_LOGIN',
      `The array ended the session while it was read (${second.error.code})`,
      {
        hint: 'Somebody else may use the same user: give Rollcall one of its own.',
      },
    )
  }

  return {
    deviceId: session.deviceId,
    ask,
    async count(path, query) {
      const { error, data } = await ask(`${path}/count`, query)
      return error.code === 0 ? countAnswer.safeParse(data).data?.COUNT : undefined
    },
    async close() {
      await signOut(session)
      await closeAll()
    },
  }
}
