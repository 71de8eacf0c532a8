import { z } from 'zod'
import { hashSecret, newSecret } from '#features/access/secret-text.ts'
import { TagNames } from '#features/access/access-shapes.ts'
import { Timestamp } from '#features/inventory/device-shapes.ts'
import { operation } from '#features/operation.ts'
import type { AnyOperation, Call } from '#features/operation.ts'
import { decodeCursor, pageInput, pageOf, toPage } from '#features/page.ts'
import { findAgentOf, listAgents } from '#features/servers/agent-queries.ts'
import type { Agent } from '#features/servers/agent-queries.ts'
import { assertSeesAll, tellServer } from '#features/servers/edit-servers.ts'
import { enrol, newKey } from '#features/servers/enrol-agent.ts'
import { findInvite, insertInvite, listInvites, revokeInvite } from '#features/servers/invite-queries.ts'
import { ServerId } from '#features/servers/server-id.ts'
import { findServer, findServerIds } from '#features/servers/server-queries.ts'
import { AgentShape, machineTypes } from '#features/servers/server-shapes.ts'
import { toAgentShape } from '#features/servers/show-server.ts'
import { revokeKey, rotateKey } from '#features/servers/write-agent-queries.ts'
import { WrongTries } from '#features/servers/wrong-tries.ts'
import { shift } from '#kernel/clock.ts'
import { AppError } from '#kernel/errors.ts'

const invitePrefix = 'ri_'
const wrongTries = new WrongTries()

const Invite = z.object({
  id: z.number().int(),
  prefix: z.string().describe('The first characters of the token.'),
  description: z.string().nullable(),
  usesLeft: z.number().int(),
  used: z.number().int(),
  machineType: z.enum(machineTypes),
  tags: z.array(z.string()),
  createdBy: z.string(),
  createdAt: Timestamp,
  expiresAt: Timestamp,
  revokedAt: Timestamp.nullable(),
})

const Secret = z.string().meta({ secret: true })
const Server = z.string().min(1).max(100).describe('Id of the server.')
const told = z.string().min(1).max(255)
const publicPath = '/api/v1/agents/heartbeat'

/** Agents, their keys, and the tokens with which they get one. */
export const agentOperations: readonly AnyOperation[] = [
  operation({
    name: 'agent.list',
    summary: 'List agents with the state of their keys.',
    http: 'GET /agents',
    effect: 'read',
    permission: 'monitoring.read',
    paged: true,
    input: z.object(pageInput),
    output: pageOf(AgentShape),
    cli: { columns: ['server', 'keyPrefix', 'enrolledAt', 'rotatedAt', 'revokedAt', 'clone.since'] },
    async run(call, { limit, cursor }) {
      const after = cursor === undefined ? undefined : decodeCursor(cursor, z.tuple([z.string()]))[0]
      const visible = call.actor.tags === undefined ? undefined : await findServerIds(call, undefined, 10_000)
      const agents = await listAgents(call.db, visible, { after, limit: limit + 1 })
      return toPage(agents.map(toAgentShape), limit, ({ server }) => [server])
    },
  }),
  operation({
    name: 'agent.invite',
    summary: 'Make a token with which agents enrol; it is shown this one time.',
    http: 'POST /agents/invites',
    effect: 'change',
    permission: 'monitoring.change',
    input: z.object({
      description: z.string().trim().min(1).max(255).exactOptional(),
      uses: z.number().int().min(1).max(10_000).default(1).describe('How many machines may enrol with it.'),
      expiresInHours: z.number().int().min(1).max(8_760).default(24),
      machineType: z.enum(machineTypes).default('server'),
      tags: TagNames.default([]).describe('What the devices of these machines are tagged with.'),
    }),
    output: z.object({ invite: Invite, token: Secret }),
    cli: { arguments: ['description'] },
    async run(call, { description, uses, expiresInHours, machineType, tags }) {
      assertSeesAll(call, 'invite agents')
      const token = newSecret(invitePrefix)
      const now = call.clock.now()
      const id = await insertInvite(call.db, {
        hash: hashSecret(token),
        prefix: token.slice(0, 10),
        description: description ?? null,
        usesLeft: uses,
        machineType,
        tags,
        createdBy: call.actor.name,
        createdAt: now,
        expiresAt: shift(now, expiresInHours * 3_600_000),
      })
      return { invite: (await findInvite(call.db, id))!, token }
    },
  }),
  operation({
    name: 'agent.invites',
    summary: 'List enrolment tokens, the newest first.',
    http: 'GET /agents/invites',
    effect: 'read',
    permission: 'monitoring.change',
    paged: true,
    input: z.object(pageInput),
    output: pageOf(Invite),
    cli: { columns: ['id', 'prefix', 'description', 'usesLeft', 'used', 'expiresAt', 'revokedAt'] },
    async run(call, { limit, cursor }) {
      assertSeesAll(call, 'see enrolment tokens')
      const before = cursor === undefined ? undefined : decodeCursor(cursor, z.tuple([z.number()]))[0]
      const invites = await listInvites(call.db, { before, limit: limit + 1 })
      return toPage(invites, limit, ({ id }) => [id])
    },
  }),
  operation({
    name: 'agent.uninvite',
    summary: 'End an enrolment token at once; agents that enrolled with it stay.',
    http: 'DELETE /agents/invites/:id',
    effect: 'change',
    permission: 'monitoring.change',
    input: z.object({ id: z.number().int().positive() }),
    output: Invite,
    cli: { arguments: ['id'] },
    async run(call, { id }) {
      assertSeesAll(call, 'end enrolment tokens')
      await revokeInvite(call.db, id, call.clock.now())
      const invite = await findInvite(call.db, id)
      if (!invite) throw new AppError('NOT_FOUND', `There is no enrolment token ${id}`)
      return invite
    },
  }),
  operation({
    name: 'agent.enrol',
    summary: 'Get the key of an agent in exchange for an enrolment token.',
    http: 'POST /agents/enrol',
    effect: 'change',
    permission: 'open',
    input: z.object({
      token: Secret.min(1).max(200),
      server_id: ServerId.exactOptional().describe('Without it, the name of the machine.'),
      hostname: told,
      machine_id: told.exactOptional(),
      product_uuid: told.exactOptional(),
      boot_id: told.exactOptional(),
      agent_version: told.exactOptional(),
    }),
    output: z.object({
      server_id: z.string(),
      key: Secret,
      interval: z.number().describe('Seconds between two heartbeats.'),
      heartbeatUrl: z
        .string()
        .describe('Where to send them; a path below the address that was asked where it has no host.'),
    }),
    async run(
      call,
      { token, hostname, server_id: serverId, machine_id: machineId, product_uuid: productUuid },
    ) {
      const given = { token, hostname, serverId, machineId, productUuid }
      const { serverId: id, key } = await enrol(call, given).catch((error: unknown) => {
        const isWrong = error instanceof AppError && error.code === 'UNAUTHENTICATED'
        throw isWrong ? wrongTries.counted(call.clock, error) : error
      })
      const base = call.config.server.publicUrl
      return {
        server_id: id,
        key,
        interval: call.config.monitoring.intervalSeconds,
        heartbeatUrl: base === undefined ? publicPath : new URL(publicPath, base).href,
      }
    },
  }),
  operation({
    name: 'agent.rotate',
    summary: 'Make a new key for an agent, shown this one time; the old one works until the new one is used.',
    http: 'POST /agents/:server/rotate',
    effect: 'change',
    permission: 'monitoring.change',
    input: z.object({ server: Server }),
    output: z.object({ agent: AgentShape, key: Secret }),
    cli: { arguments: ['server'] },
    async run(call, { server }) {
      const agent = await agentOf(call, server)
      if (agent.revokedAt !== null)
        throw new AppError('CONFLICT', `The key of the agent of ${server} was revoked`, {
          hint: 'Invite the machine again: `rollcall agent invite`.',
        })
      const { secret, key } = newKey()
      await rotateKey(call.db, agent, key, call.clock.now())
      tellAgent(call, server)
      return { agent: toAgentShape(await agentOf(call, server)), key: secret }
    },
  }),
  operation({
    name: 'agent.revoke',
    summary: 'End the key of an agent at once; its server and what it told stay.',
    http: 'DELETE /agents/:server',
    effect: 'change',
    permission: 'monitoring.change',
    input: z.object({ server: Server }),
    output: AgentShape,
    cli: { arguments: ['server'] },
    async run(call, { server }) {
      const agent = await agentOf(call, server)
      if (agent.revokedAt === null) await revokeKey(call.db, agent.id, call.actor.name, call.clock.now())
      tellAgent(call, server)
      return toAgentShape(await agentOf(call, server))
    },
  }),
]

async function agentOf(call: Call, server: string): Promise<Agent> {
  await findServer(call, server)
  const agent = await findAgentOf(call.db, server)
  if (agent) return agent
  throw new AppError('NOT_FOUND', `The server ${server} has no agent`)
}

function tellAgent(call: Call, server: string): void {
  call.events.publish({ topic: 'agent.changed', at: call.clock.now(), data: { id: server } })
  tellServer(call, server)
}
