import { datastore, host } from '#test/fakes/vcenter-hosts.ts'
import { address, card, disk, distributedNetwork, gigabyte, machine } from '#test/fakes/vcenter-machines.ts'
import { agent, asleep, orphan, template, web01 } from '#test/fakes/vcenter-sample-machines.ts'
import { fields, reference, string, typed, type FakeObject } from '#test/fakes/vim-xml.ts'

/** What a fake vCenter holds; machines may be made when they are asked for. */
export interface FakeInventory {
  list(): { type: string; id: string }[]
  find(id: string): FakeObject | undefined
}

const place = (type: string, id: string, name: string, parent?: [type: string, id: string]): FakeObject => ({
  type,
  id,
  properties: { name: string(name), ...(parent ? { parent: reference(...parent) } : {}) },
})

const datacenter: [string, string] = ['Datacenter', 'datacenter-2']

/** A small inventory with one of everything. Each call gives a new one, whose objects may be changed. */
export function sampleObjects(): FakeObject[] {
  const cluster = place('ClusterComputeResource', 'domain-c7', 'prod', ['Folder', 'group-h4'])
  cluster.properties['summary'] = typed(
    'ClusterComputeResourceSummary',
    fields({ totalCpu: 512_000, totalMemory: 1_099_511_627_776, numCpuCores: 128, numHosts: 2 }),
  )
  const distributed = place('DistributedVirtualPortgroup', 'dvportgroup-13', 'prod-web')
  distributed.properties['config.defaultPortConfig'] = typed(
    'VMwareDVSPortSetting',
    fields({ vlan: { $type: 'VmwareDistributedVirtualSwitchVlanIdSpec', inherited: false, vlanId: 42 } }),
  )
  const objects = [
    place('Folder', 'group-d1', 'Datacenters'),
    place('Datacenter', 'datacenter-2', 'Vienna', ['Folder', 'group-d1']),
    place('Folder', 'group-v3', 'vm', datacenter),
    place('Folder', 'group-h4', 'host', datacenter),
    place('Folder', 'group-s5', 'datastore', datacenter),
    place('Folder', 'group-v20', 'Linux', ['Folder', 'group-v3']),
    place('Folder', 'group-v21', 'Web%2fProd', ['Folder', 'group-v20']),
    place('ComputeResource', 'domain-s15', 'edge.example.net', ['Folder', 'group-h4']),
    place('ResourcePool', 'resgroup-8', 'Resources', ['ClusterComputeResource', 'domain-c7']),
    place('ResourcePool', 'resgroup-30', 'gold', ['ResourcePool', 'resgroup-8']),
    place('Network', 'network-12', 'VM Network'),
    distributed,
    cluster,
    host({ id: 'host-10', name: 'esx1.example.net', parent: ['ClusterComputeResource', 'domain-c7'], uuid: '4C4C4544-0031-3510-8056-B7C04F573231', serial: '15V2W21', index: 10 }), // prettier-ignore
    host({ id: 'host-11', name: 'esx2.example.net', parent: ['ClusterComputeResource', 'domain-c7'], uuid: '4c4c4544-0031-3510-8056-b7c04f573232', serial: '15V2W22', index: 11 }), // prettier-ignore
    host({ id: 'host-16', name: '198.51.100.16', parent: ['ComputeResource', 'domain-s15'], uuid: '4c4c4544-0031-3510-8056-b7c04f573233', serial: '15V2W23', index: 16, connectionState: 'notResponding' }), // prettier-ignore
    web01,
    template,
    orphan,
    agent,
    asleep,
    datastore(
      'datastore-20',
      'ssd-01',
      { url: 'ds:///vmfs/volumes/5f0c-20/', capacity: 4_398_046_511_104, freeSpace: 1_099_511_627_776, uncommitted: 5_000_000_000, type: 'VMFS', multipleHostAccess: true }, // prettier-ignore
      {
        $type: 'VmfsDatastoreInfo',
        name: 'ssd-01',
        vmfs: { type: 'VMFS', uuid: '5f0c-20', version: '6.82', ssd: true, local: false, extent: [{ diskName: 'naa.6006016045502500C20A2B3CBF4DEE11', partition: 1 }] }, // prettier-ignore
      },
      ['host-10', 'host-11'],
      ['vm-42', 'vm-43', 'vm-45'],
    ),
    datastore(
      'datastore-21',
      'nfs-01',
      { url: 'ds:///vmfs/volumes/7a1-b2/', capacity: 10_995_116_277_760, freeSpace: 5_497_558_138_880, type: 'NFS', multipleHostAccess: true }, // prettier-ignore
      { $type: 'NasDatastoreInfo', name: 'nfs-01', nas: { type: 'NFS', remoteHost: '203.0.113.5', remotePath: '/vol/nfs01' } }, // prettier-ignore
      ['host-10', 'host-11'],
      ['vm-42'],
    ),
    datastore(
      'datastore-22',
      'local-16',
      { url: 'ds:///vmfs/volumes/5f0c-22/', capacity: 0, freeSpace: 0, type: 'VMFS', multipleHostAccess: false, accessible: false }, // prettier-ignore
      { $type: 'VmfsDatastoreInfo', name: 'local-16', vmfs: { type: 'VMFS', uuid: '5f0c-22', version: '6.82', extent: [{ diskName: 'mpx.vmhba0:C0:T0:L0', partition: 3 }] } }, // prettier-ignore
      ['host-16'],
      ['vm-46'],
    ),
  ]
  return structuredClone(objects)
}

/** An inventory of these objects, as they are whenever it is asked. */
export const inventoryOf = (objects: FakeObject[]): FakeInventory => ({
  list: () => objects,
  find: (id) => objects.find((object) => object.id === id),
})

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0')

function generated(index: number, hosts: number): FakeObject {
  const mac = `00:50:56:${hex(0x80 + (index >> 16), 2)}:${hex((index >> 8) & 255, 2)}:${hex(index & 255, 2)}`
  const ip = `10.${(index >> 16) & 255}.${(index >> 8) & 255}.${index & 255}`
  return machine({
    id: `vm-${100_000 + index}`,
    name: `vm-${hex(index, 6)}`,
    uuid: `421e0000-0000-0000-0000-${hex(index, 12)}`,
    instanceUuid: `501e0000-0000-0000-0000-${hex(index, 12)}`,
    host: `host-${10_000 + (index % hosts)}`,
    hostName: `vm-${hex(index, 6)}.example.net`,
    devices: [
      disk(0, `[ssd-01] vm-${index}/vm-${index}.vmdk`, 40 * gigabyte),
      disk(1, `[ssd-01] vm-${index}/vm-${index}_1.vmdk`, 100 * gigabyte),
      card(0, mac, distributedNetwork),
    ],
    nics: [
      {
        macAddress: mac,
        connected: true,
        deviceConfigId: 4000,
        ipAddress: [ip],
        ipConfig: { ipAddress: [address(ip, 16)] },
      },
    ],
    more: {
      layoutEx: typed(
        'VirtualMachineFileLayoutEx',
        fields({
          file: [0, 1, 2, 3, 4, 5].map((key) => ({ key, name: `[ssd-01] vm-${index}/file-${key}`, type: key > 1 ? 'diskExtent' : 'config', size: 4096 })), // prettier-ignore
          disk: [{ key: 2000, chain: { fileKey: [2, 3] } }],
        }),
      ),
    },
  })
}

/** An inventory of so many machines on one host for every thirty of them, made as they are asked for. */
export function largeInventory(machines: number): FakeInventory {
  const few = sampleObjects().filter(
    ({ type }) => !['VirtualMachine', 'HostSystem', 'Datastore'].includes(type),
  )
  const hosts = Math.max(1, Math.ceil(machines / 30))
  return {
    list: () => [
      ...few,
      ...Array.from({ length: hosts }, (_, index) => ({ type: 'HostSystem', id: `host-${10_000 + index}` })),
      ...Array.from({ length: machines }, (_, index) => ({
        type: 'VirtualMachine',
        id: `vm-${100_000 + index}`,
      })),
    ],
    find(id) {
      const index = Number(/^vm-1(\d{5})$/.exec(id)?.[1] ?? Number.NaN)
      if (index >= 0) return generated(index, hosts)
      const of = Number(/^host-(1\d{4})$/.exec(id)?.[1] ?? Number.NaN) - 10_000
      if (!(of >= 0)) return few.find((object) => object.id === id)
      const uuid = `4c4c4544-0000-0000-0000-${hex(of, 12)}`
      return host({ id, name: `esx${of}.example.net`, parent: ['ClusterComputeResource', 'domain-c7'], uuid, serial: `S${of}`, index: 10 }) // prettier-ignore
    },
  }
}
