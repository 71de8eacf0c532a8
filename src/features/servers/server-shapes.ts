import { z } from 'zod'
import { serverConditions, serverStatuses } from '#features/monitoring/watch.ts'
import { DeviceReference, Timestamp } from '#features/inventory/device-shapes.ts'

export const machineTypes = ['server', 'workstation'] as const

const Values = z.record(z.string(), z.number())

export const Latest = z.object({
  at: Timestamp.describe('When it was measured, by the clock of the server.'),
  values: Values.describe('By metric, such as cpu_percent; what was not told is left out.'),
})

/** What a server tells beside numbers, in short. */
const ToldSummary = z.object({
  failedServices: z.array(z.string()),
  services: z.number().int(),
  containers: z.number().int(),
  updates: z
    .object({
      available: z.number(),
      security: z.number().exactOptional(),
      rebootRequired: z.boolean().exactOptional(),
    })
    .nullable(),
})

/** The device that a server is, with what fleets are looked at by. */
const ServerDevice = DeviceReference.extend({
  site: z.string().nullable(),
  rack: z.string().nullable(),
  tags: z.array(z.string()),
})

/** A server as listings show it. */
export const ServerItem = z.object({
  id: z.string(),
  name: z.string().describe('What people call it, else what it calls itself.'),
  hostname: z.string(),
  displayName: z.string().nullable(),
  ipAddress: z.string().nullable(),
  status: z.enum(serverStatuses),
  condition: z.enum(serverConditions).nullable().describe('Finer than the status.'),
  statusSince: Timestamp.nullable(),
  lastSeen: Timestamp.nullable(),
  machineType: z.enum(machineTypes),
  tdpWatts: z.number().int().nullable(),
  intervalSeconds: z.number().int().nullable().describe('As a person set it; null as the agent says.'),
  pausedAt: Timestamp.nullable(),
  osDistribution: z.string().nullable(),
  osVersion: z.string().nullable(),
  kernelVersion: z.string().nullable(),
  architecture: z.string().nullable(),
  agentVersion: z.string().nullable(),
  clockSkewMs: z.number().nullable().describe('How far its clock is behind ours.'),
  device: ServerDevice.nullable(),
  latest: Latest.nullable(),
  told: ToldSummary,
  createdAt: Timestamp,
  updatedAt: Timestamp,
  version: z.number().int(),
})
export type ServerItem = z.infer<typeof ServerItem>

const Clone = z.object({
  since: Timestamp,
  bootIds: z.array(z.string()),
  hostname: z.string().nullable(),
  machineId: z.string().nullable(),
})

/** The agent of a server; its key is known to nobody. */
export const AgentShape = z.object({
  server: z.string(),
  keyPrefix: z.string().describe('The first characters of its key.'),
  enrolledAt: Timestamp,
  rotatedAt: Timestamp.nullable(),
  oldKeyWorks: z.boolean().describe('After a rotation, until the new key was used once.'),
  revokedAt: Timestamp.nullable(),
  revokedBy: z.string().nullable(),
  clone: Clone.nullable().describe('What tells that a second machine uses the key.'),
})

/** Everything that is known of a server. */
export const ServerDetail = ServerItem.extend({
  services: z.array(z.object({ name: z.string(), status: z.string(), reason: z.string().exactOptional() })),
  containers: z.array(z.object({ name: z.string(), image: z.string().exactOptional(), state: z.string() })),
  bootId: z.string().nullable(),
  agent: AgentShape.nullable(),
  deviceLink: z
    .object({
      setBy: z
        .string()
        .nullable()
        .describe('Who linked it by hand; null when it follows what the agent says.'),
      score: z.number().nullable(),
      decidedBy: z.string().nullable(),
      evidence: z.json().nullable(),
    })
    .nullable(),
})
export type ServerDetail = z.infer<typeof ServerDetail>
