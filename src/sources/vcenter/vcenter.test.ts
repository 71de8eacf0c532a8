import assert from 'node:assert/strict'
import { test } from 'node:test'
import { named, vcenterLab, volume } from '#test/fakes/vcenter-lab.ts'
import { boolean, string, typed } from '#test/fakes/vim-xml.ts'
import { readAll, testSourceContract } from '#test/source-contract.ts'

const lab = vcenterLab()
const scope = 'dbed6e0c-bd88-4ef6-b594-21283e1c677f'
const gigabyte = 1_073_741_824

testSourceContract('vcenter', () => lab.open())

test('a machine is reported with its cards, disks, snapshots and where it lies', async () => {
  const reading = await readAll(lab.open())

  assert.deepEqual(reading.verdict, { complete: true })
  assert.deepEqual(named(reading, 'web-01'), {
    kind: 'device',
    sourceId: `${scope}/vm-42`,
    name: 'web-01',
    deviceType: 'vm',
    status: 'active',
    nativeIds: [
      'uuid:421e8f3a-1b2c-3d4e-5f60-718293a4b5c6',
      'instance-uuid:501e8f3a-9c1d-4b5e-8f60-000000000042',
    ],
    names: ['web-01.example.net'],
    address: '192.0.2.42',
    os: 'Debian GNU/Linux 12.5 (bookworm)',
    interfaces: [
      {
        name: 'Network adapter 1',
        mac: '00:50:56:9e:10:42',
        addresses: ['192.0.2.42/24', '2001:db8::42/64'],
        type: 'virtual',
        status: 'up',
        metadata: { model: 'vmxnet3', network: 'prod-web', networkId: 'dvportgroup-13', vlan: 42 },
      },
      {
        name: 'Network adapter 2',
        mac: '00:50:56:9e:10:43',
        addresses: [],
        type: 'virtual',
        status: 'down',
        metadata: { model: 'vmxnet3', network: 'VM Network', networkId: 'network-12' },
      },
    ],
    vm: {
      instanceUuid: '501e8f3a-9c1d-4b5e-8f60-000000000042',
      guestOs: 'Debian GNU/Linux 12.5 (bookworm)',
      cpuCount: 4,
      memoryMb: 8192,
      powerState: 'POWERED_ON',
      toolsRunning: true,
      ipAddresses: ['172.17.0.1', '192.0.2.42', '2001:db8::42', 'fe80::250:56ff:fe9e:1042'],
      disks: [
        {
          name: 'Hard disk 1',
          datastore: 'ssd-01',
          file: 'web-01/web-01-000002.vmdk',
          sizeBytes: 40 * gigabyte,
          thin: true,
          uuid: '6000c299-347c-24f7-f268-a7bc6ae5b19a',
          slot: 'SCSI 0:0',
        },
        {
          name: 'Hard disk 2',
          datastore: 'nfs-01',
          file: 'web-01/web-01_1.vmdk',
          sizeBytes: 100 * gigabyte,
          thin: false,
          slot: 'SCSI 0:1',
        },
      ],
      snapshots: [
        {
          id: 'snapshot-69',
          name: 'before / upgrade',
          description: 'pre & post',
          createdAt: '2026-11-20T07:46:31.678Z',
          withMemory: true,
          quiesced: false,
          // Its memory and what was written until the next: 8 GiB + 2 GiB + a little.
          sizeBytes: 10 * gigabyte,
        },
        {
          id: 'snapshot-71',
          name: 'after',
          createdAt: '2026-11-21T07:46:31.000Z',
          parent: 'before / upgrade',
          withMemory: false,
          quiesced: true,
          current: true,
          sizeBytes: gigabyte,
        },
      ],
      totalDiskCapacityBytes: 140 * gigabyte,
      totalSnapshotSizeBytes: 11 * gigabyte,
    },
    relationships: [{ type: 'hosts', other: 'parent', sourceId: `${scope}/host-10` }],
    facts: {
      kind: 'vm',
      moid: 'vm-42',
      vcenter: scope,
      datacenter: 'Vienna',
      folder: 'Linux/Web/Prod',
      resourcePool: 'gold',
      template: false,
      hardwareVersion: 'vmx-19',
      firmware: 'efi',
      guestId: 'debian12_64Guest',
      coresPerSocket: 2,
      toolsVersionStatus: 'guestToolsUnmanaged',
      tags: ['OS:Linux'],
    },
    volatile: { committedBytes: 6_442_450_944, uptimeSeconds: 86_400, memoryUsedMb: 2048 },
  })
})

test('a host is reported with its serial number, its cards and its own adapters', async () => {
  assert.deepEqual(named(await readAll(lab.open()), 'esx1.example.net'), {
    kind: 'device',
    sourceId: `${scope}/host-10`,
    name: 'esx1.example.net',
    deviceType: 'server',
    status: 'active',
    nativeIds: ['uuid:4c4c4544-0031-3510-8056-b7c04f573231'],
    address: '198.51.100.10',
    serial: '15V2W21',
    vendor: 'Dell Inc.',
    model: 'PowerEdge R650',
    os: 'VMware ESXi 8.0.2 build-22380479',
    interfaces: [
      {
        name: 'vmnic0',
        mac: '00:1b:21:00:10:10',
        type: 'physical',
        status: 'up',
        speedMbps: 10_000,
        metadata: { driver: 'ixgben' },
      },
      {
        name: 'vmnic1',
        mac: '00:1b:21:00:11:10',
        type: 'physical',
        status: 'down',
        metadata: { driver: 'ixgben' },
      },
      {
        name: 'vmk0',
        mac: '00:1b:21:00:10:10',
        addresses: ['198.51.100.10/22', '2001:db8:1::10/64'],
        type: 'virtual',
        status: 'up',
        metadata: { portGroup: 'Management Network', mtu: 9000 },
      },
    ],
    relationships: [{ type: 'manages', other: 'parent', sourceId: `${scope}/domain-c7` }],
    facts: {
      kind: 'host',
      moid: 'host-10',
      vcenter: scope,
      datacenter: 'Vienna',
      cpuModel: 'Intel(R) Xeon(R) Gold 6338 CPU @ 2.00GHz',
      cpuSockets: 2,
      cpuCores: 64,
      cpuThreads: 128,
      memoryMb: 524_288,
      version: '8.0.2',
      build: '22380479',
      biosVersion: '1.12.1',
    },
    volatile: { uptimeSeconds: 864_000, cpuUsedMhz: 4000, memoryUsedMb: 300_000 },
  })
})

test('a host outside of any cluster, known by its address, that does not answer its vCenter', async () => {
  const host = named(await readAll(lab.open()), '198.51.100.16')

  assert.deepEqual(
    [host.address, host.names, host.status, host.relationships, host.facts?.['connectionState']],
    ['198.51.100.16', ['edge.example.net'], 'unknown', undefined, 'notResponding'],
  )
})

test('a cluster is a device that manages its hosts', async () => {
  assert.deepEqual(named(await readAll(lab.open()), 'prod'), {
    kind: 'device',
    sourceId: `${scope}/domain-c7`,
    name: 'prod',
    deviceType: 'cluster',
    status: 'active',
    facts: {
      kind: 'cluster',
      moid: 'domain-c7',
      vcenter: scope,
      datacenter: 'Vienna',
      hosts: 2,
      cpuCores: 128,
      cpuMhz: 512_000,
      memoryMb: 1_048_576,
    },
  })
})

test('a datastore is a volume that names the disk or export it lies on and who uses it', async () => {
  const reading = await readAll(lab.open())

  assert.deepEqual(volume(reading, 'ssd-01'), {
    kind: 'volume',
    sourceId: `${scope}/datastore-20`,
    name: 'ssd-01',
    volumeType: 'datastore',
    ids: ['naa:6006016045502500c20a2b3cbf4dee11'],
    usedBy: ['host-10', 'host-11', 'vm-42', 'vm-43'].map((id) => `${scope}/${id}`),
    capacityBytes: 4_398_046_511_104,
    facts: {
      kind: 'VMFS',
      moid: 'datastore-20',
      vcenter: scope,
      datacenter: 'Vienna',
      url: 'ds:///vmfs/volumes/5f0c-20/',
      shared: true,
      accessible: true,
      vmfsVersion: '6.82',
      ssd: true,
      hosts: 2,
    },
    volatile: { used_bytes: 3_298_534_883_328, uncommittedBytes: 5_000_000_000 },
  })
  assert.deepEqual(volume(reading, 'nfs-01').ids, ['nfs:203.0.113.5:/vol/nfs01'])
  const local = volume(reading, 'local-16')
  assert.deepEqual(
    [local.ids, local.capacityBytes, local.deviceSourceId, local.volatile],
    [undefined, undefined, `${scope}/host-16`, undefined],
  )
})

test('a template is marked, and a machine that is off has no addresses of before', async () => {
  const reading = await readAll(lab.open())
  const asleep = named(reading, '数据库-46')

  assert.deepEqual(
    [
      named(reading, 'debian-12-template').facts?.['kind'],
      named(reading, 'debian-12-template').facts?.['template'],
    ],
    ['template', true],
  )
  assert.deepEqual(
    [asleep.status, asleep.vm?.powerState, asleep.address, asleep.interfaces?.[0]?.addresses, asleep.names],
    ['active', 'POWERED_OFF', undefined, [], ['db46']],
  )
})

test('addresses need tools that run, and tools run while they run a script', async () => {
  const addressWith = async (tools: string) => {
    lab.change('vm-42', { 'guest.toolsRunningStatus': string(tools) })
    const { address, vm } = named(await readAll(lab.open()), 'web-01')
    return [address, vm?.toolsRunning]
  }

  assert.deepEqual(await addressWith('guestToolsNotRunning'), [undefined, false])
  assert.deepEqual(await addressWith('guestToolsExecutingScripts'), ['192.0.2.42', true])
})

test('machines that vSphere makes for itself are left out, unless they are wanted', async () => {
  const agents = async (settings = {}) =>
    (await readAll(lab.open(settings))).records.filter((record) => record.sourceId.endsWith('/vm-45')).length

  assert.equal(await agents(), 0)
  assert.equal(await agents({ systemMachines: true }), 1)
})

test('a machine with a name like theirs is somebody’s', async () => {
  lab.change('vm-45', { name: string('vCLS-monitor'), 'config.managedBy': undefined })

  assert.ok(named(await readAll(lab.open()), 'vCLS-monitor'))
})

test('a machine whose files are out of reach is there, and keeps what is known of it', async () => {
  const reading = await readAll(lab.open())
  const orphan = named(reading, 'old-44')

  assert.deepEqual([orphan.unreadable, orphan.status], [true, 'unknown'])
  assert.deepEqual(orphan.relationships, [{ type: 'hosts', other: 'parent', sourceId: `${scope}/host-11` }])
  assert.deepEqual(reading.warnings, [
    'The files of these machines cannot be read now, so what is known of them stays: old-44.',
  ])
})

test('numbers that look like others stay what they are', async () => {
  lab.change('vm-42', { name: string('1e5'), 'guest.hostName': string('0012') })

  assert.deepEqual(named(await readAll(lab.open()), '1e5').names, ['0012'])
})

test('two machines with one instance UUID, as bad copies have, are two machines', async () => {
  lab.change('vm-43', { 'config.instanceUuid': string('501e8f3a-9c1d-4b5e-8f60-000000000042') })
  const { records } = await readAll(lab.open())

  assert.equal(
    records.filter(
      (record) =>
        record.kind === 'device' &&
        record.nativeIds?.includes('instance-uuid:501e8f3a-9c1d-4b5e-8f60-000000000042'),
    ).length,
    2,
  )
})

test('rename, move to another host, folder and pool leave the id alone', async () => {
  const before = named(await readAll(lab.open()), 'web-01').sourceId
  lab.change('vm-42', {
    name: string('web-01-new'),
    'runtime.host': '<val type="HostSystem" xsi:type="ManagedObjectReference">host-11</val>',
    parent: '<val type="Folder" xsi:type="ManagedObjectReference">group-v3</val>',
    'guest.net': undefined,
  })

  assert.equal(named(await readAll(lab.open()), 'web-01-new').sourceId, before)
})

test('without snapshots their files are not asked for', async () => {
  const { vm } = named(await readAll(lab.open({ snapshots: false })), 'web-01')

  assert.deepEqual([vm?.snapshots, vm?.totalSnapshotSizeBytes], [[], 0])
})

test('a value of another kind is this row’s trouble alone', async () => {
  lab.change('vm-43', { 'config.template': typed('Nonsense', '<a>1</a>'), 'runtime.host': boolean(true) })
  const reading = await readAll(lab.open())

  assert.deepEqual(reading.verdict, { complete: false, reason: 'these could not be understood: vm-43' })
  assert.ok(named(reading, 'web-01'))
})
