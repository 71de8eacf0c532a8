import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { ReportedVolume } from '#model/record.ts'
import { proxmoxSource } from '#sources/proxmox/proxmox.ts'
import { named, never, proxmoxLab } from '#test/fakes/proxmox-lab.ts'
import { readAll, testSourceContract } from '#test/source-contract.ts'

const lab = proxmoxLab()

testSourceContract('proxmox', () => lab.open())

test('a cluster reads as its nodes, guests and storages', async () => {
  const reading = await readAll(lab.open())
  assert.deepEqual(
    reading.records.map((record) => record.sourceId),
    [
      'cluster',
      'node/pve1',
      'node/pve2',
      'qemu/101/0f6a3b52-93c1-4d61-8a2c-1f7d4f6f7a01',
      'lxc/102',
      'qemu/9000/7c1f7a54-2c50-4c0e-9f0e-55d0a9f0aa02',
      'storage/nfs',
      'storage/pve1/local-zfs',
      'storage/pve2/local-zfs',
    ],
  )
  assert.deepEqual(reading.warnings, [])
})

test('a virtual machine is reported with what its configuration and its agent say', async () => {
  assert.deepEqual(named(await readAll(lab.open()), 'web-01'), {
    kind: 'device',
    sourceId: 'qemu/101/0f6a3b52-93c1-4d61-8a2c-1f7d4f6f7a01',
    name: 'web-01',
    deviceType: 'vm',
    status: 'active',
    nativeIds: ['uuid:0f6a3b52-93c1-4d61-8a2c-1f7d4f6f7a01'],
    names: ['web-01.example.net'],
    address: '192.0.2.10',
    os: 'Debian GNU/Linux 12 (bookworm)',
    interfaces: [
      {
        name: 'net0',
        mac: 'bc:24:11:2e:c5:4a',
        addresses: ['192.0.2.10/24', '2001:db8::10/64'],
        type: 'virtual',
        metadata: { bridge: 'vmbr0', vlan: 10, model: 'virtio', guestName: 'eth0' },
      },
      {
        name: 'net1',
        mac: 'bc:24:11:2e:c5:4b',
        addresses: [],
        type: 'virtual',
        status: 'disabled',
        metadata: { bridge: 'vmbr1', model: 'e1000' },
      },
      { name: 'wg0', addresses: ['198.51.100.7/32'], type: 'virtual' },
    ],
    vm: {
      instanceUuid: '0f6a3b52-93c1-4d61-8a2c-1f7d4f6f7a01',
      guestOs: 'Debian GNU/Linux 12 (bookworm)',
      cpuCount: 4,
      memoryMb: 4096,
      powerState: 'POWERED_ON',
      toolsRunning: true,
      ipAddresses: ['192.0.2.10', '2001:db8::10', '198.51.100.7'],
      disks: [
        { name: 'efidisk0', storage: 'local-zfs', volume: 'local-zfs:vm-101-disk-2', sizeBytes: 1_048_576 },
        { name: 'scsi0', storage: 'local-zfs', volume: 'local-zfs:vm-101-disk-0', sizeBytes: 34_359_738_368 },
        { name: 'scsi1', storage: 'ceph', volume: 'ceph:vm-101-disk-1', sizeBytes: 107_374_182_400 },
      ],
      snapshots: [{ name: 'before-upgrade', createdAt: '2023-08-28T19:56:31.000Z', withMemory: true }],
      totalDiskCapacityBytes: 141_733_920_768,
    },
    relationships: [{ type: 'hosts', other: 'parent', sourceId: 'node/pve1' }],
    facts: {
      kind: 'qemu',
      vmid: 101,
      template: false,
      tags: ['prod', 'web'],
      ostype: 'l26',
      onBoot: true,
      agentEnabled: true,
      unusedDisks: ['local-zfs:vm-101-disk-9'],
      hostname: 'web-01.example.net',
      kernel: '6.1.0-22-amd64',
    },
    volatile: { uptimeSeconds: 86_400, memoryUsedBytes: 2_000_000_000 },
  })
})

test('a container is reported with the addresses it has now', async () => {
  const { deviceType, address, interfaces, vm, facts } = named(await readAll(lab.open()), 'proxy')
  assert.equal(deviceType, 'container')
  assert.equal(address, '192.0.2.95')
  assert.deepEqual(interfaces, [
    {
      name: 'eth0',
      mac: 'bc:24:11:89:67:07',
      addresses: ['192.0.2.95/24'],
      type: 'virtual',
      metadata: { bridge: 'vmbr0', model: 'veth' },
    },
  ])
  assert.deepEqual(
    [vm?.guestOs, vm?.cpuCount, vm?.memoryMb, vm?.totalDiskCapacityBytes],
    ['Debian', 1, 512, 8_589_934_592],
  )
  assert.deepEqual(facts, {
    kind: 'lxc',
    vmid: 102,
    template: false,
    arch: 'amd64',
    ostype: 'debian',
    unprivileged: true,
  })
})

test('a template is marked, and cloud-init’s address stands in for one that no agent tells', async () => {
  const device = named(await readAll(lab.open()), 'debian-12')
  assert.equal(device.facts?.['template'], true)
  assert.deepEqual(
    [device.vm?.powerState, device.vm?.memoryMb, device.vm?.toolsRunning],
    ['POWERED_OFF', 2048, false],
  )
  assert.deepEqual(device.interfaces?.[0]?.addresses, ['192.0.2.200/24'])
})

test('a node is reported with its hardware, networks and cluster', async () => {
  const node = named(await readAll(lab.open()), 'pve1')
  assert.deepEqual([node.deviceType, node.address, node.os], ['server', '192.0.2.1', 'Proxmox VE 8.2.4'])
  assert.deepEqual(node.relationships, [{ type: 'manages', other: 'parent', sourceId: 'cluster' }])
  const shown = node.interfaces?.map(({ name, type, status, addresses }) => [name, type, status, addresses])
  assert.deepEqual(shown, [
    ['eno1', 'physical', 'up', []],
    ['eno2', 'physical', 'down', []],
    ['vmbr0', 'virtual', 'up', ['192.0.2.1/24']],
  ])
  assert.deepEqual(node.facts, {
    kind: 'node',
    cpuModel: 'AMD EPYC 7302P 16-Core Processor',
    cpuSockets: 1,
    cpuCores: 16,
    cpuThreads: 32,
    memoryMb: 128_757,
    kernel: '6.8.8-2-pve',
    pveVersion: '8.2.4',
    disks: [
      {
        device: '/dev/nvme0n1',
        model: 'SAMSUNG MZQL2960HCJR',
        serial: 'S64FNE0R601234',
        sizeBytes: 960_197_124_096,
        type: 'nvme',
      },
    ],
  })
})

test('a shared storage is one volume, a local one a volume of its node', async () => {
  const volumes = (await readAll(lab.open())).records.filter((record) => record.kind === 'volume')
  assert.deepEqual(
    volumes.map((volume) => [
      volume.name,
      volume.deviceSourceId,
      volume.thinProvisioned,
      volume.facts?.['nodes'],
    ]),
    [
      ['nfs', undefined, false, ['pve1', 'pve2']],
      ['pve1/local-zfs', 'node/pve1', true, undefined],
      ['pve2/local-zfs', 'node/pve2', true, undefined],
    ],
  )
  assert.equal(volumes[0]?.capacityBytes, 4_000_000_000_000)
  assert.deepEqual(volumes[0]?.volatile, { used_bytes: 1_000_000_000_000 })
})

test('a pool whose free space drifts keeps its size', async () => {
  const before = (await readAll(lab.open())).records.at(-1)
  lab.fake.world.storages[1]!['maxdisk'] = 899_990_000_000
  const after = (await readAll(lab.open())).records.at(-1)
  assert.deepEqual(after, before)
})

test('passwords, keys and descriptions of guests never leave the source', async () => {
  assert.ok(!/secret|ssh-ed25519|digest/.test(JSON.stringify(await readAll(lab.open()))))
})

test('a guest that moves to another node keeps its id and changes its host', async () => {
  const before = named(await readAll(lab.open()), 'web-01')
  lab.guest('web-01').node = 'pve2'
  const after = named(await readAll(lab.open()), 'web-01')
  assert.equal(after.sourceId, before.sourceId)
  assert.deepEqual(after.relationships, [{ type: 'hosts', other: 'parent', sourceId: 'node/pve2' }])
})

test('another machine under a number that is used again is another device', async () => {
  const before = named(await readAll(lab.open()), 'web-01').sourceId
  lab.guest('web-01').config['smbios1'] = 'uuid=aaaa3b52-93c1-4d61-8a2c-1f7d4f6f7a01'
  assert.notEqual(named(await readAll(lab.open()), 'web-01').sourceId, before)
})

test('a guest that moves between the list and its turn is read where it went; a deleted one is no gap', async () => {
  const moving = lab.guest('web-01')
  lab.fake.interfere = (path) => {
    if (path === '/nodes/pve1/qemu/101/config') moving.node = 'pve2'
    if (path === '/nodes/pve2/lxc/102/config')
      lab.fake.world.guests = lab.fake.world.guests.filter((each) => each.vmid !== 102)
    return undefined
  }
  const reading = await readAll(lab.open())
  assert.deepEqual(reading.verdict, { complete: true })
  assert.deepEqual(named(reading, 'web-01').relationships?.[0]?.sourceId, 'node/pve2')
  assert.equal(named(reading, 'proxy'), undefined)
})

test('a paused machine is suspended, whatever the list says', async () => {
  lab.guest('web-01').qmpstatus = 'paused'
  assert.equal(named(await readAll(lab.open()), 'web-01').vm?.powerState, 'SUSPENDED')
})

test('numbers that come as text, as in release 6, read the same', async () => {
  const before = await readAll(lab.open())
  lab.fake.numbersAsText = true
  assert.deepEqual((await readAll(lab.open())).records, before.records)
})

test('a node that stands alone has no cluster', async () => {
  lab.fake.world.cluster = undefined
  lab.fake.world.nodes.pop()
  lab.fake.world.guests = lab.fake.world.guests.filter((each) => each.node === 'pve1')
  const reading = await readAll(lab.open())
  assert.deepEqual(reading.verdict, { complete: true })
  assert.equal(named(reading, 'pve1').relationships, undefined)
})

test('a connection test says what answered and what will be missing', async () => {
  lab.fake.world.nodes[1]!.state = 'offline'
  assert.deepEqual(await lab.open().test(never), {
    message: 'Proxmox VE 8.2.4, cluster lab: 2 nodes, 3 guests, 2 storages.',
    warnings: ['Node pve2 is offline.'],
    checks: [
      {
        name: 'Read nodes',
        result: 'limited',
        detail: 'Node pve2 is offline.',
        fix: 'A node that is off, and its guests, keep what was last known.',
      },
      { name: 'Read guests', result: 'ok', detail: '3 guests' },
      { name: 'Read storages', result: 'ok', detail: '2 storages' },
      { name: 'Ask guest agents', result: 'ok', detail: 'addresses and operating systems from inside' },
    ],
  })
})

test('a storage is used by the guests that have disks on it, and known to who serves it', async () => {
  const { records } = await readAll(lab.open())
  const volume = (id: string) => records.find((record) => record.sourceId === id) as ReportedVolume
  assert.deepEqual(volume('storage/nfs').ids, ['nfs:nas.example.net:/volume1/pve'])
  assert.ok(volume('storage/nfs').usedBy!.includes('node/pve1'))
  assert.deepEqual(
    records
      .filter((record) => record.kind === 'volume' && record.usedBy!.some((id) => id.startsWith('qemu/101')))
      .map((record) => record.sourceId),
    ['storage/pve1/local-zfs'],
  )
  lab.fake.world.nodes[1]!.state = 'offline'
  const half = await readAll(lab.open())
  const shared = half.records.find((record) => record.sourceId === 'storage/nfs') as ReportedVolume
  assert.equal(shared.usedBy, undefined)
})

test('a login is required in the settings', () => {
  const parse = (settings: object) =>
    proxmoxSource.settings.safeParse({ url: lab.fake.url, ...settings }).success
  assert.ok(parse({ token: lab.fake.token }) && parse({ username: 'a@pve', password: 'b' }))
  assert.ok(!parse({}) && !parse({ username: 'a@pve' }) && !parse({ token: 'just-a-secret' }))
})

test('recorded answers replay to the same reading, without the network and without secrets', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-proxmox-'))
  try {
    const recorded = await readAll(lab.open({ record: folder }))
    const all = await Promise.all((await readdir(folder)).map((file) => readFile(join(folder, file), 'utf8')))
    assert.ok(!/cloud-secret|ssh-ed25519|5b1f6a52/.test(all.join()))
    const replayed = await readAll(
      lab.open({ url: 'https://nowhere.invalid', token: undefined, replay: folder }),
    )
    assert.deepEqual(replayed, recorded)
  } finally {
    await rm(folder, { recursive: true })
  }
})
