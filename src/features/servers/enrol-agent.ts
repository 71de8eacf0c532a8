import { hashSecret, newSecret } from '#features/access/secret-text.ts'
import type { Context } from '#features/context.ts'
import type { Transaction } from '#database/schema.ts'
import { agentKeyPrefix } from '#features/servers/agent-keys.ts'
import { agentsOfMachine } from '#features/servers/agent-queries.ts'
import { insertServer } from '#features/servers/edit-server-queries.ts'
import { tellServer } from '#features/servers/edit-servers.ts'
import { takeUse } from '#features/servers/invite-queries.ts'
import type { AgentInvite } from '#features/servers/invite-queries.ts'
import { toServerId } from '#features/servers/server-id.ts'
import { enrolAgent, findPlace } from '#features/servers/write-agent-queries.ts'
import type { NewKey } from '#features/servers/write-agent-queries.ts'
import { AppError } from '#kernel/errors.ts'

type Part = Pick<Context, 'db' | 'clock' | 'config' | 'events'>

/** What an agent says when it asks for a key. */
export interface Enrolment {
  token: string
  serverId?: string | undefined
  hostname: string
  machineId?: string | undefined
  productUuid?: string | undefined
}

export interface Enrolled {
  serverId: string
  key: string
}

/** A new key: its secret, and what is kept of it. */
export function newKey(): { secret: string; key: NewKey } {
  const secret = newSecret(agentKeyPrefix)
  return { secret, key: { hash: hashSecret(secret), prefix: secret.slice(0, 10) } }
}

/**
 * Gives an agent a key for one server in exchange for a token. The same machine takes its old server again; a server of
 * another machine is never given away. Throws UNAUTHENTICATED for a token that is not in force.
 */
export async function enrol(context: Part, given: Enrolment): Promise<Enrolled> {
  const { secret, key } = newKey()
  const now = context.clock.now()
  const serverId = await context.db.transaction().execute(async (transaction) => {
    const invite = await takeUse(transaction, hashSecret(given.token), now)
    if (invite === undefined)
      throw new AppError('UNAUTHENTICATED', 'The enrolment token is unknown, used up or expired', {
        hint: 'Make a new one with `rollcall agent invite`.',
      })
    const server = await placeFor(transaction, given, invite, now)
    const machine = { machineId: given.machineId ?? null, productUuid: given.productUuid ?? null }
    await enrolAgent(transaction, { server, key, ...machine, inviteId: invite.id, now })
    return server
  })
  context.events.publish({ topic: 'agent.changed', at: now, data: { id: serverId } })
  tellServer(context, serverId)
  return { serverId, key: secret }
}

async function placeFor(
  transaction: Transaction,
  given: Enrolment,
  invite: AgentInvite,
  now: string,
): Promise<string> {
  const old = await ownServer(transaction, given)
  if (old !== undefined) return old
  const wanted = given.serverId ?? toServerId(given.hostname)
  if (wanted === undefined)
    throw new AppError('INPUT_INVALID', 'The name of the machine makes no id of a server', {
      complaints: [
        { path: 'hostname', value: given.hostname, expected: 'letters or digits, or a server_id' },
      ],
    })
  const server = { hostname: given.hostname, machineType: invite.machineType, tags: invite.tags }
  for (let number = 1; number < 1_000; number += 1) {
    const id = number === 1 ? wanted : `${wanted.slice(0, 95)}-${number}`
    const place = await findPlace(transaction, id)
    if (place === undefined) {
      await insertServer(transaction, { id, ...server }, now)
      return id
    }
    // Made by hand for an agent that is still to come.
    if (place.agent_id === null && (place.last_seen === null || given.serverId !== undefined)) return id
    if (given.serverId !== undefined) break
  }
  throw new AppError('ALREADY_EXISTS', `The server ${wanted} belongs to another machine`, {
    complaints: [{ path: 'server_id', value: wanted, expected: 'an id that no other machine has' }],
    hint: 'Leave server_id out, or revoke the agent of that server and delete it first.',
  })
}

/** The server that this machine had before; a copy of a machine has its machine-id, but another board. */
async function ownServer(
  transaction: Transaction,
  { machineId, productUuid, serverId }: Enrolment,
): Promise<string | undefined> {
  if (machineId === undefined) return undefined
  const known = await agentsOfMachine(transaction, machineId)
  const own = known.filter(
    (agent) => agent.productUuid === null || productUuid === undefined || agent.productUuid === productUuid,
  )
  if (own.length > 1) return own.find(({ server }) => server === serverId)?.server
  const [only] = own
  return only === undefined || (serverId !== undefined && serverId !== only.server) ? undefined : only.server
}
