import { z } from 'zod'
import { operation } from '#features/operation.ts'
import type { AnyOperation } from '#features/operation.ts'
import { agentOperations } from '#features/servers/agent-operations.ts'
import { createServer, deleteServer, pauseServer, updateServer } from '#features/servers/edit-servers.ts'
import { groupServersOperation } from '#features/servers/group-servers.ts'
import { listServersOperation } from '#features/servers/list-servers.ts'
import { seriesOperations } from '#features/servers/series-operations.ts'
import { ServerId } from '#features/servers/server-id.ts'
import { machineTypes, ServerDetail } from '#features/servers/server-shapes.ts'
import { showServer } from '#features/servers/show-server.ts'

/** Of one that may be there: whatever it is called, it is looked for. */
export const ServerKey = z.string().min(1).max(100).describe('Id of the server.')

const Version = z.number().int().exactOptional()
const settings = {
  displayName: z.string().trim().min(1).max(255).nullable().exactOptional().describe('What people call it.'),
  tdpWatts: z
    .number()
    .int()
    .min(0)
    .max(100_000)
    .nullable()
    .exactOptional()
    .describe('What it draws at most.'),
  machineType: z.enum(machineTypes).exactOptional().describe('A workstation may sleep.'),
  intervalSeconds: z
    .number()
    .int()
    .min(1)
    .max(86_400)
    .nullable()
    .exactOptional()
    .describe('Seconds between two heartbeats; null as the agent says.'),
}

/** Servers: machines that report metrics. */
export const serverOperations: readonly AnyOperation[] = [
  listServersOperation,
  operation({
    name: 'server.show',
    summary: 'Show everything about a server.',
    http: 'GET /servers/:id',
    effect: 'read',
    permission: 'monitoring.read',
    input: z.object({ id: ServerKey }),
    output: ServerDetail,
    cli: { arguments: ['id'] },
    run: (call, { id }) => showServer(call, id),
  }),
  operation({
    name: 'server.create',
    summary: 'Make a server, before its agent reports.',
    http: 'POST /servers',
    effect: 'change',
    permission: 'monitoring.change',
    input: z.object({
      id: ServerId,
      hostname: z.string().trim().min(1).max(255).exactOptional().describe('The id when left out.'),
      ...settings,
    }),
    output: ServerDetail,
    cli: { arguments: ['id'] },
    async run(call, given) {
      await createServer(call, given)
      return showServer(call, given.id)
    },
  }),
  operation({
    name: 'server.update',
    summary: 'Change the settings of a server, or link it to a device by hand.',
    http: 'PATCH /servers/:id',
    effect: 'change',
    permission: 'monitoring.change',
    input: z.object({
      id: ServerKey,
      ...settings,
      device: z
        .union([z.string().min(1).max(255), z.number().int().positive()])
        .nullable()
        .exactOptional()
        .describe('Id, name, address or MAC of its device; null for the one that its agent tells of.'),
      expectedVersion: Version,
    }),
    output: ServerDetail,
    cli: { arguments: ['id'] },
    async run(call, { id, expectedVersion, ...edit }) {
      await updateServer(call, id, edit, expectedVersion)
      return showServer(call, id)
    },
  }),
  ...(['pause', 'resume'] as const).map((verb) =>
    operation({
      name: `server.${verb}`,
      summary:
        verb === 'pause'
          ? 'Stop watching a server; what it sends is kept.'
          : 'Watch a server again that was paused.',
      http: `POST /servers/:id/${verb}`,
      effect: 'change',
      permission: 'monitoring.change',
      input: z.object({ id: ServerKey, expectedVersion: Version }),
      output: ServerDetail,
      cli: { arguments: ['id'] },
      async run(call, { id, expectedVersion }) {
        await pauseServer(call, id, verb === 'pause', expectedVersion)
        return showServer(call, id)
      },
    }),
  ),
  operation({
    name: 'server.delete',
    summary: 'Delete a server with all its metrics; its agent is refused from now on.',
    http: 'DELETE /servers/:id',
    effect: 'danger',
    permission: 'monitoring.change',
    input: z.object({ id: ServerKey }),
    output: z.undefined(),
    cli: { arguments: ['id'] },
    run: (call, { id }) => deleteServer(call, id).then(() => undefined),
  }),
  groupServersOperation,
  ...seriesOperations,
  ...agentOperations,
]
