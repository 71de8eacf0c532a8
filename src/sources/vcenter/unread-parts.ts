import type { RetrievedObject } from '#sources/vcenter/object-properties.ts'

/** Where in a machine the addresses stand that its tools report. */
const addresses = ['address', 'interfaces.addresses', 'vm.ipAddresses']
const place = ['facts.datacenter', 'facts.folder']

/** What of a record each property tells; those of which the record does without are not here. */
const partsOf: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  ClusterComputeResource: {
    parent: place,
    summary: ['facts.hosts', 'facts.cpuCores', 'facts.cpuMhz', 'facts.memoryMb'],
  },
  HostSystem: {
    parent: ['relationships', ...place],
    'summary.config.product': ['os', 'facts.version', 'facts.build'],
    'summary.runtime.connectionState': ['status', 'facts.connectionState'],
    'summary.runtime.inMaintenanceMode': ['facts.maintenance'],
    'hardware.systemInfo': ['serial'],
    'hardware.biosInfo': ['facts.biosVersion'],
    'config.network.pnic': ['interfaces'],
    'config.network.vnic': ['interfaces', 'address'],
    'config.network.dnsConfig': ['names'],
  },
  VirtualMachine: {
    parent: place,
    resourcePool: ['facts.resourcePool'],
    'config.instanceUuid': ['nativeIds', 'vm.instanceUuid'],
    'config.uuid': ['nativeIds'],
    'config.template': ['facts.template', 'facts.kind'],
    'config.guestFullName': ['os', 'vm.guestOs'],
    'config.guestId': ['facts.guestId'],
    'config.version': ['facts.hardwareVersion'],
    'config.firmware': ['facts.firmware'],
    'config.managedBy': ['facts.managedBy'],
    'runtime.powerState': ['vm.powerState', ...addresses],
    'runtime.connectionState': ['status', 'facts.connectionState'],
    'runtime.host': ['relationships'],
    'guest.guestFullName': ['os', 'vm.guestOs'],
    'guest.hostName': ['names'],
    'guest.ipAddress': ['address'],
    'guest.toolsRunningStatus': ['vm.toolsRunning', ...addresses],
    'guest.toolsVersionStatus2': ['facts.toolsVersionStatus'],
    'guest.net': addresses,
    snapshot: ['vm.snapshots', 'vm.totalSnapshotSizeBytes'],
    layoutEx: ['vm.snapshots.sizeBytes', 'vm.totalSnapshotSizeBytes'],
  },
  Datastore: {
    parent: place,
    host: ['usedBy', 'deviceSourceId', 'facts.hosts'],
    vm: ['usedBy'],
    summary: [
      'capacityBytes',
      'deviceSourceId',
      ...['kind', 'url', 'shared', 'accessible', 'maintenance'].map((fact) => `facts.${fact}`),
    ],
    info: ['ids', 'facts.vmfsVersion', 'facts.ssd'],
  },
}

/** The parts of an object's record that were not told this time, because properties were not given. */
export function unreadParts({ object, missing }: Pick<RetrievedObject, 'object' | 'missing'>): string[] {
  const parts = partsOf[object.type] ?? {}
  // A release that does not have a property gives it to nobody.
  const hidden = missing.filter(({ fault }) => fault !== 'InvalidProperty')
  return [...new Set(hidden.flatMap(({ path }) => parts[path] ?? []))]
}
