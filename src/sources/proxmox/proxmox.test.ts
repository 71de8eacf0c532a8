import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, beforeEach, test } from 'node:test'
import { systemClock, type Clock } from '#kernel/clock.ts'
import { AppError, type ErrorCode } from '#kernel/errors.ts'
import { silentLog } from '#kernel/log.ts'
import type { ReportedDevice } from '#model/record.ts'
import { proxmoxSource } from '#sources/proxmox/proxmox.ts'
import type { Source } from '#sources/source.ts'
import { sampleWorld, type FakeGuest } from '#test/fakes/proxmox-world.ts'
import { startFakeProxmox, type FakeProxmox, type Interference } from '#test/fakes/proxmox.ts'
import { readAll, testSourceContract, type Reading } from '#test/source-contract.ts'

const never = new AbortController().signal
/** Pauses between tries are not waited. */
const clock: Clock = { ...systemClock, sleep: async () => {} }
let fake: FakeProxmox

before(async () => {
  fake = await startFakeProxmox(sampleWorld())
})
beforeEach(() =>
  Object.assign(fake, {
    world: sampleWorld(),
    requests: [],
    interfere: () => undefined,
    numbersAsText: false,
  }),
)
after(() => fake.close())

function open(settings: Record<string, unknown> = {}): Source {
  const given = {
    url: fake.url,
    token: fake.token,
    tls: { ca: fake.certificate },
    timeoutSeconds: 5,
    ...settings,
  }
  return proxmoxSource.open(proxmoxSource.settings.parse(given), { clock, log: silentLog, name: 'lab' })
}

const devicesOf = (reading: Reading): ReportedDevice[] =>
  reading.records.filter((record) => record.kind === 'device')
const named = (reading: Reading, name: string): ReportedDevice =>
  devicesOf(reading).find((device) => device.name === name)!
const ids = (reading: Reading): string[] => reading.records.map((record) => record.sourceId)
const guest = (name: string): FakeGuest =>
  fake.world.guests.find((each) => each.config['name'] === name || each.config['hostname'] === name)!
const onPath = (matching: RegExp, interference: Interference) => (path: string) =>
  matching.test(path) ? interference : undefined

function reasonOf({ verdict }: Reading): string {
  assert.ok(!verdict.complete, 'the reading called itself complete')
  return verdict.reason
}

const failing = (code: ErrorCode) => (error: unknown) => {
  assert.ok(error instanceof AppError, String(error))
  assert.equal(error.code, code, error.message)
  assert.ok(!error.message.includes('5b1f6a52'), 'the token stands in the error')
  return true
}

testSourceContract('proxmox', () => open())

test('a cluster reads as its nodes, guests and storages', async () => {
  const reading = await readAll(open())
  assert.deepEqual(ids(reading), [
    'cluster',
    'node/pve1',
    'node/pve2',
    'qemu/101/0f6a3b52-93c1-4d61-8a2c-1f7d4f6f7a01',
    'lxc/102',
    'qemu/9000/7c1f7a54-2c50-4c0e-9f0e-55d0a9f0aa02',
    'storage/nfs',
    'storage/pve1/local-zfs',
    'storage/pve2/local-zfs',
  ])
  assert.deepEqual(reading.warnings, [])
})

test('a virtual machine is reported with what its configuration and its agent say', async () => {
  assert.deepEqual(named(await readAll(open()), 'web-01'), {
    kind: 'device',
    sourceId: 'qemu/101/0f6a3b52-93c1-4d61-8a2c-1f7d4f6f7a01',
    name: 'web-01',
    deviceType: 'vm',
    status: 'active',
    nativeIds: ['uuid:0f6a3b52-93c1-4d61-8a2c-1f7d4f6f7a01'],
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
  const { deviceType, address, interfaces, vm, facts } = named(await readAll(open()), 'proxy')
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
  const device = named(await readAll(open()), 'debian-12')
  assert.equal(device.facts?.['template'], true)
  assert.deepEqual(
    [device.vm?.powerState, device.vm?.memoryMb, device.vm?.toolsRunning],
    ['POWERED_OFF', 2048, false],
  )
  assert.deepEqual(device.interfaces?.[0]?.addresses, ['192.0.2.200/24'])
})

test('a node is reported with its hardware, networks and cluster', async () => {
  const node = named(await readAll(open()), 'pve1')
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
  const volumes = (await readAll(open())).records.filter((record) => record.kind === 'volume')
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
  const before = (await readAll(open())).records.at(-1)
  fake.world.storages[1]!['maxdisk'] = 899_990_000_000
  const after = (await readAll(open())).records.at(-1)
  assert.deepEqual(after, before)
})

test('passwords, keys and descriptions of guests never leave the source', async () => {
  assert.ok(!/secret|ssh-ed25519|digest/.test(JSON.stringify(await readAll(open()))))
})

test('a guest that moves to another node keeps its id and changes its host', async () => {
  const before = named(await readAll(open()), 'web-01')
  guest('web-01').node = 'pve2'
  const after = named(await readAll(open()), 'web-01')
  assert.equal(after.sourceId, before.sourceId)
  assert.deepEqual(after.relationships, [{ type: 'hosts', other: 'parent', sourceId: 'node/pve2' }])
})

test('another machine under a number that is used again is another device', async () => {
  const before = named(await readAll(open()), 'web-01').sourceId
  guest('web-01').config['smbios1'] = 'uuid=aaaa3b52-93c1-4d61-8a2c-1f7d4f6f7a01'
  assert.notEqual(named(await readAll(open()), 'web-01').sourceId, before)
})

test('a guest that moves between the list and its turn is read where it went; a deleted one is no gap', async () => {
  const moving = guest('web-01')
  fake.interfere = (path) => {
    if (path === '/nodes/pve1/qemu/101/config') moving.node = 'pve2'
    if (path === '/nodes/pve2/lxc/102/config')
      fake.world.guests = fake.world.guests.filter((each) => each.vmid !== 102)
    return undefined
  }
  const reading = await readAll(open())
  assert.deepEqual(reading.verdict, { complete: true })
  assert.deepEqual(named(reading, 'web-01').relationships?.[0]?.sourceId, 'node/pve2')
  assert.equal(named(reading, 'proxy'), undefined)
})

test('an offline node makes the reading partial, and neither it nor its guests are touched', async () => {
  fake.world.nodes[1]!.state = 'offline'
  const reading = await readAll(open())
  assert.match(reasonOf(reading), /^node pve2 is offline, so it and its 1 guest were not read$/)
  assert.deepEqual(
    devicesOf(reading).map((device) => device.name),
    ['lab', 'pve1', 'web-01', 'debian-12'],
  )
})

test('a node that hangs is asked once, not for every guest', async () => {
  fake.world.nodes[1]!.state = 'hung'
  assert.match(
    reasonOf(await readAll(open())),
    /node pve2 does not answer, so it and its 1 guest were not read/,
  )
  assert.equal(fake.requests.filter((request) => request.includes('/nodes/pve2/')).length, 1)
})

test('a token without VM.Audit sees an empty list, which proves nothing', async () => {
  fake.world.permissions = { '/': { 'Sys.Audit': 1, 'Datastore.Audit': 1 } }
  const reading = await readAll(open())
  assert.match(reasonOf(reading), /the login lacks VM\.Audit on \/ or \/vms, so guests may be hidden from it/)
  assert.equal(devicesOf(reading).length, 3)
})

test('a privilege that is not handed on, or is taken away below, is no full sight', async () => {
  fake.world.permissions['/'] = { ...fake.world.permissions['/'], 'VM.Audit': 0 }
  fake.world.permissions['/vms'] = { 'VM.Audit': 0 }
  assert.match(reasonOf(await readAll(open())), /lacks VM\.Audit on \/ or \/vms/)
  fake.world = sampleWorld()
  fake.world.permissions['/vms/666'] = { 'VM.Console': 1 }
  assert.match(reasonOf(await readAll(open())), /lacks VM\.Audit on \/vms\/666/)
})

test('a token without any right reads nothing and says why', async () => {
  fake.world.permissions = {}
  const reading = await readAll(open())
  assert.match(reasonOf(reading), /VM\.Audit.*Sys\.Audit.*Datastore\.Audit.*state of the cluster/)
  const { warnings } = await open().test(never)
  assert.ok(warnings.length >= 4 && warnings.every((warning) => warning.endsWith('.')), warnings.join(' '))
})

test('storages that are not wanted need no right', async () => {
  fake.world.permissions = Object.fromEntries(
    Object.keys(fake.world.permissions).map((path) => [path, { 'VM.Audit': 1, 'Sys.Audit': 1 }]),
  )
  assert.match(reasonOf(await readAll(open())), /Datastore\.Audit/)
  const reading = await readAll(open({ storage: false }))
  assert.deepEqual(reading.verdict, { complete: true })
  assert.ok(reading.records.every((record) => record.kind === 'device'))
  assert.match(reading.warnings.join(), /may not ask guest agents/)
})

test('lost quorum, an unreadable row and an unavailable storage are gaps', async () => {
  fake.world.quorate = 0
  fake.world.storages.push({ node: 'pve1', storage: 'broken', status: 'unknown', shared: 0 })
  fake.world.guests.push({ type: 'lxc', vmid: -1, node: 'pve1', status: 'stopped', config: {} })
  const reason = reasonOf(await readAll(open()))
  assert.match(reason, /no quorum/)
  assert.match(reason, /1 entries of the cluster could not be understood/)
  assert.match(reason, /not available: pve1\/broken/)
})

for (const state of ['off', 'forbidden'] as const) {
  test(`a guest agent that is ${state} is a warning, and the guest is reported all the same`, async () => {
    guest('web-01').agent = state
    const reading = await readAll(open())
    assert.deepEqual(reading.verdict, { complete: true })
    assert.match(reading.warnings.join(), /101 web-01/)
    const device = named(reading, 'web-01')
    assert.equal(device.interfaces?.[0]?.mac, 'bc:24:11:2e:c5:4a')
    assert.equal(device.vm?.toolsRunning, false)
  })
}

test('an agent that answers with an error instead of a list counts as answering', async () => {
  guest('web-01').agent = { interfaces: { error: { class: 'Unsupported', desc: 'no' } } }
  const reading = await readAll(open())
  assert.deepEqual([reading.warnings, named(reading, 'web-01').vm?.toolsRunning], [[], true])
})

test('an agent is asked only where it is switched on and the machine runs', async () => {
  guest('web-01').config['agent'] = '0'
  await readAll(open())
  assert.deepEqual(
    fake.requests.filter((request) => request.includes('/agent/')),
    [],
  )
  guest('web-01').config['agent'] = '1'
  await readAll(open({ guestAgent: false }))
  assert.deepEqual(
    fake.requests.filter((request) => request.includes('/agent/')),
    [],
  )
})

test('a paused machine is suspended, whatever the list says', async () => {
  guest('web-01').qmpstatus = 'paused'
  assert.equal(named(await readAll(open()), 'web-01').vm?.powerState, 'SUSPENDED')
})

test('numbers that come as text, as in release 6, read the same', async () => {
  const before = await readAll(open())
  fake.numbersAsText = true
  assert.deepEqual((await readAll(open())).records, before.records)
})

test('a node that stands alone has no cluster', async () => {
  fake.world.cluster = undefined
  fake.world.nodes.pop()
  fake.world.guests = fake.world.guests.filter((each) => each.node === 'pve1')
  const reading = await readAll(open())
  assert.deepEqual(reading.verdict, { complete: true })
  assert.equal(named(reading, 'pve1').relationships, undefined)
})

test('a guest that may not be read, or answers nonsense, makes the reading partial and names it', async () => {
  fake.interfere = onPath(/qemu\/101\/config/, {
    status: 403,
    reason: 'Permission check failed (/vms/101, VM.Audit)',
  })
  assert.match(reasonOf(await readAll(open())), /the login may not read 101 web-01/)
  fake.interfere = onPath(/qemu\/101\/config/, { text: '{"data":["no config"]}' })
  assert.match(reasonOf(await readAll(open())), /could not be read: 101 web-01 \(an answer in a shape/)
})

test('a server that falls silent half way fails the reading, not the guests it did not reach', async () => {
  fake.interfere = onPath(/qemu\/9000\/config/, { status: 500, reason: 'unexpected disaster' })
  assert.match(reasonOf(await readAll(open())), /9000 debian-12 \(unexpected disaster\)/)
  fake.interfere = onPath(/lxc\/102\/config/, { text: '<html>proxy error</html>' })
  await assert.rejects(readAll(open()), failing('SOURCE_ANSWER_INVALID'))
  fake.interfere = onPath(/lxc\/102\/config/, { status: 401, reason: 'permission denied - invalid token' })
  await assert.rejects(readAll(open()), failing('SOURCE_REJECTED_LOGIN'))
})

test('a node that never answers a question counts as away', async () => {
  fake.interfere = onPath(/nodes\/pve2\//, { silent: true })
  assert.match(reasonOf(await readAll(open({ timeoutSeconds: 0.2 }))), /node pve2 does not answer/)
})

test('a wrong token is a rejected login, garbage is an invalid answer, another certificate is not trusted', async () => {
  const wrong = fake.token.replace(/.$/, '0')
  await assert.rejects(readAll(open({ token: wrong })), failing('SOURCE_REJECTED_LOGIN'))
  await assert.rejects(open({ tls: {} }).test(never), failing('SOURCE_NOT_TRUSTED'))
  for (const text of ['{"data":', '<html>', '{}', '{"data":"no list"}', 'null']) {
    fake.interfere = onPath(/cluster\/resources/, { text })
    await assert.rejects(readAll(open()), failing('SOURCE_ANSWER_INVALID'), text)
  }
})

test('an abort in the middle throws its reason untouched', async () => {
  const stop = new AbortController()
  const reason = new Error('enough')
  fake.interfere = (path) => {
    if (path.includes('/lxc/102/')) stop.abort(reason)
    return undefined
  }
  await assert.rejects(readAll(open(), stop.signal), (thrown) => thrown === reason)
})

test('user and password sign in once, a spent ticket is renewed, a second factor is explained', async () => {
  const login = { token: undefined, username: 'rollcall@pve', password: 'correct horse' }
  const reading = await readAll(open(login))
  assert.deepEqual(reading.verdict, { complete: true })
  assert.equal(fake.requests.filter((request) => request.includes('/access/ticket')).length, 1)
  let spent = true
  fake.interfere = (path) => {
    if (!spent || !path.includes('/lxc/102/config')) return undefined
    spent = false
    return { status: 401, reason: 'permission denied - invalid PVE ticket' }
  }
  assert.deepEqual((await readAll(open(login))).verdict, { complete: true })
  await assert.rejects(readAll(open({ ...login, password: 'wrong' })), failing('SOURCE_REJECTED_LOGIN'))
  await assert.rejects(readAll(open({ ...login, username: 'totp@pve' })), /second factor/)
})

test('when the first node does not answer, another one is asked', async () => {
  const reading = await readAll(open({ url: 'https://127.0.0.1:1', alternatives: [fake.url] }))
  assert.deepEqual(reading.verdict, { complete: true })
})

test('a connection test says what answered and what will be missing', async () => {
  fake.world.nodes[1]!.state = 'offline'
  assert.deepEqual(await open().test(never), {
    message: 'Proxmox VE 8.2.4, cluster lab: 2 nodes, 3 guests, 2 storages.',
    warnings: ['Node pve2 is offline.'],
  })
})

test('a login is required in the settings', () => {
  const parse = (settings: object) => proxmoxSource.settings.safeParse({ url: fake.url, ...settings }).success
  assert.ok(parse({ token: fake.token }) && parse({ username: 'a@pve', password: 'b' }))
  assert.ok(!parse({}) && !parse({ username: 'a@pve' }) && !parse({ token: 'just-a-secret' }))
})

test('recorded answers replay to the same reading, without the network and without secrets', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-proxmox-'))
  try {
    const recorded = await readAll(open({ record: folder }))
    const all = await Promise.all((await readdir(folder)).map((file) => readFile(join(folder, file), 'utf8')))
    assert.ok(!/cloud-secret|ssh-ed25519|5b1f6a52/.test(all.join()))
    const replayed = await readAll(open({ url: 'https://nowhere.invalid', token: undefined, replay: folder }))
    assert.deepEqual(replayed, recorded)
  } finally {
    await rm(folder, { recursive: true })
  }
})
