import { boolean, fields, reference, string, typed, type FakeObject } from '#test/fakes/vim-xml.ts'

const controllers = [
  { $type: 'VirtualIDEController', key: 200, deviceInfo: { label: 'IDE 0', summary: 'IDE 0' }, busNumber: 0 },
  {
    $type: 'ParaVirtualSCSIController',
    key: 1000,
    deviceInfo: { label: 'SCSI controller 0' },
    busNumber: 0,
    device: [2000, 2001],
  },
  {
    $type: 'VirtualCdrom',
    key: 3000,
    deviceInfo: { label: 'CD/DVD drive 1' },
    backing: { $type: 'VirtualCdromRemoteAtapiBackingInfo', deviceName: '' },
    controllerKey: 200,
    unitNumber: 0,
  },
]

export const disk = (index: number, file: string, bytes: number, backing: object = {}) => ({
  $type: 'VirtualDisk',
  key: 2000 + index,
  deviceInfo: { label: `Hard disk ${index + 1}`, summary: `${bytes / 1024} KB` },
  backing: { $type: 'VirtualDiskFlatVer2BackingInfo', fileName: file, thinProvisioned: true, ...backing },
  controllerKey: 1000,
  unitNumber: index,
  capacityInKB: bytes / 1024,
  capacityInBytes: bytes,
})

export const card = (index: number, mac: string, backing: object, connected = true) => ({
  $type: 'VirtualVmxnet3',
  key: 4000 + index,
  deviceInfo: { label: `Network adapter ${index + 1}` },
  backing,
  connectable: { startConnected: true, connected },
  addressType: 'assigned',
  macAddress: mac,
})

export const standardNetwork = {
  $type: 'VirtualEthernetCardNetworkBackingInfo',
  deviceName: 'VM Network',
  network: 'ref:Network network-12',
}
export const distributedNetwork = {
  $type: 'VirtualEthernetCardDistributedVirtualPortBackingInfo',
  port: { switchUuid: '50 1e', portgroupKey: 'dvportgroup-13' },
}

export interface FakeMachine {
  id: string
  name: string
  uuid: string
  instanceUuid: string
  host?: string
  folder?: string
  state?: 'poweredOn' | 'poweredOff' | 'suspended'
  tools?: 'guestToolsRunning' | 'guestToolsNotRunning' | 'guestToolsExecutingScripts'
  hostName?: string
  devices: object[]
  nics?: object[]
  more?: Record<string, string>
}

export function machine(given: FakeMachine): FakeObject {
  const { id, name, uuid, instanceUuid, host = 'host-10', folder = 'group-v21', devices } = given
  const { state = 'poweredOn', tools = 'guestToolsRunning', hostName, nics = [], more } = given
  const hardware = { numCPU: 4, numCoresPerSocket: 2, memoryMB: 8192, device: [...controllers, ...devices] }
  return {
    type: 'VirtualMachine',
    id,
    properties: {
      name: string(name),
      parent: reference('Folder', folder),
      resourcePool: reference('ResourcePool', 'resgroup-30'),
      'config.instanceUuid': string(instanceUuid),
      'config.uuid': string(uuid),
      'config.template': boolean(false),
      'config.guestFullName': string('Debian GNU/Linux 12 (64-bit)'),
      'config.guestId': string('debian12_64Guest'),
      'config.version': string('vmx-19'),
      'config.firmware': string('efi'),
      'config.hardware': typed('VirtualHardware', fields(hardware)),
      'runtime.powerState': typed('VirtualMachinePowerState', state),
      'runtime.connectionState': typed('VirtualMachineConnectionState', 'connected'),
      'runtime.host': reference('HostSystem', host),
      'guest.toolsRunningStatus': string(tools),
      'guest.toolsVersionStatus2': string('guestToolsUnmanaged'),
      ...(hostName === undefined ? {} : { 'guest.hostName': string(hostName) }),
      'guest.net': typed('ArrayOfGuestNicInfo', fields({ GuestNicInfo: nics })),
      'summary.storage.committed': typed('xsd:long', '6442450944'),
      'summary.quickStats': typed(
        'VirtualMachineQuickStats',
        fields({ overallCpuUsage: 120, guestMemoryUsage: 2048, uptimeSeconds: 86_400 }),
      ),
      ...more,
    },
  }
}

export const address = (ipAddress: string, prefixLength: number, state = 'preferred') => ({
  ipAddress,
  prefixLength,
  state,
})

export const gigabyte = 1_073_741_824
