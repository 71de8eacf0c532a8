import type { JsonObject } from '#kernel/json.ts'
import type { GuestConfig } from '#sources/proxmox/answers.ts'
import { parseProperties, parseSize } from '#sources/proxmox/property-text.ts'

const diskKey = /^(scsi|virtio|sata|ide|efidisk|tpmstate|mp)\d+$|^rootfs$/

/** Small volumes of the firmware, which people do not count as disks. */
const isFirmware = (key: string): boolean => key.startsWith('efidisk') || key.startsWith('tpmstate')

export interface Disks {
  disks: JsonObject[]
  /** Sum of the disks; undefined as soon as one has no size. */
  totalBytes: number | undefined
  /** Volumes that belong to the guest and hang nowhere. */
  unused: string[]
}

/** A disk, a host folder mounted into a container, or nothing for an optical drive and an empty slot. */
function toDisk(key: string, text: string): JsonObject | undefined {
  const { first, named } = parseProperties(text)
  const volume = named['file'] ?? named['volume'] ?? first
  if (
    !volume ||
    volume === 'none' ||
    named['media'] === 'cdrom' ||
    /:cloudinit$|-cloudinit(\.|$)/.test(volume)
  )
    return undefined
  const mount = named['mp'] === undefined ? {} : { mountPoint: named['mp'] }
  if (volume.startsWith('/'))
    return { name: key, path: volume, kind: key.startsWith('mp') ? 'bind' : 'passthrough', ...mount }
  const size = parseSize(named['size'])
  const storage = volume.includes(':') ? { storage: volume.slice(0, volume.indexOf(':')) } : {}
  return { name: key, ...storage, volume, ...(size === undefined ? {} : { sizeBytes: size }), ...mount }
}

function order(left: string, right: string): number {
  return left.localeCompare(right, 'en', { numeric: true })
}

/** The disks of a configuration, in the order of their names. */
export function parseDisks(config: GuestConfig): Disks {
  const keys = Object.keys(config)
    .filter((key) => diskKey.test(key))
    .toSorted(order)
  const disks = keys.map((key) => toDisk(key, config[key]!)).filter((disk) => disk !== undefined)
  // A folder of the host is no capacity of the guest's own.
  const counted = disks.filter((disk) => disk['kind'] !== 'bind' && !isFirmware(String(disk['name'])))
  const sizes = counted.map((disk) => disk['sizeBytes'] as number | undefined)
  const totalBytes = sizes.includes(undefined)
    ? undefined
    : sizes.reduce<number>((sum, size) => sum + size!, 0)
  const unused = Object.keys(config)
    .filter((key) => /^unused\d+$/.test(key))
    .toSorted(order)
  return { disks, totalBytes, unused: unused.map((key) => config[key]!) }
}
