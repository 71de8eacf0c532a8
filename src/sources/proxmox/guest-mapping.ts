import { toTimestamp } from '#kernel/clock.ts'
import type { JsonObject } from '#kernel/json.ts'
import { parseIp, primaryAddress } from '#model/ip-address.ts'
import type { ReportedDevice, ReportedVm } from '#model/record.ts'
import type { GuestConfig, GuestRow, SnapshotRow } from '#sources/proxmox/answers.ts'
import { parseDisks } from '#sources/proxmox/disks.ts'
import { toInterfaces, type GuestInterface } from '#sources/proxmox/interfaces.ts'
import { isEnabled, parseMemory, parseSmbiosUuid, parseTags } from '#sources/proxmox/property-text.ts'

/** All that was read of one guest. */
export interface GuestReading {
  row: GuestRow
  config: GuestConfig
  /** The monitor's word, where it was asked: running, paused, prelaunch ... */
  monitor?: string | undefined
  snapshots: readonly SnapshotRow[]
  inside: InsideReading
}

/** What the guest says of itself; `answered` is false when it could not be asked. */
export interface InsideReading {
  answered: boolean
  interfaces: readonly GuestInterface[]
  system?: string | undefined
  kernel?: string | undefined
  hostname?: string | undefined
  /** What of it could not be had this time, in the words of records. */
  unread?: readonly string[] | undefined
}

export const nothingInside: InsideReading = { answered: false, interfaces: [] }

/** ostype of QEMU guests in words; containers carry their distribution's name as it is. */
const osTypes: Record<string, string> = {
  l24: 'Linux 2.4',
  l26: 'Linux',
  solaris: 'Solaris',
  wxp: 'Windows XP',
  w2k: 'Windows 2000',
  w2k3: 'Windows Server 2003',
  w2k8: 'Windows Server 2008',
  wvista: 'Windows Vista',
  win7: 'Windows 7 or Server 2008 R2',
  win8: 'Windows 8 or Server 2012',
  win10: 'Windows 10 or Server 2016/2019',
  win11: 'Windows 11 or Server 2022/2025',
  other: '',
  unmanaged: '',
}

const osWords = (ostype: string | undefined): string | undefined =>
  ostype === undefined
    ? undefined
    : (osTypes[ostype] ?? ostype.charAt(0).toUpperCase() + ostype.slice(1)) || undefined

/**
 * Survives rename and migration: the number is unique in the cluster. The number is given again after a deletion, so
 * the machine's own uuid stands behind it: another machine under the same number is another device.
 */
export function guestId({ type, vmid }: Pick<GuestRow, 'type' | 'vmid'>, uuid: string | undefined): string {
  return uuid === undefined ? `${type}/${vmid}` : `${type}/${vmid}/${uuid}`
}

function powerState({ status, lock }: GuestRow, monitor: string | undefined): ReportedVm['powerState'] {
  if (monitor === 'paused' || monitor === 'suspended' || lock === 'suspended') return 'SUSPENDED'
  if (status === 'running') return 'POWERED_ON'
  return status === 'stopped' ? 'POWERED_OFF' : undefined
}

/** The list ends with the pseudo-snapshot `current`, the running state itself. Sizes are not told. */
const toSnapshots = (rows: readonly SnapshotRow[]): JsonObject[] =>
  rows
    .filter((row) => row.name !== 'current')
    .map((row) => ({
      name: row.name,
      ...(row.snaptime ? { createdAt: toTimestamp(row.snaptime * 1000) } : {}),
      ...(row.parent && row.parent !== 'current' ? { parent: row.parent } : {}),
      withMemory: row.vmstate ?? false,
    }))
    .toSorted((left, right) => (left.name < right.name ? -1 : 1))

const cpuCount = ({ row, config }: GuestReading): number | undefined => {
  if (row.type === 'lxc') return config['cores'] === undefined ? row.maxcpu : Number(config['cores'])
  if (config['cores'] === undefined && config['sockets'] === undefined) return row.maxcpu
  return Number(config['sockets'] ?? 1) * Number(config['cores'] ?? 1)
}

const toMegabytes = (bytes: number | undefined): number | undefined =>
  bytes === undefined ? undefined : Math.round(bytes / 1_048_576)

function toVm(reading: GuestReading, addresses: string[], uuid: string | undefined): ReportedVm {
  const { row, config, inside } = reading
  const { disks, totalBytes } = parseDisks(config)
  return {
    instanceUuid: uuid,
    guestOs: inside.system ?? osWords(config['ostype']),
    cpuCount: cpuCount(reading),
    memoryMb: parseMemory(config['memory']) ?? toMegabytes(row.maxmem),
    powerState: powerState(row, reading.monitor),
    ...(row.type === 'qemu' ? { toolsRunning: inside.answered } : {}),
    ipAddresses: addresses,
    disks,
    snapshots: toSnapshots(reading.snapshots),
    totalDiskCapacityBytes: totalBytes,
  }
}

/** Keys that are kept as they are; everything else is left behind: passwords, keys and free text stand among it. */
const plainFacts = ['arch', 'bios', 'machine', 'cpu', 'ostype', 'scsihw', 'startup'] as const
const flagFacts = { onboot: 'onBoot', protection: 'protection', unprivileged: 'unprivileged' } as const

function toFacts({ row, config, inside }: GuestReading): JsonObject {
  const { unused } = parseDisks(config)
  const facts: JsonObject = {
    kind: row.type,
    vmid: row.vmid,
    template: row.template ?? config['template'] === '1',
  }
  const tags = parseTags(config['tags'] ?? row.tags)
  if (tags.length > 0) facts['tags'] = tags
  if (row.pool) facts['pool'] = row.pool
  for (const key of plainFacts) if (config[key] !== undefined) facts[key] = config[key]
  for (const [key, name] of Object.entries(flagFacts))
    if (config[key] !== undefined) facts[name] = config[key] === '1'
  if (row.type === 'qemu') facts['agentEnabled'] = isEnabled(config['agent'])
  if (unused.length > 0) facts['unusedDisks'] = unused
  if (inside.hostname) facts['hostname'] = inside.hostname
  if (inside.kernel) facts['kernel'] = inside.kernel
  return facts
}

function toVolatile({ uptime, mem, disk }: GuestRow): JsonObject {
  return {
    ...(uptime === undefined ? {} : { uptimeSeconds: uptime }),
    ...(mem === undefined ? {} : { memoryUsedBytes: mem }),
    // Zero stands for "not known" on virtual machines.
    ...(disk ? { diskUsedBytes: disk } : {}),
  }
}

/** A virtual machine or container as we report it. Pure: the whole mapping is tested by example. */
export function toGuest(reading: GuestReading): ReportedDevice {
  const { row, config, inside } = reading
  const uuid = row.type === 'qemu' ? parseSmbiosUuid(config['smbios1']) : undefined
  const interfaces = toInterfaces(config, inside.interfaces)
  const cards = interfaces.filter((each) => each.metadata !== undefined)
  const addresses = interfaces.flatMap((each) => each.addresses ?? []).map((address) => parseIp(address)!)
  // Tunnels and networks inside the guest never name it.
  const address = primaryAddress(cards.flatMap((each) => each.addresses ?? []).map((each) => parseIp(each)!))
  const vm = toVm(reading, [...new Set(addresses)], uuid)
  return {
    kind: 'device',
    sourceId: guestId(row, uuid),
    name:
      row.name ?? config['name'] ?? config['hostname'] ?? `${row.type === 'qemu' ? 'VM' : 'CT'} ${row.vmid}`,
    deviceType: row.type === 'qemu' ? 'vm' : 'container',
    status: 'active',
    ...(uuid === undefined ? {} : { nativeIds: [`uuid:${uuid}`] }),
    ...(inside.hostname ? { names: [inside.hostname] } : {}),
    ...(address === undefined ? {} : { address }),
    ...(vm.guestOs === undefined ? {} : { os: vm.guestOs }),
    interfaces,
    vm,
    relationships: [{ type: 'hosts', other: 'parent', sourceId: `node/${row.node}` }],
    ...(inside.unread && inside.unread.length > 0 ? { unread: inside.unread } : {}),
    facts: toFacts(reading),
    volatile: toVolatile(row),
  }
}
