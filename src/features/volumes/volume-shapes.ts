import { z } from 'zod'
import { DeviceReference, Facts, Timestamp } from '#features/inventory/device-shapes.ts'
import { deviceStatuses, deviceTypes, volumeTypes } from '#model/record.ts'

export const VolumeKey = z.number().int().positive().describe('Id of a volume.')
export const VolumeReference = z.object({
  id: z.number().int(),
  name: z.string(),
  volumeType: z.enum(volumeTypes),
})

/** A volume as listings show it. */
export const VolumeItem = VolumeReference.extend({
  status: z.enum(['active', 'inactive']).describe('Inactive once its source has proved it to be gone.'),
  capacityBytes: z.number().nullable(),
  usedBytes: z.number().nullable(),
  usedPercent: z.number().nullable().describe('Of its capacity, to a tenth.'),
  raidLevel: z.string().nullable(),
  thinProvisioned: z.boolean().nullable(),
  copy: z.enum(['snapshot', 'mirror']).nullable().describe('It repeats another volume: no sum counts it.'),
  array: z.string().nullable().describe('Name of the array or cluster.'),
  within: z.string().nullable().describe('The SVM or vStore that it belongs to.'),
  device: DeviceReference.nullable().describe('The device that owns it.'),
  pool: VolumeReference.nullable().describe('What it is cut from.'),
  source: z.string(),
  system: z.string(),
  readAt: Timestamp.nullable().describe('When its source was last read whole.'),
})
export type VolumeItem = z.infer<typeof VolumeItem>

/** Under another volume: the same disk or export by another name, or what it is cut from. */
export const Backing = VolumeReference.extend({
  under: z.number().int().describe('Id of the volume that lies on this one.'),
  by: z.enum(['key', 'pool']),
  key: z.string().nullable().describe('What both are known by.'),
  capacityBytes: z.number().nullable(),
  usedBytes: z.number().nullable(),
  array: z.string().nullable(),
  device: DeviceReference.nullable(),
  source: z.string(),
})
export type Backing = z.infer<typeof Backing>

const VolumeUser = DeviceReference.extend({
  deviceType: z.enum(deviceTypes),
  status: z.enum(deviceStatuses),
})

export const VolumeDetail = VolumeItem.extend({
  facts: Facts,
  ids: z.array(z.string()).describe('What others know it by: `naa:6000...`, `nfs:192.0.2.5:/vol1`.'),
  backing: z.array(Backing).describe('What it lies on, down to pools; each names the one above it.'),
  carries: z.array(Backing).describe('What lies on it directly, of any source.'),
  users: z.array(VolumeUser).describe('Devices that use it: hosts that mount it, machines that lie on it.'),
  usersTotal: z.number().int(),
  createdAt: Timestamp.describe('When it was first told.'),
  updatedAt: Timestamp,
})
export type VolumeDetail = z.infer<typeof VolumeDetail>

/** What one device uses, each with what it lies on. */
export const DeviceStorage = z.object({
  owned: z.number().int().describe('How many volumes the device owns.'),
  uses: z.array(z.object({ volume: VolumeItem, backing: z.array(Backing) })),
})
export type DeviceStorage = z.infer<typeof DeviceStorage>

const Amount = z.object({
  count: z.number().int(),
  capacityBytes: z.number(),
  usedBytes: z.number(),
})

/** Sums of one array, or of what belongs to none. Nothing is counted twice within a field. */
export const ArraySum = z.object({
  array: z.string().nullable(),
  source: z.string(),
  readAt: Timestamp.nullable(),
  pools: Amount.describe('Space there is.'),
  provisioned: Amount.describe('Space that was promised: volumes cut from pools, without copies.'),
  types: z.record(z.string(), Amount).describe('All active volumes by type, copies and nested ones too.'),
  copies: Amount.describe('Snapshots and far ends of mirrors.'),
})
export type ArraySum = z.infer<typeof ArraySum>
