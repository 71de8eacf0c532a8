import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ReportedDevice, ReportedSighting, ReportedVolume } from '#model/record.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { countRowWrites, withoutBookkeeping } from '#test/row-writes.ts'
import { machine } from '#test/scripted-source.ts'
import { syncWorld } from '#test/sync-world.ts'
import type { SyncWorld } from '#test/sync-world.ts'

const node = (name: string): ReportedDevice =>
  machine(0, { sourceId: name, name, deviceType: 'server', interfaces: [] })

const guest = (number: number, on: string): ReportedDevice =>
  machine(number, { relationships: [{ type: 'hosts', other: 'parent', sourceId: on }] })

/** `node-a hosts web-01`. */
const related = async ({ context }: SyncWorld): Promise<string[]> =>
  (
    await context.db
      .selectFrom('device_relationships')
      .innerJoin('devices as parent', 'parent.id', 'parent_device_id')
      .innerJoin('devices as child', 'child.id', 'child_device_id')
      .select(['parent.name as parent', 'relationship_type as type', 'child.name as child'])
      .execute()
  )
    .map(({ parent, type, child }) => `${parent} ${type} ${child}`)
    .toSorted()

const partial = { verdict: { complete: false, reason: 'some' } } as const

onEachDatabase('relationships that a source tells', (fresh) => {
  test('are kept between the devices, even when the other comes later or in another run', async () => {
    const world = syncWorld(await fresh(), { sync: { batchSize: 1 } })

    await world.read([[guest(1, 'node-a'), guest(2, 'node-b'), node('node-a')]])
    const first = await related(world)
    await world.read([[guest(1, 'node-a'), guest(2, 'node-b'), node('node-a'), node('node-b')]])

    assert.deepEqual(first, ['node-a hosts web-01'])
    assert.deepEqual(await related(world), ['node-a hosts web-01', 'node-b hosts web-02'])
  })

  test('are one, whichever side tells of it', async () => {
    const world = syncWorld(await fresh())
    const host = { ...node('node-a'), relationships: [{ type: 'hosts', other: 'child', sourceId: 'vm-1' }] }

    await world.read([[guest(1, 'node-a'), host as ReportedDevice]])

    assert.deepEqual(await related(world), ['node-a hosts web-01'])
  })

  test('move with the guest, and the history of both sides says so', async () => {
    const world = syncWorld(await fresh())
    const nodes = [node('node-a'), node('node-b')]
    await world.read([[...nodes, guest(1, 'node-a')]])

    const run = await world.read([[...nodes, guest(1, 'node-b')]])

    assert.deepEqual(await related(world), ['node-b hosts web-01'])
    const rows = await world.context.db
      .selectFrom('sync_history')
      .innerJoin('devices', 'devices.id', 'device_id')
      .select(['name', 'old_value', 'new_value', 'change_type'])
      .where('sync_id', '=', `run:${run.id}`)
      .orderBy('name')
      .execute()
    assert.deepEqual(
      rows.map((row) => [row.name, row.change_type]),
      ['node-a', 'node-b', 'web-01'].map((name) => [name, 'relationships']),
    )
    const ids = new Map((await world.devices()).map((each) => [each.name, each.id]))
    assert.deepEqual(JSON.parse(rows[2]!.old_value!), {
      [`relationships/hosts/parent/${ids.get('node-a')}`]: 'lab',
      [`relationships/hosts/parent/${ids.get('node-b')}`]: null,
    })
  })

  test('go only by complete knowledge of both sides', async () => {
    const world = syncWorld(await fresh())
    const nodes = [node('node-a'), node('node-b')]
    await world.read([[...nodes, guest(1, 'node-a'), guest(2, 'node-a')]])

    await world.read([[node('node-b'), guest(1, 'node-b')]], partial)
    const unsure = await related(world)
    await world.read([[...nodes, guest(1, 'node-b'), machine(2)]])

    assert.deepEqual(unsure, ['node-a hosts web-01', 'node-a hosts web-02', 'node-b hosts web-01'])
    assert.deepEqual(await related(world), ['node-b hosts web-01'])
  })

  test('end with a guest that is gone, and come back with it', async () => {
    const world = syncWorld(await fresh())
    const rest = [node('node-a'), guest(1, 'node-a')]
    await world.read([[...rest, guest(2, 'node-a')]])

    await world.read([rest])
    const without = await related(world)
    await world.read([[...rest, guest(2, 'node-a')]])

    assert.deepEqual(without, ['node-a hosts web-01'])
    assert.deepEqual(await related(world), ['node-a hosts web-01', 'node-a hosts web-02'])
  })

  test('that did not change are not written again', async () => {
    const opened = await fresh()
    const world = syncWorld(opened)
    const all = [node('node-a'), guest(1, 'node-a'), guest(2, 'node-a')]
    await world.read([all])
    const writes = await countRowWrites(opened)

    await world.read([all.toReversed()])

    assert.deepEqual(withoutBookkeeping(await writes.take()), {})
  })

  test('told by another source as well stay that source’s when the first tells them', async () => {
    const opened = await fresh()
    const world = syncWorld(opened)
    const nativeIds = (record: ReportedDevice) => ({ ...record, nativeIds: [`id:${record.sourceId}`] })
    const all = [node('node-a'), guest(1, 'node-a')].map(nativeIds)
    await world.read([all])
    const second = { name: 'second', system: 'foreman' }
    await world.read([all], second)
    const writes = await countRowWrites(opened)

    await world.read([all], second)

    assert.deepEqual(await related(world), ['node-a hosts web-01'])
    assert.deepEqual(withoutBookkeeping(await writes.take()), {})
  })

  test('by keys go to whichever device has the first key that only one has', async () => {
    const world = syncWorld(await fresh())
    const mac = '00:1b:21:00:00:07'
    const server = machine(7, { interfaces: [{ name: 'eno1', mac }], serial: 'SN-7', address: '192.0.2.7' })
    const twins = [machine(8, { name: 'twin' }), machine(9, { name: 'twin' })]
    const to = (keys: string[], localPort: string) => ({
      type: 'connects_to' as const,
      other: 'child' as const,
      keys,
      metadata: { localPort, protocol: 'lldp' },
    })
    const told = (...relationships: ReturnType<typeof to>[]) => ({ ...node('sw-1'), relationships })

    await world.read([[server, ...twins]], { name: 'others' })
    await world.read([[told(to(['mac:00:1B:21:00:00:07'], 'Gi1'))]])
    const byMac = await related(world)
    await world.read([[told(to(['name:twin', 'serial:sn-7'], 'Gi1'))]])
    const bySerial = await related(world)
    await world.read([[told(to(['name:twin', 'ip:192.0.2.99', 'uuid:none'], 'Gi1'))]])

    assert.deepEqual(byMac, ['web-07 connects_to sw-1'])
    assert.deepEqual(bySerial, byMac)
    assert.deepEqual(await related(world), [])
  })

  test('that connect are one for both sides, with every line between them', async () => {
    const world = syncWorld(await fresh())
    const to = (sourceId: string, localPort: string, remotePort: string) => ({
      type: 'connects_to' as const,
      other: 'child' as const,
      sourceId,
      metadata: { localPort, remotePort, protocol: 'lldp' },
    })
    const one = {
      ...node('sw-1'),
      relationships: [to('sw-2', 'Gi1/0/1', 'Te2/1'), to('sw-2', 'Gi1/0/2', 'Te2/2')],
    }
    const two = { ...node('sw-2'), relationships: [to('sw-1', 'Te2/1', 'GigabitEthernet1/0/1')] }

    await world.read([[one, two]])
    const [edge] = await world.context.db.selectFrom('device_relationships').selectAll().execute()
    await world.read([[two, one]])
    const after = await world.context.db.selectFrom('device_relationships').selectAll().execute()

    assert.deepEqual(after, [edge])
    assert.deepEqual(JSON.parse(edge!.metadata), {
      links: [
        { parentPort: 'Gi1/0/2', childPort: 'Te2/2', protocols: ['lldp'] },
        { parentPort: 'GigabitEthernet1/0/1', childPort: 'Te2/1', protocols: ['lldp'] },
      ],
    })
  })

  test('that could not be read stay, although what tells of them was read', async () => {
    const world = syncWorld(await fresh())
    const guestOf = (name: string) => ({ type: 'hosts' as const, other: 'child' as const, sourceId: name })
    await world.read([[{ ...node('node-a'), relationships: [guestOf('vm-1')] }, machine(1)]])

    await world.read([[{ ...node('node-a'), unread: ['relationships'] }, machine(1)]])
    const hidden = await related(world)
    await world.read([[node('node-a'), machine(1)]])

    assert.deepEqual(hidden, ['node-a hosts web-01'])
    assert.deepEqual(await related(world), [])
  })

  test('on a port of a switch are those of what was seen there', async () => {
    const world = syncWorld(await fresh())
    const mac = '00:1b:21:00:00:05'
    const seen: ReportedSighting = {
      kind: 'sighting',
      sourceId: `fdb/${mac}`,
      mac,
      addresses: [],
      port: { deviceSourceId: 'sw-1', interface: 'Gi1/0/5', addresses: 1, vlan: 20 },
    }

    await world.read([[node('sw-1'), seen]])

    const edges = await world.context.db.selectFrom('device_relationships').selectAll().execute()
    assert.equal(edges.length, 1)
    assert.deepEqual(JSON.parse(edges[0]!.metadata), {
      links: [{ parentPort: 'Gi1/0/5', protocols: ['fdb'], vlan: 20 }],
    })
  })

  test('told by several sources at the same time stand once', async () => {
    const world = syncWorld(await fresh())
    const known = (record: ReportedDevice) => ({ ...record, nativeIds: [`id:${record.sourceId}`] })
    const guests = Array.from({ length: 20 }, (_, index) => known(guest(index + 1, 'node-a')))
    const sources = ['proxmox', 'foreman', 'puppet', 'netbox'].map((system) => ({ name: system, system }))
    for (const source of sources)
      await world.read(
        [[known(node('node-a')), ...guests.map((each) => ({ ...each, relationships: [] }))]],
        source,
      )

    const runs = await Promise.all(
      sources.map((source) => world.read([[known(node('node-a')), ...guests]], source)),
    )

    assert.deepEqual(new Set(runs.map(({ status }) => status)), new Set(['complete']))
    assert.equal((await related(world)).length, 20)
  })

  test('on a port go to the nearest switch, whichever source reads it', async () => {
    const world = syncWorld(await fresh())
    const seen = (on: string, port: string, addresses: number): ReportedSighting => ({
      kind: 'sighting',
      sourceId: '00:1b:21:00:00:05',
      mac: '00:1b:21:00:00:05',
      addresses: ['192.0.2.5'],
      port: { deviceSourceId: on, interface: port, addresses },
      switchPort: `${on} ${port}`,
    })
    const readRouter = () =>
      world.read([[node('gw-1'), seen('gw-1', 'ether2', 16)]], { system: 'mikrotik', provesAbsence: false })
    const readSwitch = () =>
      world.read([[node('sw-1'), seen('sw-1', 'Gi1/0/5', 1)]], {
        name: 'net',
        system: 'snmp',
        provesAbsence: false,
      })
    const switches = async () => (await related(world)).join().match(/gw-1|sw-1/g)

    await readRouter()
    assert.deepEqual(await switches(), ['gw-1'])
    await readSwitch()
    await readRouter()
    assert.deepEqual(await switches(), ['sw-1'])
    assert.deepEqual([(await readRouter()).updated, (await readSwitch()).updated], [0, 0])
    assert.deepEqual(await switches(), ['sw-1'])
  })

  test('on a port stay while the machine is silent, and go when it is seen to be elsewhere', async () => {
    const opened = await fresh()
    const world = syncWorld(opened)
    const away: ReportedSighting = {
      kind: 'sighting',
      sourceId: '00:1b:21:00:00:05',
      mac: '00:1b:21:00:00:05',
      addresses: ['192.0.2.5'],
    }
    const port = { deviceSourceId: 'sw-1', interface: 'Gi1/0/5', addresses: 1 }
    const there = { ...away, port, switchPort: 'sw-1 Gi1/0/5' }
    const snmp = { name: 'net', system: 'snmp', provesAbsence: false }
    const placed = async () => ({
      ports: (await world.context.db.selectFrom('hosts').select('switch_port').execute()).map(
        (host) => host.switch_port,
      ),
      edges: (await related(world)).length,
    })
    await world.read([[node('sw-1'), there]], snmp)
    const writes = await countRowWrites(opened)

    await world.read([[node('sw-1'), { ...away, unread: ['port', 'switchPort'] }]], snmp)
    assert.deepEqual(withoutBookkeeping(await writes.take()), {})
    assert.deepEqual(await placed(), { ports: ['sw-1 Gi1/0/5'], edges: 1 })

    await world.read([[node('sw-1'), away]], snmp)
    assert.deepEqual(await placed(), { ports: [null], edges: 0 })
  })
})

const volume = (changes: Partial<ReportedVolume> = {}): ReportedVolume => ({
  kind: 'volume',
  sourceId: 'lun-1',
  name: 'lun-1',
  volumeType: 'lun',
  capacityBytes: 1_000_000_000_000,
  deviceSourceId: 'node-a',
  volatile: { used_bytes: 5 },
  ...changes,
})

const volumes = async ({ context }: SyncWorld) => {
  const rows = await context.db
    .selectFrom('storage_volumes')
    .leftJoin('devices', 'devices.id', 'device_id')
    .select(['devices.name as owner', 'used_bytes', 'capacity_bytes', 'storage_volumes.status'])
    .execute()
  return rows.map((row) => ({ ...row }))
}

onEachDatabase('storage volumes that a source tells', (fresh) => {
  test('belong to the device whose record owns them, and are no devices themselves', async () => {
    const world = syncWorld(await fresh(), { sync: { batchSize: 1, volatileMinutes: 15 } })
    await world.read([[volume(), node('node-a'), node('node-b')]])
    const first = await volumes(world)
    world.context.clock.advance(16 * 60_000)

    await world.read([[volume({ volatile: { used_bytes: 7 } }), node('node-a'), node('node-b')]])
    const fuller = await volumes(world)
    await world.read([[volume({ deviceSourceId: 'node-b' }), node('node-a'), node('node-b')]])

    const row = { owner: 'node-a', used_bytes: 5, capacity_bytes: 1_000_000_000_000, status: 'active' }
    assert.deepEqual(first, [row])
    assert.deepEqual(fuller, [{ ...row, used_bytes: 7 }])
    assert.deepEqual(await volumes(world), [{ ...row, owner: 'node-b' }])
    assert.equal((await world.devices()).length, 2)
  })

  test('that are gone are inactive until they return', async () => {
    const world = syncWorld(await fresh())
    await world.read([[volume(), node('node-a')]])

    await world.read([[node('node-a')]])
    const gone = await volumes(world)
    await world.read([[volume(), node('node-a')]])

    assert.equal(gone[0]!.status, 'inactive')
    assert.equal((await volumes(world))[0]!.status, 'active')
  })
})
