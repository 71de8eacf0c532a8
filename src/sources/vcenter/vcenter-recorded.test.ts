import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { datastore, host, machine } from '#sources/vcenter/answers.ts'
import { toVolume } from '#sources/vcenter/datastore-mapping.ts'
import { toHost } from '#sources/vcenter/host-mapping.ts'
import { toMachine } from '#sources/vcenter/machine-mapping.ts'
import { toPage, type RetrievedObject } from '#sources/vcenter/object-properties.ts'
import { parseXml, type XmlObject, type XmlValue } from '#sources/vcenter/parse-xml.ts'
import { createPlaces } from '#sources/vcenter/places.ts'
import { toFault } from '#sources/vcenter/soap-fault.ts'
import type { World } from '#sources/vcenter/world.ts'
import { never, openVcenter } from '#test/fakes/vcenter-lab.ts'
import { readAll, testSourceContract } from '#test/source-contract.ts'

const folder = new URL('../../../../shared/fixtures/vcenter/', import.meta.url)
const recordings = existsSync(folder) ? {} : { skip: 'the recorded answers are not here' }
const gigabyte = 1_073_741_824
const world: World = { scope: 'lab', vcenter: undefined, places: createPlaces(), tags: () => [] }

const text = (file: string): string => readFileSync(new URL(file, folder), 'utf8')
const inside = (value: XmlValue | undefined, ...names: string[]): XmlValue | undefined =>
  names.reduce<XmlValue | undefined>((at, name) => (at as XmlObject | undefined)?.[name], value)
const bodyOf = (file: string): XmlValue => inside(parseXml(text(file)), 'Envelope', 'Body')!

/** Objects of an answer to RetrieveProperties, which release 4 had, with all properties whole. */
const olderObjects = (file: string): RetrievedObject[] =>
  toPage({ objects: inside(bodyOf(file), 'RetrievePropertiesResponse', 'returnval')! })!.objects
const objects = (file: string): RetrievedObject[] =>
  toPage(inside(bodyOf(`vcsim-0.24/${file}.response.xml`), 'RetrievePropertiesExResponse', 'returnval'))!
    .objects

const toDevice = ({ object, properties }: RetrievedObject) =>
  toMachine(object.id, `lab/${object.id}`, machine.parse(properties), world)

test('a recorded Windows machine of ESX 4.1 has its address from its tools', recordings, () => {
  const device = toDevice(olderObjects('esx41-soap/RetrieveProperties-VM-32.soap')[0]!)

  assert.deepEqual(
    [device.name, device.names, device.address, device.os],
    ['windows', ['teclib-test'], '10.0.2.11', 'Microsoft Windows XP Professional (32-bit)'],
  )
  assert.deepEqual(device.nativeIds, [
    'uuid:564d0750-3ae1-d18d-1613-eb489b5844c8',
    'instance-uuid:52917821-7179-2375-6048-a21b2e35ceca',
  ])
  assert.deepEqual(device.interfaces, [
    {
      name: 'Network adapter 1',
      mac: '00:0c:29:58:44:c8',
      addresses: ['10.0.2.11/16'],
      type: 'virtual',
      status: 'up',
      metadata: { model: 'pcnet32', network: 'VM Network', networkId: 'HaNetwork-VM Network' },
    },
  ])
  assert.deepEqual(device.vm?.disks, [
    {
      name: 'Hard disk 1',
      datastore: 'datastore1',
      file: 'windows/windows.vmdk',
      sizeBytes: 8 * gigabyte,
      thin: true,
      uuid: '6000c299-4598-fb3f-078e-854fb8ecbb49',
      slot: 'IDE 0:0',
    },
  ])
  assert.deepEqual([device.vm?.toolsRunning, device.vm?.totalSnapshotSizeBytes], [true, 0])
})

test(
  'two recorded machines share an instance UUID and nothing else; one has a Chinese name',
  recordings,
  () => {
    const [one] = olderObjects('esx41-soap/RetrieveProperties-VM-16.soap').map(toDevice)
    const [other] = olderObjects('esx41-soap/RetrieveProperties-VM-80.soap').map(toDevice)

    assert.deepEqual([one?.name, other?.name], ['ubuntu', '阿帕奇网络服务器'])
    assert.equal(one?.nativeIds?.[1], other?.nativeIds?.[1])
    assert.notEqual(one?.nativeIds?.[0], other?.nativeIds?.[0])
    assert.notEqual(one?.interfaces?.[0]?.mac, other?.interfaces?.[0]?.mac)
  },
)

test('the recorded ESX 4.1 host has its cards, without a link where none is plugged in', recordings, () => {
  const [retrieved] = olderObjects('esx41-soap/RetrieveProperties.soap')
  const device = toHost('ha-host', host.parse(retrieved!.properties), world, undefined)

  assert.deepEqual(
    [device.name, device.vendor, device.model, device.os, device.address, device.nativeIds],
    [
      'esx-test.teclib.local',
      'Sun Microsystems',
      'Sun Fire X2200 M2 with Dual Core Processor',
      'VMware ESX 4.1.0 build-260247',
      '10.0.2.189',
      ['uuid:b5bfd78a-fa79-0010-adfe-001b24f07258'],
    ],
  )
  assert.deepEqual(
    device.interfaces?.map(({ name, mac, status, speedMbps }) => [name, mac, status, speedMbps]),
    [
      ['vmnic0', '00:1b:24:f0:6a:45', 'down', undefined],
      ['vmnic1', '00:1b:24:f0:6a:46', 'down', undefined],
      ['vmnic2', '00:1b:24:f0:6a:43', 'up', 100],
      ['vmnic3', '00:1b:24:f0:6a:44', 'down', undefined],
      ['vmk0', '00:50:56:75:f7:2e', 'up', undefined],
    ],
  )
  assert.equal(device.facts?.['memoryMb'], 8190)
})

test('the recorded simulator names types with another prefix, and is read all the same', recordings, () => {
  const devices = objects('04-RetrievePropertiesEx-VirtualMachine').map(toDevice)

  assert.equal(devices.length, 6)
  assert.deepEqual(
    devices.map(({ name, vm }) => [name, vm?.totalDiskCapacityBytes, vm?.powerState]).slice(0, 2),
    [
      ['DC0_H0_VM0', 1_048_576, 'POWERED_ON'],
      ['DC0_H0_VM1', 1_048_576, 'POWERED_ON'],
    ],
  )
})

test('recorded snapshots lie in one another; files without a size give none, not zero', recordings, () => {
  const { vm } = toDevice(objects('09-RetrievePropertiesEx-snapshots')[0]!)

  assert.deepEqual(vm?.snapshots, [
    {
      id: 'snapshot-69',
      name: 'before-upgrade',
      description: 'pre & post',
      createdAt: '2026-11-22T07:46:31.678Z',
      withMemory: false,
      quiesced: false,
      sizeBytes: null,
    },
    {
      id: 'snapshot-71',
      name: 'after upgrade',
      description: 'child',
      createdAt: '2026-11-22T07:46:32.762Z',
      parent: 'before-upgrade',
      withMemory: false,
      quiesced: false,
      current: true,
      sizeBytes: null,
    },
  ])
  assert.equal(vm?.totalSnapshotSizeBytes, undefined)
})

test('a recorded datastore of the simulator has its size and its host', recordings, () => {
  const [, retrieved] = objects('06-RetrievePropertiesEx-Cluster-Datastore')
  const { name, capacityBytes, volatile, facts } = toVolume(
    'datastore-1',
    datastore.parse(retrieved!.properties),
    world,
    [],
  )

  assert.deepEqual(
    [name, capacityBytes, volatile?.['used_bytes'], facts?.['hosts']],
    ['LocalDS_0', 270_553_174_016, 33_060_917_248, 1],
  )
})

test('a recorded fault says what it is, also where it stands in place of a property', recordings, () => {
  const fault = toFault(inside(bodyOf('vcsim-0.24/00-unauthenticated.response.xml'), 'Fault')!)
  const root = parseXml(text('govmomi/not_authenticated_fault.xml'))
  const [manager] = toPage({ objects: inside(root, 'RetrievePropertiesResponse', 'returnval')! })!.objects

  assert.deepEqual([fault.type, fault.object], ['NotAuthenticated', 'ViewManager'])
  assert.deepEqual(manager?.missing, [
    { path: 'message', fault: 'NotAuthenticated' },
    { path: 'sessionList', fault: 'NotAuthenticated' },
  ])
  assert.deepEqual(manager?.properties['messageLocaleList'], ['ja', 'zh_CN', 'en', 'de', 'zh_TW', 'ko', 'fr'])
})

/** JSON of the newer interface as the values that SOAP gives. */
function fromJson(value: unknown): XmlValue {
  if (Array.isArray(value)) return value.map(fromJson)
  if (value === null || typeof value !== 'object') return String(value)
  const { _typeName: type, ...rest } = value as Record<string, unknown>
  const kept = Object.entries(rest).map(([name, each]) => [name, fromJson(each)] as const)
  if (type !== 'ManagedObjectReference') return { $type: String(type), ...Object.fromEntries(kept) }
  return { $ref: String(rest['type']), value: String(rest['value']) }
}

test('a recorded machine of release 8 has the devices of its day', recordings, () => {
  const config = fromJson(JSON.parse(text('govmomi/vminfo.json')))
  const { vm, interfaces } = toMachine('vm-1', 'lab/vm-1', machine.parse({ name: 'test', config }), world)

  assert.deepEqual(vm?.disks, [
    {
      name: 'Hard disk 1',
      datastore: 'datastore1',
      file: 'test/test.vmdk',
      sizeBytes: 4 * gigabyte,
      thin: false,
      uuid: '6000c298-df15-fe89-ddcb-8ea33329595d',
      slot: 'SCSI 0:0',
    },
  ])
  assert.deepEqual(
    interfaces?.map(({ name, mac, metadata }) => [name, mac, metadata]),
    [
      [
        'Network adapter 1',
        '00:50:56:ac:4d:ed',
        { model: 'vmxnet3', network: 'VM Network', networkId: 'network-27' },
      ],
    ],
  )
})

const {
  ROLLCALL_TEST_VCENTER_URL: url,
  ROLLCALL_TEST_VCENTER_USERNAME: username = 'user',
  ROLLCALL_TEST_VCENTER_PASSWORD: password = 'pass',
  ROLLCALL_TEST_VCENTER_FINGERPRINT: fingerprint,
} = process.env

if (url) {
  const open = () => openVcenter({ url, username, password, tls: fingerprint ? { fingerprint } : {} })
  testSourceContract('a real vCenter or simulator', open)
  test('a real vCenter or simulator: everything its connection test counts is told', async () => {
    const { message, checks } = await open().test(never)
    const { records } = await readAll(open())
    const [, clusters, hosts, machines, datastores] = / (\d+) clusters?, (\d+) hosts?, ([\d,]+) virtual machines?, (\d+) datastores?\.$/.exec(message)! // prettier-ignore

    assert.ok(
      checks?.every(({ result }) => result === 'ok'),
      JSON.stringify(checks),
    )
    assert.equal(
      records.length,
      [clusters, hosts, machines, datastores].reduce((sum, each) => sum + Number(each!.replace(',', '')), 0),
    )
    assert.ok(records.every((record) => record.kind !== 'device' || !record.unreadable))
  })
} else {
  test('a real vCenter or simulator', { skip: 'ROLLCALL_TEST_VCENTER_URL is not set' }, () => {})
}
