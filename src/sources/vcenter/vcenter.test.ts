import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { failing, named, never, openVcenter, vcenterLab, volume } from '#test/fakes/vcenter-lab.ts'
import { largeInventory } from '#test/fakes/vcenter-world.ts'
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

test('of a host that stands alone ids hang on its hardware, and on the machine’s own id', async () => {
  lab.fake.apiType = 'HostAgent'
  for (const { type, id } of lab.objects.slice()) {
    const isElsewhere = ['HostSystem', 'ClusterComputeResource'].includes(type) && id !== 'host-16'
    if (isElsewhere || id === 'vm-44')
      lab.objects.splice(
        lab.objects.findIndex((each) => each.id === id),
        1,
      )
  }
  const reading = await readAll(lab.open())
  const hardware = '4c4c4544-0031-3510-8056-b7c04f573233'

  assert.deepEqual(reading.verdict, { complete: true })
  assert.equal(named(reading, '198.51.100.16').sourceId, `${hardware}/host-16`)
  const { sourceId, facts } = named(reading, 'web-01')
  assert.equal(sourceId, `${hardware}/vm-42/501e8f3a-9c1d-4b5e-8f60-000000000042`)
  assert.deepEqual(
    [facts?.['vcenter'], facts?.['datacenter'], facts?.['tags']],
    [undefined, undefined, undefined],
  )
  assert.ok(volume(reading, 'ssd-01').usedBy?.includes(sourceId))
  assert.ok(!lab.fake.requests.some((request) => request.includes('session')))
})

test('tags are read by the interface of release 6 as well, and not at all where there is none', async () => {
  lab.fake.tags.dialect = 'rest'
  assert.deepEqual(named(await readAll(lab.open()), 'web-01').facts?.['tags'], ['OS:Linux'])

  lab.fake.tags.dialect = 'none'
  const reading = await readAll(lab.open())
  assert.deepEqual(reading.verdict, { complete: true })
  assert.match(reading.warnings.join(), /Tags were not read: this server has no interface for them/)

  assert.equal(named(await readAll(lab.open({ tags: false })), 'web-01').facts?.['tags'], undefined)
  assert.equal(lab.fake.tags.sessions.size, 0)
})

test('one login a reading, ended by a logout, and few questions', async () => {
  await readAll(lab.open({ tags: false }))

  const { logins, logouts, open, requests } = lab.fake
  assert.deepEqual([logins, logouts, open.size], [1, 1, 0])
  assert.deepEqual(requests, [
    'GET /sdk/vimServiceVersions.xml',
    'RetrieveServiceContent',
    'Login',
    'CreateContainerView',
    'RetrievePropertiesEx',
    'DestroyView',
    'RetrievePropertiesEx',
    'Logout',
  ])
})

test('hundreds of machines take one question for each hundred objects, and the first are told before the last are read', async () => {
  lab.fake.inventory = largeInventory(500)
  const pages = lab.open({ tags: false }).read(never)
  const asked: number[] = []
  for await (const { records } of pages) {
    if (records.length > 0)
      asked.push(lab.fake.requests.filter((request) => request.startsWith('Retrieve')).length)
  }

  const objects = lab.fake.inventory.list().length
  assert.equal(asked.at(-1), 2 + Math.ceil((objects - 1) / 100))
  assert.deepEqual(asked.slice(0, 3), [3, 4, 5])
})

test('the connection test tells on one screen what a reading needs', async () => {
  const { message, warnings, checks } = await lab.open().test(never)

  assert.equal(
    message,
    'VMware vCenter Server 8.0.2 build-22617221: 1 cluster, 3 hosts, 5 virtual machines, 3 datastores.',
  )
  assert.deepEqual(warnings, [])
  assert.deepEqual(
    checks?.map(({ name, result, detail }) => `${name} ${result} ${detail}`),
    [
      'Sign in ok As rollcall@vsphere.local.',
      'See the inventory ok All of it.',
      'Read clusters ok 1 cluster.',
      'Read hosts ok 3 hosts.',
      'Read virtual machines ok 5 virtual machines.',
      'Read datastores ok 3 datastores.',
      'Read tags ok Its interface for tags answers.',
    ],
  )
  assert.equal(lab.fake.open.size, 0)
})

test('a wrong password, a page that is no vCenter and nobody at all are told apart', async () => {
  await assert.rejects(
    lab.open({ password: 'wrong horse battery' }).test(never),
    failing('SOURCE_REJECTED_LOGIN', /InvalidLogin/),
  )
  lab.fake.interfere = () => ({ status: 200, text: '<html><body>Welcome</body></html>' })
  await assert.rejects(readAll(lab.open()), failing('SOURCE_ANSWER_INVALID'))
  await assert.rejects(
    readAll(openVcenter({ url: 'http://127.0.0.1:9', username: 'a', password: 'battery' })),
    failing('SOURCE_UNREACHABLE'),
  )
})

test('an address with /sdk behind it is the same', async () => {
  assert.deepEqual((await readAll(lab.open({ url: `${lab.fake.url}/sdk/` }))).verdict, { complete: true })
})

test('a value of another kind is this row’s trouble alone', async () => {
  lab.change('vm-43', { 'config.template': typed('Nonsense', '<a>1</a>'), 'runtime.host': boolean(true) })
  const reading = await readAll(lab.open())

  assert.deepEqual(reading.verdict, { complete: false, reason: 'these could not be understood: vm-43' })
  assert.ok(named(reading, 'web-01'))
})

test('a recording holds no secret, and gives the same records without the network', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'rollcall-vcenter-'))
  try {
    lab.fake.cut = 7
    const told = await readAll(lab.open({ record: folder }))
    const texts = await Promise.all(
      (await readdir(folder)).map((file) => readFile(path.join(folder, file), 'utf8')),
    )
    const sessions = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\]view/
    assert.ok(texts.length > 6 && texts.every((text) => !/battery/.test(text) && !sessions.test(text)))

    const settings = { url: 'https://vc.example.net', tls: {}, replay: folder }
    const replayed = await readAll(lab.open(settings))
    assert.deepEqual(replayed, told)
  } finally {
    await rm(folder, { recursive: true })
  }
})
