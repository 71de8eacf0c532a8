import { arch, hostname, release, totalmem, uptime } from 'node:os'
import type { DeviceType } from '#model/record.ts'
import { meaningful, usableUuid, type Machine } from '#sources/local/machine.ts'

const deskChassis = /desktop|tower|laptop|notebook|portable|all in one|mini pc|macbook|imac|tablet/i

/** This machine on macOS and Windows, where only their own programs tell; takes a second or two. */
export async function readOtherMachine(): Promise<Machine> {
  const si = await import('systeminformation')
  const [system, chassis, osInfo, ids, cpu, disks, volumes] = await Promise.all([
    si.system(),
    si.chassis(),
    si.osInfo(),
    si.uuid(),
    si.cpu(),
    si.diskLayout(),
    si.fsSize(),
  ])
  const desk: DeviceType = deskChassis.test(`${chassis.type} ${system.model}`) ? 'workstation' : 'server'
  return {
    hostname: hostname(),
    uuid: usableUuid(system.uuid) ?? usableUuid(ids.hardware),
    serial: meaningful(system.serial),
    vendor: meaningful(system.manufacturer),
    model: meaningful(system.model),
    os: [osInfo.distro, osInfo.release].filter((part) => part !== '').join(' '),
    deviceType: system.virtual ? 'vm' : desk,
    facts: {
      kernel: release(),
      architecture: arch(),
      cpu: { model: cpu.brand, threads: cpu.cores, cores: cpu.physicalCores, sockets: cpu.processors || 1 },
      memoryBytes: totalmem(),
      disks: disks.map(({ device, name, size, serialNum }) => ({
        name: device,
        model: name,
        sizeBytes: size,
        serial: serialNum,
      })),
      filesystems: volumes.map(({ mount, type, size }) => ({ mount, type, sizeBytes: size })),
    },
    volatile: {
      uptimeSeconds: Math.round(uptime()),
      filesystemUsedBytes: Object.fromEntries(volumes.map(({ mount, used }) => [mount, used])),
    },
    warnings: [],
  }
}
