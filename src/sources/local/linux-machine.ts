import { arch, hostname, release, uptime } from 'node:os'
import type { DeviceType } from '#model/record.ts'
import { openFileReader, type FileReader } from '#sources/local/file-reader.ts'
import { readCpu, readDisks, readFileSystems, readMemory } from '#sources/local/linux-hardware.ts'
import { readVirtualization, type Virtualization } from '#sources/local/linux-virtualization.ts'
import { meaningful, usableUuid, type Machine } from '#sources/local/machine.ts'

const dmi = 'sys/class/dmi/id'

/** SMBIOS chassis types of machines somebody sits at: desktops, towers, laptops, all-in-ones, tablets, small boxes. */
const deskChassis = new Set([
  '3',
  '4',
  '5',
  '6',
  '7',
  '8',
  '9',
  '10',
  '13',
  '14',
  '15',
  '16',
  '24',
  '30',
  '31',
  '32',
  '35',
  '36',
])

/** The distribution's full name from os-release: `Debian GNU/Linux 12 (bookworm)`. */
export function parseOsRelease(text: string): string | undefined {
  const value = (key: string) =>
    new RegExp(`^${key}=(["']?)(.*)\\1$`, 'm').exec(text)?.[2]?.replace(/\\(.)/g, '$1')
  return value('PRETTY_NAME') ?? value('NAME')
}

function typeOf(virtualization: Virtualization, chassis: string | undefined, desktop: boolean): DeviceType {
  if (virtualization.kind !== 'hardware') return virtualization.kind
  return desktop && deskChassis.has(chassis ?? '') ? 'workstation' : 'server'
}

/** A desk-shaped box is a homelab's favourite server: it is a workstation only when somebody logs in graphically. */
const startsGraphically = async (files: FileReader): Promise<boolean> =>
  (await files.names('usr/share/xsessions')).length +
    (await files.names('usr/share/wayland-sessions')).length >
  0

/** Firmware's words: of the machine itself, so not read in a container, where they are the host's. */
async function readFirmware(files: FileReader) {
  const [uuid, serial, vendor, product, tree, treeSerial] = await Promise.all([
    files.text(`${dmi}/product_uuid`),
    files.text(`${dmi}/product_serial`),
    files.text(`${dmi}/sys_vendor`),
    files.text(`${dmi}/product_name`),
    files.text('proc/device-tree/model'),
    files.text('proc/device-tree/serial-number'),
  ])
  return {
    uuid: usableUuid(uuid),
    serial: meaningful(serial) ?? meaningful(treeSerial),
    vendor: meaningful(vendor),
    model: meaningful(product) ?? meaningful(tree),
  }
}

async function readMachineId(files: FileReader): Promise<string | undefined> {
  const id = (await files.text('etc/machine-id')) ?? (await files.text('var/lib/dbus/machine-id'))
  return id !== undefined && /^[0-9a-f]{32}$/.test(id) ? id : undefined
}

function warningsOf(virtualization: Virtualization, denied: readonly string[]): string[] {
  const warnings: string[] = []
  if (virtualization.program) {
    warnings.push(
      `This is a container (${virtualization.name ?? 'unknown'}): the machine below it is not seen from here.`,
    )
  }
  if (denied.some((path) => path.startsWith(dmi))) {
    warnings.push('Serial number and hardware UUID are for root to read; they are missing.')
  }
  const others = denied.filter((path) => !path.startsWith(dmi))
  if (others.length > 0) warnings.push(`Not allowed to read ${others.map((path) => `/${path}`).join(', ')}.`)
  return warnings
}

/** This machine, from /proc, /sys and /etc below `root`. Never fails: what cannot be read is missing or a warning. */
export async function readLinuxMachine(root = '/'): Promise<Machine> {
  const files = openFileReader(root)
  const virtualization = await readVirtualization(files)
  const contained = virtualization.kind === 'container'
  const [firmware, machineId, osRelease, chassis, desktop, cpu, disks, fileSystems] = await Promise.all([
    contained ? undefined : readFirmware(files),
    readMachineId(files),
    files.text('etc/os-release').then(async (text) => text ?? files.text('usr/lib/os-release')),
    files.text(`${dmi}/chassis_type`),
    startsGraphically(files),
    readCpu(files),
    contained ? [] : readDisks(files),
    readFileSystems(files),
  ])
  return {
    hostname: hostname(),
    ...firmware,
    machineId: virtualization.program ? undefined : machineId,
    os: parseOsRelease(osRelease ?? ''),
    deviceType: typeOf(virtualization, chassis, desktop),
    facts: {
      kernel: release(),
      architecture: arch(),
      cpu,
      memoryBytes: readMemory(),
      disks,
      filesystems: fileSystems.lasting,
      ...(virtualization.name === undefined ? {} : { virtualization: virtualization.name }),
    },
    volatile: { uptimeSeconds: Math.round(uptime()), filesystemUsedBytes: fileSystems.used },
    warnings: warningsOf(virtualization, files.denied),
  }
}
