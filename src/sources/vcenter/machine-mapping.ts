import { parseIp, primaryAddress } from '#model/ip-address.ts'
import type { ReportedDevice, ReportedVm } from '#model/record.ts'
import type { Machine } from '#sources/vcenter/answers.ts'
import { plainName } from '#sources/vcenter/places.ts'
import { toSnapshots, totalSnapshotBytes } from '#sources/vcenter/snapshots.ts'
import { present, toCards, toDisks, toldAddresses } from '#sources/vcenter/virtual-hardware.ts'
import { objectId, whereabouts, type World } from '#sources/vcenter/world.ts'

/** `VMware Cluster Services`: small machines that vSphere makes for its clusters, and makes anew as it likes. */
export const isSystemMachine = ({ name, config }: Machine): boolean =>
  /^vCLS(-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}| \(\d+\)|)$/i.test(name) ||
  config?.managedBy?.type === 'cluster-agent'

const powerStates: Record<string, ReportedVm['powerState']> = {
  poweredOn: 'POWERED_ON',
  poweredOff: 'POWERED_OFF',
  suspended: 'SUSPENDED',
}

/** Scripts run while the tools start and end, which they do while they run. */
const running = new Set(['guestToolsRunning', 'guestToolsExecutingScripts'])

const isOn = ({ runtime }: Machine): boolean => runtime?.powerState === 'poweredOn'

const toolsRun = ({ guest }: Machine): boolean | undefined =>
  guest?.toolsRunningStatus === undefined ? undefined : running.has(guest.toolsRunningStatus)

/** The server keeps the last addresses for a while after the machine or its tools stopped: they may be another's by now. */
const believedNics = (machine: Machine) =>
  isOn(machine) && toolsRun(machine) === true ? (machine.guest?.net ?? []) : []

/** What answers for an identity is in the machine's file; without it there is only a name. */
export const isReadable = ({ config }: Machine): boolean => config?.hardware !== undefined

function toVm(machine: Machine, ipAddresses: string[]): ReportedVm {
  const { config, guest, snapshot, layoutEx } = machine
  const { disks, bytes } = toDisks(config?.hardware?.device ?? [])
  const roots = snapshot?.rootSnapshotList ?? []
  return {
    instanceUuid: config?.instanceUuid?.toLowerCase(),
    guestOs: guest?.guestFullName || config?.guestFullName || undefined,
    cpuCount: config?.hardware?.numCPU,
    memoryMb: config?.hardware?.memoryMB,
    powerState: powerStates[machine.runtime?.powerState ?? ''],
    toolsRunning: toolsRun(machine),
    ipAddresses,
    disks,
    snapshots: toSnapshots(roots, layoutEx, snapshot?.currentSnapshot),
    totalDiskCapacityBytes: bytes,
    totalSnapshotSizeBytes: totalSnapshotBytes(roots, layoutEx),
  }
}

function toFacts(id: string, machine: Machine, world: World) {
  const { config, guest, runtime, parent, resourcePool } = machine
  const { numCPU, numCoresPerSocket } = config?.hardware ?? {}
  const own = [...world.tags(id)]
  return present({
    kind: config?.template ? 'template' : 'vm',
    moid: id,
    ...whereabouts(world, parent),
    resourcePool: world.places.pool(resourcePool),
    template: config?.template ?? false,
    hardwareVersion: config?.version,
    firmware: config?.firmware,
    guestId: config?.guestId,
    coresPerSocket:
      numCoresPerSocket !== undefined && numCPU !== undefined && numCoresPerSocket > 0
        ? numCoresPerSocket
        : undefined,
    toolsVersionStatus: guest?.toolsVersionStatus2,
    managedBy: config?.managedBy?.extensionKey,
    connectionState: runtime?.connectionState === 'connected' ? undefined : runtime?.connectionState,
    tags: own.length > 0 ? own : undefined,
  })
}

function nativeIds({ config }: Machine): string[] {
  return [
    ...(config?.uuid ? [`uuid:${config.uuid.toLowerCase()}`] : []),
    ...(config?.instanceUuid ? [`instance-uuid:${config.instanceUuid.toLowerCase()}`] : []),
  ]
}

/** A virtual machine as we report it. `sourceId` is given, because of a host that stands alone it is more than the object's. */
export function toMachine(id: string, sourceId: string, machine: Machine, world: World): ReportedDevice {
  const nics = believedNics(machine)
  const interfaces = toCards(machine.config?.hardware?.device ?? [], nics, world.places)
  const onCards = interfaces.flatMap((each) => each.addresses ?? []).map((address) => parseIp(address)!)
  const told = parseIp(nics.length > 0 ? (machine.guest?.ipAddress ?? '') : '')
  const address = told !== undefined && onCards.includes(told) ? told : primaryAddress(onCards)
  const vm = toVm(machine, toldAddresses(nics))
  const { host, connectionState } = machine.runtime ?? {}
  const { storage, quickStats } = machine.summary ?? {}
  const name = plainName(machine.name)
  const hostName = machine.guest?.hostName
  return {
    kind: 'device',
    sourceId,
    name,
    deviceType: 'vm',
    status: connectionState === 'connected' ? 'active' : 'unknown',
    nativeIds: nativeIds(machine),
    ...(hostName && hostName !== name ? { names: [hostName] } : {}),
    ...(address === undefined ? {} : { address }),
    ...(vm.guestOs === undefined ? {} : { os: vm.guestOs }),
    interfaces,
    vm,
    ...(host === undefined
      ? {}
      : { relationships: [{ type: 'hosts', other: 'parent', sourceId: objectId(world, host) }] }),
    facts: toFacts(id, machine, world),
    volatile: present({
      committedBytes: storage?.committed,
      uptimeSeconds: isOn(machine) ? quickStats?.uptimeSeconds : undefined,
      memoryUsedMb: isOn(machine) ? quickStats?.guestMemoryUsage : undefined,
    }),
    ...(isReadable(machine) ? {} : { unreadable: true }),
  }
}
