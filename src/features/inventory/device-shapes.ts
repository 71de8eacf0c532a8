import { z } from 'zod'
import { DeviceId, RecordId } from '#model/ids.ts'
import { deviceStatuses, deviceTypes, relationshipTypes } from '#model/record.ts'

export const Timestamp = z.string().describe('UTC, ISO 8601 with milliseconds.')
export const Facts = z.record(z.string(), z.json())

/** Enough of a device to name it and to link to it. */
export const DeviceReference = z.object({ id: DeviceId, name: z.string() })

/** A device as listings show it. */
export const DeviceItem = z.object({
  id: DeviceId,
  name: z.string(),
  deviceType: z.enum(deviceTypes),
  status: z.enum(deviceStatuses),
  address: z.string().nullable(),
  serial: z.string().nullable(),
  vendor: z.string().nullable(),
  model: z.string().nullable(),
  os: z.string().nullable(),
  driver: z.string().nullable(),
  site: z.string().nullable(),
  rack: z.string().nullable(),
  owner: z.string().nullable(),
  tags: z.array(z.string()),
  sources: z.array(z.string()).describe('Names of the sources that report it.'),
  cpuCount: z.number().nullable(),
  memoryMb: z.number().nullable(),
  powerState: z.string().nullable(),
  custom: Facts,
  firstSeen: Timestamp,
  lastSeen: Timestamp,
  retiredAt: Timestamp.nullable(),
  version: z.number().int(),
})
export type DeviceItem = z.infer<typeof DeviceItem>

/** One value, and who says so: the winning record, and what others say instead. */
export const SourcedFact = z.object({
  name: z.string().describe('Path of the fact: `os`, `metadata/proxmox/node`.'),
  value: z.json(),
  source: z.string(),
  recordId: RecordId.nullable(),
  seenAt: Timestamp.describe('When that source last held it.'),
  reason: z
    .string()
    .nullable()
    .describe(
      'Why this value: locked by ada, entered by hand, preferred source netbox, most believed source.',
    ),
  ruleId: z
    .number()
    .int()
    .nullable()
    .describe('The rule about this field of this device, where there is one.'),
  isConflict: z.boolean().describe('Sources contradict each other, and nobody has said who is right.'),
  others: z.array(z.object({ source: z.string(), recordId: RecordId, value: z.json(), seenAt: Timestamp })),
})
export type SourcedFact = z.infer<typeof SourcedFact>

export const DeviceInterface = z.object({
  name: z.string(),
  mac: z.string().nullable(),
  addresses: z.array(z.string()),
  speedMbps: z.number().nullable(),
  status: z.string().nullable(),
  type: z.string().nullable(),
  metadata: Facts,
})

export const DeviceVm = z.object({
  instanceUuid: z.string().nullable(),
  guestOs: z.string().nullable(),
  cpuCount: z.number().nullable(),
  memoryMb: z.number().nullable(),
  powerState: z.string().nullable(),
  toolsRunning: z.boolean().nullable(),
  ipAddresses: z.array(z.string()),
  disks: z.array(Facts),
  snapshots: z.array(Facts),
  totalDiskCapacityBytes: z.number().nullable(),
  totalSnapshotSizeBytes: z.number().nullable(),
})

export const DeviceRelationship = z.object({
  id: z.number().int(),
  type: z.enum(relationshipTypes),
  /** Which side the other device is on. */
  other: z.enum(['parent', 'child']),
  device: DeviceReference.extend({ deviceType: z.enum(deviceTypes), status: z.enum(deviceStatuses) }),
  source: z.string(),
  metadata: Facts,
})

/** What one source says of the device, and why it is believed to be the same thing. */
export const LinkedRecord = z.object({
  id: RecordId,
  source: z.string(),
  system: z.string(),
  sourceId: z.string(),
  kind: z.string(),
  firstSeen: Timestamp,
  lastSeen: Timestamp,
  missingSince: Timestamp.nullable(),
  evidence: z.array(z.string()).describe('Why it is linked, in words.'),
  score: z.number().describe('0 to 1: how sure the link is.'),
  decidedBy: z.string().describe('`rule:uuid`, or the person who said so.'),
  linkedAt: Timestamp,
  volatile: Facts.nullable(),
  volatileAt: Timestamp.nullable(),
})

export const DeviceDetail = DeviceItem.extend({
  sourceSystem: z.string(),
  sourceIdentifier: z.string(),
  sourceId: z.string(),
  createdAt: Timestamp,
  updatedAt: Timestamp,
  /** Set when the device is shown as it was. */
  asOf: Timestamp.nullable(),
  metadata: Facts,
  facts: z.array(SourcedFact),
  addresses: z.array(z.string()),
  interfaces: z.array(DeviceInterface),
  vm: DeviceVm.nullable(),
  relationships: z.array(DeviceRelationship),
  records: z.array(LinkedRecord),
  volumes: z.array(
    z.object({
      id: z.number().int(),
      name: z.string(),
      volumeType: z.string().nullable(),
      capacityBytes: z.number().nullable(),
      usedBytes: z.number().nullable(),
    }),
  ),
})
export type DeviceDetail = z.infer<typeof DeviceDetail>

/** One row of the history: what changed on one device at one time. */
export const Change = z.object({
  id: z.number().int(),
  at: Timestamp,
  by: z.string().describe('`run:17 by system:schedule`, `ada@example.net`, `cli:root`.'),
  syncId: z.string(),
  runId: z.number().int().nullable(),
  source: z.string().nullable(),
  operation: z.enum([
    'create',
    'update',
    'delete',
    'link',
    'unlink',
    'merge',
    'missing',
    'return',
    'retire',
    'restore',
  ]),
  changeType: z.string(),
  device: DeviceReference.nullable(),
  /** Changed paths with their values before and after; null where there was or is none. */
  before: Facts,
  after: Facts,
})
export type Change = z.infer<typeof Change>
