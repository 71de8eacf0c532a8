import type { Context } from '#features/context.ts'
import { agentKeys } from '#features/servers/agent-keys.ts'
import type { KnownAgent } from '#features/servers/agent-keys.ts'
import { saveClone } from '#features/servers/agent-queries.ts'
import { knownServers } from '#features/servers/known-servers.ts'
import { readHeartbeat } from '#features/servers/read-heartbeat.ts'
import { receiveEntries } from '#features/servers/receive-entries.ts'
import type { Reading, Refusal, Sender } from '#features/servers/receipt.ts'
import { toMilliseconds } from '#kernel/clock.ts'
import { AppError } from '#kernel/errors.ts'
import type { Actor } from '#model/actor.ts'

type Part = Pick<Context, 'db' | 'engine' | 'clock' | 'config' | 'events' | 'metrics' | 'log'>

/** Who sends heartbeats. */
export interface HeartbeatSender extends Sender {
  agent?: KnownAgent | undefined
}

/** What became of heartbeats, in the words of the answer. */
export interface HeartbeatAnswer {
  accepted: number
  rejected: Refusal[]
  serverTime: string
  nextIntervalSeconds: number
}

/** How long a token is taken for good without asking again, milliseconds: so long at most it outlives its time. */
const tokenTrust = 5_000

/** Takes heartbeats over one database. */
export interface HeartbeatIntake {
  /** Who presents this header: an agent with its key, or whoever `identify` knows. At once where it was seen before. */
  senderOf(
    authorization: string | undefined,
    identify: () => Promise<Actor>,
  ): HeartbeatSender | Promise<HeartbeatSender>
  take(sender: HeartbeatSender, items: readonly unknown[]): Promise<HeartbeatAnswer>
}

export function createHeartbeatIntake(context: Part): HeartbeatIntake {
  const keys = agentKeys(context)
  const trusted = new Map<string, { actor: Actor; until: number }>()
  context.events.subscribe(({ topic }) => {
    if (topic === 'token.changed' || topic === 'user.changed') trusted.clear()
  })
  return {
    senderOf(authorization, identify) {
      const key = authorization?.startsWith('Bearer ra_') ? authorization.slice('Bearer '.length) : undefined
      if (key !== undefined) {
        const found = keys.find(key)
        return found instanceof Promise ? found.then(toSender) : toSender(found)
      }
      // A page of somebody else could send with the cookie of whoever looks at it; no agent has one.
      if (authorization === undefined)
        throw new AppError('UNAUTHENTICATED', 'Heartbeats need the key of an agent, or a token', {
          hint: 'Send `Authorization: Bearer ra_...`; `rollcall-agent enrol` gets such a key.',
        })
      const known = trusted.get(authorization)
      if (known && known.until > context.clock.monotonic()) return known
      return identify().then((actor) => {
        if (trusted.size >= 1_000) trusted.clear()
        trusted.set(authorization, { actor, until: context.clock.monotonic() + tokenTrust })
        return { actor }
      })
    },
    take: (sender, items) => takeHeartbeats(context, sender, items),
  }
}

const permissions = new Set(['metrics.write'] as const)

function toSender(known: KnownAgent): HeartbeatSender {
  const { server } = known.agent
  return { actor: { kind: 'token', name: `agent:${server}`, permissions }, server, agent: known }
}

/** Throws when none of the heartbeats could be taken, with the reason of each. */
async function takeHeartbeats(
  context: Part,
  sender: HeartbeatSender,
  items: readonly unknown[],
): Promise<HeartbeatAnswer> {
  const serverTime = context.clock.now()
  const now = toMilliseconds(serverTime)
  const rejected: Refusal[] = []
  const readings: Reading[] = []
  const places: number[] = []
  for (let index = 0; index < items.length; index += 1) {
    const read = readHeartbeat(items[index], now)
    for (const reason of read.rejected) rejected.push({ index, ...reason })
    if (read.reading === undefined) continue
    const second = sender.agent && (await secondMachine(context, sender.agent, read.reading))
    if (second) rejected.push({ index, ...second })
    else {
      readings.push(read.reading)
      places.push(index)
    }
  }
  const receipt = await receiveEntries(context, sender, readings)
  for (const refusal of receipt.rejected) rejected.push({ ...refusal, index: places[refusal.index]! })
  if (receipt.accepted === 0) throw nothingTaken(items.length, rejected)
  return {
    accepted: receipt.accepted,
    rejected,
    serverTime,
    nextIntervalSeconds: intervalOf(context, readings[0]!),
  }
}

const intervalOf = (context: Part, { subject }: Reading): number =>
  knownServers(context).get(subject)?.interval ?? context.config.monitoring.intervalSeconds

async function secondMachine(
  context: Part,
  { agent, clones }: KnownAgent,
  reading: Reading,
): Promise<Omit<Refusal, 'index'> | undefined> {
  const second = reading.subject === agent.server ? clones.see(reading, context.clock.now()) : undefined
  if (second === undefined) return undefined
  if (second.isNews) {
    await saveClone(context.db, agent.id, second.clone)
    context.log.warn(
      { server: agent.server, hostname: second.clone.hostname },
      'two machines use the key of one agent',
    )
    for (const topic of ['agent.changed', 'server.changed'])
      context.events.publish({ topic, at: context.clock.now(), data: { id: agent.server } })
  }
  const isOther =
    reading.told?.bootId === undefined ||
    second.clone.bootIds.includes(reading.told.bootId) ||
    second.clone.machineId !== null
  if (!isOther) return undefined
  return {
    code: 'CONFLICT',
    path: 'server_id',
    value: reading.subject,
    expected:
      'a key of its own: two machines use this one, so this is a copy. Enrol it with a token: `rollcall-agent enrol`',
  }
}

/** One word for all where they have one in common; a heartbeat that is wrong is bad input. */
function nothingTaken(count: number, rejected: readonly Refusal[]): AppError {
  const [first] = rejected
  if (first === undefined)
    return new AppError('INPUT_INVALID', 'There is no heartbeat in the body', {
      complaints: [{ path: '', expected: 'a heartbeat, or a list of them' }],
    })
  const code = rejected.every((each) => each.code === first.code) ? first.code : 'INPUT_INVALID'
  const message =
    count === 1
      ? `The heartbeat was not taken because of its ${first.path || 'body'}`
      : `None of the ${count} heartbeats was taken`
  const complaints = rejected.slice(0, 100).map(({ index, path, value, expected }) => ({
    path: count === 1 ? path : `${index}.${path}`,
    ...(value === undefined ? {} : { value }),
    expected,
  }))
  return new AppError(code, message, { complaints })
}
