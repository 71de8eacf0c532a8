import { statfs } from 'node:fs/promises'
import { cpus, totalmem } from 'node:os'
import type { JsonObject } from '#kernel/json.ts'
import type { FileReader } from '#sources/local/file-reader.ts'
import { meaningful } from '#sources/local/machine.ts'

/** Block devices that are no disk of their own: loops, memory, device mapper, RAID, optical, floppy, network. */
const notADisk = /^(loop|ram|zram|dm-|md|sr|fd|nbd|drbd|rbd|bcache)/

/** Disks with model, size in bytes and serial number, as sysfs tells them. */
export async function readDisks(files: FileReader): Promise<JsonObject[]> {
  const names = (await files.names('sys/block')).filter((name) => !notADisk.test(name))
  const disks = await Promise.all(names.map((name) => readDisk(files, name)))
  return disks.filter((disk) => disk !== undefined)
}

async function readDisk(files: FileReader, name: string): Promise<JsonObject | undefined> {
  const base = `sys/block/${name}`
  const [size, model, rotational, own, nvme, removable] = await Promise.all(
    ['size', 'device/model', 'queue/rotational', 'serial', 'device/serial', 'removable'].map((file) =>
      files.text(`${base}/${file}`),
    ),
  )
  const sizeBytes = Number(size ?? 0) * 512
  if (sizeBytes === 0 || removable === '1') return undefined
  const serial = meaningful(own ?? nvme)
  return {
    name,
    sizeBytes,
    ...(model === undefined ? {} : { model }),
    ...(serial === undefined ? {} : { serial }),
    ...(rotational === undefined ? {} : { rotational: rotational === '1' }),
  }
}

/** Processor model, and how many sockets, cores and threads there are. */
export async function readCpu(files: FileReader): Promise<JsonObject> {
  const text = (await files.text('proc/cpuinfo')) ?? ''
  const values = (key: string) =>
    [...text.matchAll(new RegExp(`^${key}\\s*:\\s*(.+)$`, 'gm'))].map(([, value]) => value!)
  const model = values('model name')[0] ?? values('Model')[0] ?? cpus()[0]?.model
  const threads = values('processor').length || cpus().length
  const physical = values('physical id')
  const coreIds = values('core id')
  const cores = new Set(coreIds.map((core, index) => `${physical[index] ?? 0}/${core}`)).size || threads
  return {
    threads,
    cores,
    sockets: new Set(physical).size || 1,
    ...(model === undefined ? {} : { model: model.trim() }),
  }
}

/** Installed memory in bytes, as far as the system may use it. */
export const readMemory = (): number => totalmem()

/** File systems on local disks; a network one could keep us waiting for ever. */
const localTypes = new Set([
  'ext2',
  'ext3',
  'ext4',
  'xfs',
  'btrfs',
  'zfs',
  'f2fs',
  'jfs',
  'reiserfs',
  'bcachefs',
  'vfat',
  'exfat',
  'ntfs',
  'ntfs3',
  'apfs',
])

export interface FileSystems {
  /** Mount point, type and size. */
  lasting: JsonObject[]
  /** Used bytes by mount point. */
  used: JsonObject
}

/** Local file systems, each device once (at its shortest mount point). */
export async function readFileSystems(files: FileReader): Promise<FileSystems> {
  const mounts = ((await files.text('proc/mounts')) ?? '').split('\n').map((line) => line.split(' '))
  const local = mounts
    .filter(
      ([device, mount, type]) => device !== undefined && mount !== undefined && localTypes.has(type ?? ''),
    )
    .map(([device, mount, type]) => ({ device: device!, mount: unescapeMount(mount!), type: type! }))
    .sort((left, right) => left.mount.length - right.mount.length || (left.mount < right.mount ? -1 : 1))
  const result: FileSystems = { lasting: [], used: {} }
  const seen = new Set<string>()
  for (const { device, mount, type } of local) {
    if (seen.has(device)) continue
    seen.add(device)
    const stats = await statfs(mount).catch(() => undefined)
    if (stats === undefined) continue
    result.lasting.push({ mount, type, sizeBytes: stats.blocks * stats.bsize })
    result.used[mount] = (stats.blocks - stats.bfree) * stats.bsize
  }
  return result
}

/** Mount points carry blanks and the like as octal escapes. */
const unescapeMount = (text: string): string =>
  text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)))
