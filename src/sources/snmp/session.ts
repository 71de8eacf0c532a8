import { isIPv6 } from 'node:net'
import snmp from 'net-snmp'
import type { Session, SessionOptions, SessionOptionsV3, User, Varbind } from 'net-snmp'
import { AppError } from '#kernel/errors.ts'
import type { Agent, Walk } from '#sources/snmp/agent.ts'
import type { SnmpLogin, SnmpSettings } from '#sources/snmp/settings.ts'
import { compareOids, type Oid, type SnmpValue } from '#sources/snmp/values.ts'

/** Some agents answer nothing to a question for many objects at once. */
const oidsPerGet = 8

interface Place {
  host: string
  login: SnmpLogin
  settings: Pick<SnmpSettings, 'timeout' | 'retries' | 'maxRepetitions'>
  vlan?: number | undefined
}

/** A device over the network; one question at a time. */
export function liveAgent(place: Place): Agent {
  const session = openSession(place)
  let repetitions = place.settings.maxRepetitions
  const below: Agent[] = []
  let isOpen = true
  /** One page of rows; a device that finds it too large is asked for less, and stays so. */
  const nextRows = async (oid: Oid, signal: AbortSignal): Promise<Varbind[]> => {
    for (;;) {
      try {
        const rows = await ask<(Varbind | Varbind[])[]>(place, session, signal, (done) =>
          session.getBulk([oid], 0, repetitions, done),
        )
        return (rows[0] ?? []) as Varbind[]
      } catch (error) {
        if (!(error instanceof TooBig) || repetitions === 1) throw error
        repetitions = Math.ceil(repetitions / 2)
      }
    }
  }
  return {
    async get(oids, signal) {
      const values = new Map<Oid, SnmpValue>()
      for (let start = 0; start < oids.length; start += oidsPerGet) {
        const chunk = oids.slice(start, start + oidsPerGet)
        const rows = await ask<Varbind[]>(place, session, signal, (done) => session.get([...chunk], done))
        for (const row of rows) {
          const value = valueOf(row)
          if (value !== undefined) values.set(row.oid, value)
        }
      }
      return values
    },
    async walk(root, limit, signal): Promise<Walk> {
      const rows = new Map<string, SnmpValue>()
      for (let at = root; ;) {
        const page = await nextRows(at, signal)
        if (page.length === 0) return { rows }
        for (const row of page) {
          if (snmp.isVarbindError(row) || !row.oid.startsWith(`${root}.`)) return { rows }
          // An agent that goes back would be asked for ever.
          if (compareOids(row.oid, at) <= 0) return { rows, cut: 'repeats itself' }
          if (rows.size >= limit) return { rows, cut: `has more than ${limit} rows` }
          at = row.oid
          const value = valueOf(row)
          if (value !== undefined) rows.set(row.oid.slice(root.length + 1), value)
        }
      }
    },
    ofVlan(vlan) {
      const agent = liveAgent({ ...place, vlan })
      below.push(agent)
      return agent
    },
    async close() {
      await Promise.all(below.splice(0).map((each) => each.close()))
      if (isOpen) session.close()
      isOpen = false
    },
  }
}

/** The device could not fit an answer into one packet. */
class TooBig extends AppError {
  constructor(host: string) {
    super('SOURCE_ANSWER_INVALID', `${host} cannot fit its answer into one packet`)
  }
}

const authProtocols = {
  md5: snmp.AuthProtocols.md5,
  sha: snmp.AuthProtocols.sha,
  sha224: snmp.AuthProtocols.sha224,
  sha256: snmp.AuthProtocols.sha256,
  sha384: snmp.AuthProtocols.sha384,
  sha512: snmp.AuthProtocols.sha512,
}
const privProtocols = {
  aes: snmp.PrivProtocols.aes,
  aes256: snmp.PrivProtocols.aes256b,
  aes256c: snmp.PrivProtocols.aes256r,
  des: snmp.PrivProtocols.des,
}

function openSession({ host, login, settings, vlan }: Place): Session {
  const options: SessionOptions & SessionOptionsV3 = {
    transport: isIPv6(host) ? 'udp6' : 'udp4',
    port: login.port,
    timeout: settings.timeout,
    retries: settings.retries,
    ...(vlan === undefined || login.version === '2c' ? {} : { context: `vlan-${vlan}` }),
  }
  const session =
    login.version === '3'
      ? snmp.createV3Session(host, userOf(login), { ...options, version: snmp.Version3 } as SessionOptionsV3)
      : snmp.createSession(host, `${login.community ?? ''}${vlan === undefined ? '' : `@${vlan}`}`, {
          ...options,
          version: snmp.Version2c,
        } as SessionOptions)
  // A packet that is no answer: the question runs into its time limit.
  session.on('error', () => {})
  return session
}

function userOf({ username = '', authKey, authProtocol, privKey, privProtocol }: SnmpLogin): User {
  const name = { name: username, authProtocol: authProtocols[authProtocol], authKey: authKey ?? '' }
  return privKey === undefined
    ? { ...name, level: snmp.SecurityLevel.authNoPriv }
    : { ...name, level: snmp.SecurityLevel.authPriv, privProtocol: privProtocols[privProtocol], privKey }
}

/** Asks once; an abort ends the session and throws the signal's own reason. */
async function ask<Answer>(
  place: Place,
  session: Session,
  signal: AbortSignal,
  send: (done: (error: Error | null, answer?: Answer) => void) => void,
): Promise<Answer> {
  signal.throwIfAborted()
  const stop = (): void => session.cancelRequests(new Error('aborted'))
  signal.addEventListener('abort', stop, { once: true })
  try {
    return await new Promise<Answer>((resolve, reject) =>
      send((error, answer) => (error ? reject(error) : resolve(answer!))),
    )
  } catch (error) {
    signal.throwIfAborted()
    throw toSourceError(error as Error, place)
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

/** Every cause of silence looks the same from here. */
const silenceHint =
  'It may be down, its SNMP switched off, a filter in between, or the community or user unknown to it: a wrong community is answered by silence.'

/** What a failed question means. The library's own words quote communities, so they go no further. */
function toSourceError(error: Error, { host, login, settings, vlan }: Place): AppError {
  const who = vlan === undefined ? host : `${host} (VLAN ${vlan})`
  const { code, status } = error as Error & { code?: unknown; status?: number }
  switch (error.name) {
    case 'RequestTimedOutError': {
      const waited = ((settings.retries + 1) * settings.timeout) / 1000
      return new AppError('SOURCE_TIMEOUT', `${who} did not answer SNMP within ${waited} s`, {
        hint: silenceHint,
      })
    }
    case 'RequestFailedError':
      if (status === snmp.ErrorStatus.TooBig) return new TooBig(who)
      return status === snmp.ErrorStatus.AuthorizationError || status === snmp.ErrorStatus.NoAccess
        ? new AppError('SOURCE_FORBIDDEN', `${who} does not allow this login to read it`, {
            hint: 'Give the community or user a view that holds everything.',
          })
        : new AppError('SOURCE_ANSWER_INVALID', `${who} answered with SNMP error ${status ?? 'unknown'}`)
    case 'ResponseInvalidError':
      return login.version === '3'
        ? new AppError('SOURCE_REJECTED_LOGIN', `${who} refused the SNMP user (${refusal(error.message)})`, {
            hint: 'Check the user, both passwords and both protocols.',
          })
        : new AppError('SOURCE_ANSWER_INVALID', `${who} sent an answer that is none`)
    default:
      return typeof code === 'string'
        ? new AppError('SOURCE_UNREACHABLE', `There is no way to ${who} (${code})`, {
            hint: 'Check its address or name.',
          })
        : new AppError('SOURCE_ANSWER_INVALID', `${who} sent an answer that is none`)
  }
}

const refusals: [RegExp, string][] = [
  [/user name/i, 'it does not know the user'],
  [/digest|authenticat/i, 'the authentication password or protocol is wrong'],
  [/decrypt/i, 'the encryption password or protocol is wrong'],
  [/level/i, 'it wants another security level'],
  [/time window/i, 'its clock of restarts does not fit'],
]

const refusal = (message: string): string =>
  refusals.find(([pattern]) => pattern.test(message))?.[1] ?? 'no reason given'

function valueOf(row: Varbind): SnmpValue | undefined {
  if (snmp.isVarbindError(row)) return undefined
  const { type, value } = row
  if (typeof value === 'number' || Buffer.isBuffer(value)) {
    // Counters of 64 bits come as bytes.
    if (type === snmp.ObjectType.Counter64 && Buffer.isBuffer(value))
      return Number(value.length === 0 ? 0n : BigInt(`0x${value.toString('hex')}`))
    return value
  }
  if (typeof value !== 'string') return undefined
  return type === snmp.ObjectType.IpAddress ? { ip: value } : { oid: value }
}
