import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { z } from 'zod'
import {
  agentInterfaces,
  containerInterface,
  diskRow,
  guestConfig,
  guestRow,
  networkRow,
  nodeRow,
  nodeStatus,
  snapshotRow,
  storageRow,
  type GuestConfig,
} from '#sources/proxmox/answers.ts'
import { nothingInside, toGuest } from '#sources/proxmox/guest-mapping.ts'
import { fromAgent, fromContainer } from '#sources/proxmox/interfaces.ts'
import { toNode } from '#sources/proxmox/node-mapping.ts'
import { toVolumes } from '#sources/proxmox/storage-mapping.ts'
import { openProxmox, named, never, proxmoxLab, reasonOf } from '#test/fakes/proxmox-lab.ts'
import { readAll, testSourceContract } from '#test/source-contract.ts'

const folder = new URL('../../../../shared/fixtures/proxmox/', import.meta.url)
const recordings = existsSync(folder) ? {} : { skip: 'the recorded answers are not here' }
const lab = proxmoxLab()

const text = (file: string): string => readFileSync(new URL(file, folder), 'utf8')
const data = (file: string): unknown => (JSON.parse(text(file)) as { data: unknown }).data
const rows = (file: string): Record<string, unknown>[] => data(file) as Record<string, unknown>[]
const config = (file: string): GuestConfig => guestConfig.parse(data(file))

/** The recorded cluster of release 6.2, which lists its guests by node: numbers are texts, one node is off. */
function serveRelease6(): void {
  const from = (file: string, type: string) =>
    rows(`pve62-recorded/${file}`).map((row) => ({ ...row, type, node: 'testnode' }))
  const resources = [
    ...rows('pve62-recorded/nodes.json'),
    ...from('nodes_testnode_qemu.json', 'qemu'),
    ...from('nodes_testnode_lxc.json', 'lxc'),
  ]
  lab.fake.interfere = (path) => {
    if (path === '/cluster/resources') return { text: JSON.stringify({ data: resources }) }
    const file = `pve62-recorded/${path.slice(1).replaceAll('/', '_')}.json`
    if (existsSync(new URL(file, folder))) return { text: text(file) }
    if (path.includes('/agent/')) return { status: 500, text: text('error-500-agent-not-running.json') }
    if (path === '/nodes/testnode/status')
      return { text: '{"data":{"pveversion":"pve-manager/6.2-4/9824574a"}}' }
    return path.startsWith('/nodes/')
      ? { text: path.endsWith('/config') ? '{"data":{"ostype":"l26"}}' : '{"data":[]}' }
      : undefined
  }
}

test('the recorded cluster of release 6 reads, apart from its node that is off', recordings, async () => {
  serveRelease6()
  const reading = await readAll(lab.open())
  assert.match(reasonOf(reading), /^node testnode2 is offline, so it and its 0 guests were not read$/)
  const machine = named(reading, 'test-qemu')
  assert.deepEqual(machine.interfaces?.[0]?.addresses, [
    '10.1.2.3/24',
    'fd8c:4687:e88d:1be3:5b70:7b88:c79c:293/64',
  ])
  assert.equal(machine.address, '10.1.2.3')
  assert.deepEqual([machine.sourceId, machine.nativeIds], ['qemu/101', undefined])
  assert.deepEqual(machine.facts?.['tags'], ['one', 'three', 'two'])
  assert.deepEqual(machine.vm?.snapshots, [
    { name: 'clean', createdAt: '1970-01-01T00:16:40.000Z', withMemory: false },
  ])
  const windows = named(reading, 'test-qemu-windows')
  assert.deepEqual(
    [windows.vm?.cpuCount, windows.vm?.memoryMb, windows.os],
    [6, 10_240, 'Windows 8 or Server 2012'],
  )
  assert.deepEqual(windows.nativeIds, ['uuid:127301fc-0122-48d5-8fc5-c04fa78d8146'])
  assert.equal(named(reading, 'test-qemu-template').facts?.['template'], true)
  assert.deepEqual(named(reading, 'test-lxc').interfaces?.[0]?.addresses, ['10.1.1.3/24'])
  assert.match(reading.warnings.join(), /102 test-qemu-windows/)
})

test('every row of the recorded cluster of release 8 is understood', recordings, () => {
  const all = rows('pve8x/cluster_resources.json')
  const of = (...types: string[]) => all.filter((row) => types.includes(String(row['type'])))
  const guests = z.array(guestRow).parse(of('qemu', 'lxc'))
  assert.equal(z.array(nodeRow).parse(of('node')).length, 4)
  assert.ok(guests.some((guest) => guest.template) && guests.some((guest) => guest.name === 'VM 200'))
  const { volumes, unavailable } = toVolumes(z.array(storageRow).parse(of('storage')))
  assert.equal(new Set(volumes.map((volume) => volume.sourceId)).size, volumes.length)
  assert.ok(volumes.length > 0 && volumes.every((volume) => volume.capacityBytes! > 0))
  assert.deepEqual(unavailable, [])
})

test('a recorded node of release 7 gives its processor, kernel and networks', recordings, () => {
  const node = toNode({
    row: nodeRow.parse(rows('pve7x/nodes.json')[0]),
    status: nodeStatus.parse(data('pve7x/nodes_node1_status.json')),
    network: z.array(networkRow).parse(data('pve7x/nodes_node1_network.json')),
    disks: z.array(diskRow).parse(data('pve9x/nodes_node1_disks_list.json')),
    inCluster: true,
  })
  assert.deepEqual([node.os, node.address], ['Proxmox VE 7.4-16', '192.168.5.1'])
  assert.equal(node.facts?.['kernel'], '5.15.108-1-pve')
  assert.equal(node.facts?.['cpuModel'], 'Intel(R) Core(TM) i7-6700 CPU @ 3.40GHz')
  assert.deepEqual(
    node.interfaces?.map((each) => [each.name, each.type, each.addresses]),
    [
      ['enp0s31f6', 'physical', []],
      ['vmbr0', 'virtual', ['192.168.5.1/24']],
    ],
  )
  assert.deepEqual(z.array(z.unknown()).parse(node.facts?.['disks']).length, 2)
})

test(
  'a recorded container of release 7 has a folder of its host, which is no disk of its own',
  recordings,
  () => {
    const [row] = rows('pve7x/nodes_node1_lxc.json').filter((each) => each['vmid'] === '101')
    const interfaces = z
      .array(containerInterface)
      .parse(data('pve7x/nodes_node1_lxc_101_interfaces.json'))
      .map(fromContainer)
    const device = toGuest({
      row: guestRow.parse({ ...row, node: 'node1' }),
      config: config('pve7x/nodes_node1_lxc_101_config.json'),
      snapshots: z.array(snapshotRow).parse(data('pve8x/nodes_node1_lxc_101_snapshot.json')),
      inside: { answered: true, interfaces },
    })
    assert.deepEqual(device.vm?.disks, [
      { name: 'mp0', path: '/mnt/foo/bar', kind: 'bind', mountPoint: '/storage' },
      { name: 'rootfs', storage: 'vmstore', volume: 'vmstore:subvol-101-disk-0', sizeBytes: 32_212_254_720 },
    ])
    assert.equal(device.vm?.totalDiskCapacityBytes, 32_212_254_720)
    assert.deepEqual(
      device.interfaces?.map(({ name, mac, addresses }) => [name, mac, addresses]),
      [['eth0', undefined, ['192.168.3.95/22']]],
    )
    assert.equal(device.vm?.snapshots?.length, 3)
  },
)

test(
  'a recorded machine of release 9 keeps its disks apart from its drives and spare volumes',
  recordings,
  () => {
    const inside = agentInterfaces
      .parse(data('pve9x/nodes_node1_qemu_101_agent_network-get-interfaces.json'))
      .result.map(fromAgent)
    const device = toGuest({
      row: guestRow.parse({ type: 'qemu', vmid: 101, node: 'node1', status: 'running' }),
      config: config('pve9x/nodes_node1_qemu_101_config.json'),
      snapshots: z.array(snapshotRow).parse(data('pve8x/nodes_node1_qemu_100_snapshot.json')),
      inside: { ...nothingInside, answered: true, interfaces: inside },
    })
    assert.equal(device.name, 'matt')
    assert.deepEqual(
      device.vm?.disks?.map((disk) => disk['name']),
      ['ide0', 'sata0', 'scsi0', 'virtio0'],
    )
    // ide0 tells no size, so the sum is not known.
    assert.equal(device.vm?.totalDiskCapacityBytes, undefined)
    assert.deepEqual(
      device.interfaces?.map(({ mac, addresses }) => [mac, addresses]),
      [['bc:24:11:2e:c5:4a', ['10.0.0.10/24']]],
    )
    assert.deepEqual(device.facts?.['unusedDisks'], ['local-lvm:vm-101-unused'])
  },
)

const {
  ROLLCALL_TEST_PROXMOX_URL: url,
  ROLLCALL_TEST_PROXMOX_TOKEN: token,
  ROLLCALL_TEST_PROXMOX_FINGERPRINT: fingerprint,
} = process.env

if (url && token) {
  const open = () => openProxmox({ url, token, tls: fingerprint ? { fingerprint } : {} })
  testSourceContract('a real Proxmox VE', open)
  test('a real Proxmox VE: the connection test names its release', async () =>
    assert.match((await open().test(never)).message, /^Proxmox VE \d/))
} else {
  test(
    'a real Proxmox VE',
    { skip: 'ROLLCALL_TEST_PROXMOX_URL and ROLLCALL_TEST_PROXMOX_TOKEN are not set' },
    () => {},
  )
}
