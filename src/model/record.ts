import type { Timestamp } from '#kernel/clock.ts'
import type { JsonObject } from '#kernel/json.ts'
import type { IpAddress } from '#model/ip-address.ts'
import type { Mac } from '#model/mac.ts'

export const deviceTypes = [
  'server',
  'vm',
  'network_device',
  'storage',
  'container',
  'cluster',
  'workstation',
  'phone',
  'iot',
  'unknown',
] as const
export type DeviceType = (typeof deviceTypes)[number]

export const deviceStatuses = ['active', 'inactive', 'unknown'] as const
export type DeviceStatus = (typeof deviceStatuses)[number]

export const relationshipTypes = ['hosts', 'connects_to', 'backs_up', 'manages'] as const
export type RelationshipType = (typeof relationshipTypes)[number]

/** One network interface as a source reports it. */
export interface ReportedInterface {
  /** Unique within its record: eth0, net0, vmnic0. */
  name: string
  mac?: Mac | undefined
  /** Canonical, with prefix length where the source knows it: `192.0.2.7/24`, `2001:db8::7`. */
  addresses?: string[] | undefined
  /** Megabits per second. */
  speedMbps?: number | undefined
  status?: 'up' | 'down' | 'disabled' | undefined
  type?: 'physical' | 'virtual' | 'loopback' | undefined
  /** What only this source knows of it (bridge, vlan, mtu). */
  metadata?: JsonObject | undefined
}

/** The virtual machine part of a device, in the words of table `vms`. */
export interface ReportedVm {
  instanceUuid?: string | undefined
  guestOs?: string | undefined
  cpuCount?: number | undefined
  memoryMb?: number | undefined
  powerState?: 'POWERED_ON' | 'POWERED_OFF' | 'SUSPENDED' | undefined
  toolsRunning?: boolean | undefined
  ipAddresses?: string[] | undefined
  disks?: JsonObject[] | undefined
  snapshots?: JsonObject[] | undefined
  totalDiskCapacityBytes?: number | undefined
  totalSnapshotSizeBytes?: number | undefined
}

/** A relationship to another record of the same source. */
export interface ReportedRelationship {
  type: RelationshipType
  /** Whether the other record is the parent or the child: a node `hosts` a guest, so the guest names it as parent. */
  other: 'parent' | 'child'
  sourceId: string
  metadata?: JsonObject | undefined
}

/** A machine that a source names. */
export interface ReportedDevice {
  kind: 'device'
  /** Survives rename, move and readdressing; unique within the source. */
  sourceId: string
  name: string
  deviceType: DeviceType
  status?: DeviceStatus | undefined
  /** Ids that other sources may also know it by, with their kind: `uuid:4c4c4544-...`, `machine-id:...`. Never a name or address. */
  nativeIds?: string[] | undefined
  address?: IpAddress | undefined
  serial?: string | undefined
  vendor?: string | undefined
  model?: string | undefined
  os?: string | undefined
  interfaces?: ReportedInterface[] | undefined
  vm?: ReportedVm | undefined
  relationships?: ReportedRelationship[] | undefined
  /** Lasting facts, kept under the source's name in the device's metadata; part of hash and history. */
  facts?: JsonObject | undefined
  /** Facts that change at every reading (uptime, used bytes): kept, but no part of hash or history. */
  volatile?: JsonObject | undefined
}

/** A network address somebody saw: a lease, a scan answer, a neighbour table entry. */
export interface ReportedSighting {
  kind: 'sighting'
  /** The MAC where there is one, else what the source keys it by (`ip:192.0.2.7`, `duid:...`). */
  sourceId: string
  mac?: Mac | undefined
  addresses: IpAddress[]
  /** The name it gave itself or that DNS gives it; weak evidence. */
  hostname?: string | undefined
  /** Maker of the card, from its prefix. */
  vendor?: string | undefined
  /** Where it hangs: `core-sw-1 Gi1/0/4`. */
  switchPort?: string | undefined
  /** What the source can tell of its kind. */
  deviceType?: DeviceType | undefined
  /** When the source itself last saw it, if that is not now. */
  seenAt?: Timestamp | undefined
  facts?: JsonObject | undefined
  volatile?: JsonObject | undefined
}

/** A storage volume, in the words of table `storage_volumes`. */
export interface ReportedVolume {
  kind: 'volume'
  sourceId: string
  name: string
  volumeType: 'lun' | 'filesystem' | 'datastore' | 'qtree'
  capacityBytes?: number | undefined
  storageArray?: string | undefined
  raidLevel?: string | undefined
  thinProvisioned?: boolean | undefined
  /** The device record of the same source that owns it. */
  deviceSourceId?: string | undefined
  facts?: JsonObject | undefined
  /** `used_bytes` belongs here: it changes at every reading. */
  volatile?: JsonObject | undefined
}

export type ReportedRecord = ReportedDevice | ReportedSighting | ReportedVolume
