import { z } from 'zod'
import { DeviceReference } from '#features/inventory/device-shapes.ts'
import { HostId } from '#model/ids.ts'

export const hostStatuses = ['pending', 'approved', 'rejected', 'pushed'] as const
export const hostTypes = ['server', 'workstation', 'iot', 'network', 'unknown'] as const

/** A MAC address seen on the network, and what a person decided about it. */
export const Host = z.object({
  id: HostId,
  mac: z.string(),
  hostname: z.string().nullable(),
  addresses: z.array(z.string()),
  sources: z.array(z.string()),
  switchPort: z.string().nullable(),
  status: z.enum(hostStatuses),
  hostType: z.enum(hostTypes),
  firstSeen: z.string(),
  lastSeen: z.string(),
  discoveryRunId: z.number().int().nullable(),
  netboxId: z.number().int().nullable(),
  notes: z.string().nullable(),
  vendor: z.string().nullable(),
  randomMac: z.boolean(),
  sharedMac: z.boolean(),
  device: DeviceReference.nullable(),
  version: z.number().int(),
})
export type Host = z.infer<typeof Host>

export const findingKinds = ['new-device', 'new-mac', 'address-conflict', 'identity-conflict'] as const

/** Something that a person should look at. */
export const Finding = z.object({
  id: z.number().int(),
  kind: z.enum(findingKinds),
  subject: z.string(),
  device: DeviceReference.nullable(),
  hostId: HostId.nullable(),
  runId: z.number().int().nullable(),
  detail: z.record(z.string(), z.json()),
  createdAt: z.string(),
  resolvedAt: z.string().nullable(),
})
export type Finding = z.infer<typeof Finding>
