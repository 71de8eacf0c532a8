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

/** A relationship to another record of the same source, or to whatever has one of some keys. */
export interface ReportedRelationship {
  type: RelationshipType
  /** Whether the other record is the parent or the child: a node `hosts` a guest, so the guest names it as parent. */
  other: 'parent' | 'child'
  /** The other record of this source. */
  sourceId?: string | undefined
  /**
   * What the other side is known by, where it may be anybody's: `mac:`, `uuid:`, `serial:`, `name:`, `ip:`. The first
   * that exactly one device has decides; one that several have decides nothing.
   */
  keys?: string[] | undefined
  /** Of `connects_to`: `localPort` is the port of the record that tells, `remotePort` the other's, `protocol` lldp, cdp, fdb. */
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
  /**
   * Ids that other sources may also know it by, with their kind, in lower case. Never a name or address.
   * `uuid:` BIOS or DMI UUID as told, whatever its byte order; `instance-uuid:` a hypervisor's own id of a VM (never
   * unique alone: copies repeat it); `machine-id:`, `chassis:` (LLDP, where it is no MAC), `certname:`, `node-id:`.
   */
  nativeIds?: string[] | undefined
  /** Other names it goes by (FQDN, the guest's own host name, sysName): weak evidence of what it is. */
  names?: string[] | undefined
  address?: IpAddress | undefined
  serial?: string | undefined
  vendor?: string | undefined
  model?: string | undefined
  os?: string | undefined
  interfaces?: ReportedInterface[] | undefined
  vm?: ReportedVm | undefined
  relationships?: ReportedRelationship[] | undefined
  /**
   * What could not be read this time, though the machine could: `interfaces`, `relationships`, or deeper
   * `facts.disks`, `interfaces.addresses`. What is kept there stays.
   */
  unread?: readonly string[] | undefined
  /** Lasting facts, kept under the source's name in the device's metadata; part of hash and history. */
  facts?: JsonObject | undefined
  /** Facts that change at every reading (uptime, used bytes): kept, but no part of hash or history. */
  volatile?: JsonObject | undefined
  /** It is there, but its details cannot be read now: a record of it that is kept already stays as it is. */
  unreadable?: boolean | undefined
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
  /**
   * The same for a source that reads the switch itself: the switch's record, its port, and how many addresses were
   * seen on that port, so that of several the nearest can be told. Becomes a `connects_to`.
   */
  port?:
    | { deviceSourceId: string; interface: string; addresses: number; vlan?: number | undefined }
    | undefined
  /** What the source can tell of its kind. */
  deviceType?: DeviceType | undefined
  /** What was not told this time without being otherwise (`port` of one that is silent): what is kept there stays. */
  unread?: readonly string[] | undefined
  /** When the source itself last saw it, if that is not now. */
  seenAt?: Timestamp | undefined
  facts?: JsonObject | undefined
  volatile?: JsonObject | undefined
}

export const volumeTypes = ['lun', 'filesystem', 'volume', 'qtree', 'datastore', 'pool'] as const
export type VolumeType = (typeof volumeTypes)[number]

/** A storage volume, in the words of table `storage_volumes`. */
export interface ReportedVolume {
  kind: 'volume'
  sourceId: string
  name: string
  volumeType: VolumeType
  /** What the volume is known by to others: `naa:6000...` of a LUN and of the datastore on it, `nfs:server:/path`. */
  ids?: string[] | undefined
  /** Device records of the same source that use it: hosts that mount it, machines that lie on it. Undefined: not known. */
  usedBy?: string[] | undefined
  /** The pool or volume of the same source that it is cut from. */
  poolSourceId?: string | undefined
  capacityBytes?: number | undefined
  storageArray?: string | undefined
  raidLevel?: string | undefined
  thinProvisioned?: boolean | undefined
  /** It repeats what another volume holds: a snapshot of it, or the far end of a mirror. Sums leave it out. */
  copy?: 'snapshot' | 'mirror' | undefined
  /** The device record of the same source that owns it. */
  deviceSourceId?: string | undefined
  /** What could not be read this time (`ids`, `raidLevel`, `facts.hosts`): what is kept there stays. */
  unread?: readonly string[] | undefined
  facts?: JsonObject | undefined
  /** `used_bytes` belongs here: it changes at every reading. */
  volatile?: JsonObject | undefined
}

export type ReportedRecord = ReportedDevice | ReportedSighting | ReportedVolume

/** Facts that a machine told of itself (Puppet, Foreman): kept whole in table `server_facts`, one row a top fact. */
export interface ReportedFacts {
  /** The device record of the same source that they are of; it comes in the same page or an earlier one. */
  deviceSourceId: string
  /** When the machine told them, by its own clock. */
  collectedAt: Timestamp
  /** By name; structured facts whole. */
  facts: JsonObject
  /** Facts that change at every reading (uptime, load, free memory): kept, but no part of the history. */
  volatile?: JsonObject | undefined
}

/** One version of a device's configuration, for table `device_configs`. */
export interface ReportedConfig {
  /** The device record of the same source that it is of; it comes in the same page or an earlier one. */
  deviceSourceId: string
  /** Exactly as it was fetched. */
  text: string
  /** How its bytes become `text` again; UTF-8 unless said otherwise. */
  encoding?: 'latin1' | undefined
  /** When it was fetched from the device. */
  retrievedAt: Timestamp
  /** The source's own id of the version (a commit), where it has one; the same revision is never written twice. */
  revision?: string | undefined
  /** Author, message, model. No secrets. */
  metadata?: JsonObject | undefined
}

/** A prefix that a source says exists: a subnet of a DHCP server, an entry of an address plan. */
export interface ReportedPrefix {
  /** Unique within the source and lasting. */
  sourceId: string
  /** Canonical: `192.0.2.0/24`. */
  prefix: string
  /** Addresses of different ones have nothing to do with each other; the global table without it. */
  vrf?: string | undefined
  name?: string | undefined
  site?: string | undefined
  vlan?: number | undefined
  status?: string | undefined
}
