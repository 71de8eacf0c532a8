import {
  address,
  card,
  disk,
  distributedNetwork,
  gigabyte,
  machine,
  standardNetwork,
} from '#test/fakes/vcenter-machines.ts'
import { boolean, fields, reference, string, typed, type FakeObject } from '#test/fakes/vim-xml.ts'

export const web01 = machine({
  id: 'vm-42',
  name: 'web-01',
  uuid: '421E8F3A-1B2C-3D4E-5F60-718293A4B5C6',
  instanceUuid: '501E8F3A-9C1D-4B5E-8F60-000000000042',
  hostName: 'web-01.example.net',
  devices: [
    disk(0, '[ssd-01] web-01/web-01-000002.vmdk', 40 * gigabyte, {
      uuid: '6000C299-347C-24F7-F268-A7BC6AE5B19A',
    }),
    disk(1, '[nfs-01] web-01/web-01_1.vmdk', 100 * gigabyte, { thinProvisioned: false }),
    card(0, '00:50:56:9E:10:42', distributedNetwork),
    card(1, '00:50:56:9e:10:43', standardNetwork, false),
  ],
  nics: [
    {
      network: 'prod-web',
      ipAddress: ['192.0.2.42', 'fe80::250:56ff:fe9e:1042'],
      macAddress: '00:50:56:9e:10:42',
      connected: true,
      deviceConfigId: 4000,
      ipConfig: {
        ipAddress: [
          address('192.0.2.42', 24),
          address('fe80::250:56ff:fe9e:1042', 64, 'unknown'),
          address('2001:db8::42', 64),
          address('2001:db8::dead', 64, 'deprecated'),
        ],
      },
    },
    // Of a container inside; no card of the machine's own.
    { macAddress: '02:42:ac:11:00:01', connected: true, deviceConfigId: -1, ipAddress: ['172.17.0.1'] },
  ],
  more: {
    'guest.guestFullName': string('Debian GNU/Linux 12.5 (bookworm)'),
    'guest.ipAddress': string('192.0.2.42'),
    snapshot: typed(
      'VirtualMachineSnapshotInfo',
      fields({
        currentSnapshot: 'ref:VirtualMachineSnapshot snapshot-71',
        rootSnapshotList: {
          snapshot: 'ref:VirtualMachineSnapshot snapshot-69',
          vm: 'ref:VirtualMachine vm-42',
          name: 'before %2f upgrade',
          description: 'pre & post',
          id: 1,
          createTime: '2026-11-20T07:46:31.678521Z',
          state: 'poweredOn',
          quiesced: false,
          childSnapshotList: {
            snapshot: 'ref:VirtualMachineSnapshot snapshot-71',
            vm: 'ref:VirtualMachine vm-42',
            name: 'after',
            description: '',
            id: 2,
            createTime: '2026-11-21T07:46:31Z',
            state: 'poweredOff',
            quiesced: true,
          },
        },
      }),
    ),
    layoutEx: typed(
      'VirtualMachineFileLayoutEx',
      fields({
        file: [
          { key: 0, name: '[ssd-01] web-01/web-01.vmx', type: 'config', size: 3000 },
          { key: 1, name: '[ssd-01] web-01/web-01.vmdk', type: 'diskDescriptor', size: 500 },
          { key: 2, name: '[ssd-01] web-01/web-01-flat.vmdk', type: 'diskExtent', size: 40 * gigabyte },
          { key: 3, name: '[ssd-01] web-01/web-01-000001.vmdk', type: 'diskDescriptor', size: 400 },
          {
            key: 4,
            name: '[ssd-01] web-01/web-01-000001-sesparse.vmdk',
            type: 'diskExtent',
            size: 2 * gigabyte,
          },
          { key: 5, name: '[ssd-01] web-01/web-01-000002.vmdk', type: 'diskDescriptor', size: 400 },
          { key: 6, name: '[ssd-01] web-01/web-01-000002-sesparse.vmdk', type: 'diskExtent', size: gigabyte },
          { key: 7, name: '[ssd-01] web-01/web-01-Snapshot1.vmsn', type: 'snapshotData', size: 30_000 },
          {
            key: 8,
            name: '[ssd-01] web-01/web-01-Snapshot1.vmem',
            type: 'snapshotMemory',
            size: 8 * gigabyte,
          },
          { key: 9, name: '[ssd-01] web-01/web-01-Snapshot2.vmsn', type: 'snapshotData', size: 30_000 },
          { key: 10, name: '[nfs-01] web-01/web-01_1.vmdk', type: 'diskDescriptor', size: 500 },
          { key: 11, name: '[nfs-01] web-01/web-01_1-flat.vmdk', type: 'diskExtent', size: 100 * gigabyte },
        ],
        disk: [
          { key: 2000, chain: [{ fileKey: [1, 2] }, { fileKey: [3, 4] }, { fileKey: [5, 6] }] },
          { key: 2001, chain: { fileKey: [10, 11] } },
        ],
        snapshot: [
          {
            key: 'ref:VirtualMachineSnapshot snapshot-69',
            dataKey: 7,
            memoryKey: 8,
            disk: [{ key: 2000, chain: { fileKey: [1, 2] } }],
          },
          {
            key: 'ref:VirtualMachineSnapshot snapshot-71',
            dataKey: 9,
            memoryKey: -1,
            disk: { key: 2000, chain: [{ fileKey: [1, 2] }, { fileKey: [3, 4] }] },
          },
        ],
        timestamp: '2026-11-22T07:00:00Z',
      }),
    ),
  },
})

export const template = machine({
  id: 'vm-43',
  name: 'debian-12-template',
  uuid: '421e0000-0000-0000-0000-000000000043',
  instanceUuid: '501e0000-0000-0000-0000-000000000043',
  host: 'host-11',
  folder: 'group-v3',
  state: 'poweredOff',
  tools: 'guestToolsNotRunning',
  devices: [disk(0, '[ssd-01] debian/debian.vmdk', 10 * gigabyte)],
  more: { 'config.template': boolean(true) },
})

/** Its files are out of reach: it has a name, a host and a state, and no more. */
export const orphan: FakeObject = {
  type: 'VirtualMachine',
  id: 'vm-44',
  properties: {
    name: string('old-44'),
    parent: reference('Folder', 'group-v3'),
    'runtime.powerState': typed('VirtualMachinePowerState', 'poweredOff'),
    'runtime.connectionState': typed('VirtualMachineConnectionState', 'orphaned'),
    'runtime.host': reference('HostSystem', 'host-11'),
  },
}

export const agent = machine({
  id: 'vm-45',
  name: 'vCLS-4f2b6a52-93c1-4d61-8a2c-1f7d4f6f7a01',
  uuid: '421e0000-0000-0000-0000-000000000045',
  instanceUuid: '501e0000-0000-0000-0000-000000000045',
  devices: [],
  more: {
    'config.managedBy': typed(
      'ManagedByInfo',
      fields({ extensionKey: 'com.vmware.vim.eam', type: 'cluster-agent' }),
    ),
  },
})

/** Off, with what its tools said last. */
export const asleep = machine({
  id: 'vm-46',
  name: '数据库-46',
  uuid: '421e0000-0000-0000-0000-000000000046',
  instanceUuid: '501e0000-0000-0000-0000-000000000046',
  host: 'host-16',
  state: 'poweredOff',
  tools: 'guestToolsNotRunning',
  hostName: 'db46',
  devices: [
    disk(0, '[local-16] db/db.vmdk', 20 * gigabyte),
    card(0, '00:50:56:9e:10:46', standardNetwork, false),
  ],
  nics: [
    { macAddress: '00:50:56:9e:10:46', connected: false, deviceConfigId: 4000, ipAddress: '192.0.2.99' },
  ],
})
