import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keepUnread } from '#features/sync/keep-unread.ts'
import type { ReportedDevice, ReportedVolume } from '#model/record.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { syncWorld } from '#test/sync-world.ts'

const kept: ReportedDevice = {
  kind: 'device',
  sourceId: 'vm-1',
  name: 'web-01',
  deviceType: 'vm',
  serial: 'ABC123',
  nativeIds: ['uuid:1', 'certname:web-01'],
  os: 'Debian 12',
  interfaces: [
    { name: 'net0', mac: '00:1b:21:00:00:01', addresses: ['192.0.2.7/24'], metadata: { bridge: 'vmbr0' } },
    { name: 'wg0', addresses: ['198.51.100.1/24'] },
  ],
  facts: { cores: 4, disks: ['sda'] },
}
const told: ReportedDevice = {
  kind: 'device',
  sourceId: 'vm-1',
  name: 'web-02',
  deviceType: 'vm',
  nativeIds: ['certname:web-02'],
  os: 'Linux',
  interfaces: [{ name: 'net0', mac: '00:1b:21:00:00:01', addresses: [], metadata: { bridge: 'vmbr9' } }],
  facts: { cores: 8 },
}
const unread = (...paths: string[]) => keepUnread({ ...told, unread: paths }, kept) as ReportedDevice

test('what could not be read stays as it is kept, and all else is as it is told', () => {
  const whole = unread('os', 'serial', 'nativeIds', 'facts.disks', 'interfaces.addresses')

  assert.deepEqual([whole.name, whole.os, whole.serial], ['web-02', 'Debian 12', 'ABC123'])
  assert.deepEqual(whole.nativeIds, ['uuid:1', 'certname:web-01', 'certname:web-02'])
  assert.deepEqual(whole.facts, { cores: 8, disks: ['sda'] })
  assert.deepEqual(whole.interfaces, [
    { name: 'net0', mac: '00:1b:21:00:00:01', addresses: ['192.0.2.7/24'], metadata: { bridge: 'vmbr9' } },
  ])
})

test('a list or a group that could not be read is filled up with what is kept', () => {
  const whole = unread('interfaces', 'facts')

  assert.deepEqual(
    whole.interfaces?.map(({ name, metadata }) => [name, metadata]),
    [
      ['net0', { bridge: 'vmbr9' }],
      ['wg0', undefined],
    ],
  )
  assert.deepEqual(whole.facts, { cores: 8, disks: ['sda'] })
})

test('an address that came without the length of its prefix has the one that is kept', () => {
  const bare = { ...told, interfaces: [{ name: 'net0', addresses: ['192.0.2.7', '192.0.2.9'] }] }
  const { interfaces } = keepUnread(
    { ...bare, unread: ['interfaces.addresses.length'] },
    kept,
  ) as ReportedDevice

  assert.deepEqual(interfaces, [{ name: 'net0', addresses: ['192.0.2.7/24', '192.0.2.9'] }])
})

test('what is not kept either, or is of another shape, is left as it is told', () => {
  assert.deepEqual(unread('vendor', 'vm.guestOs', 'os.name', 'facts.cores.deeper', ''), {
    ...told,
    unread: ['vendor', 'vm.guestOs', 'os.name', 'facts.cores.deeper', ''],
  })
})

onEachDatabase('a record of which a part could not be read', (fresh) => {
  test('keeps that part, writes nothing, and loses it as soon as a reading proves that it is gone', async () => {
    const { context, read, devices } = syncWorld(await fresh())
    const guest: ReportedDevice = {
      ...kept,
      relationships: [{ type: 'hosts', other: 'parent', sourceId: 'node-a' }],
    }
    const node: ReportedDevice = { kind: 'device', sourceId: 'node-a', name: 'node-a', deviceType: 'server' }
    const lun: ReportedVolume = {
      kind: 'volume',
      sourceId: 'lun-1',
      name: 'lun-1',
      volumeType: 'lun',
      ids: ['naa:6001'],
      raidLevel: 'RAID 6',
    }
    const { serial: _serial, interfaces: _interfaces, relationships: _relationships, ...bare } = guest
    const { ids: _ids, raidLevel: _raid, ...bareLun } = lun
    const held = async () => ({
      serial: (
        await context.db.selectFrom('devices').select('serial').where('name', '=', 'web-01').execute()
      )[0]?.serial,
      interfaces: (await context.db.selectFrom('network_interfaces').select('id').execute()).length,
      relationships: (await context.db.selectFrom('device_relationships').select('id').execute()).length,
      raid: (await context.db.selectFrom('storage_volumes').select('raid_level').execute())[0]?.raid_level,
      ids: (await context.db.selectFrom('volume_ids').select('volume_key').execute()).length,
    })
    await read([[node, guest, lun]])
    const before = await held()

    const run = await read([
      [
        node,
        { ...bare, unread: ['serial', 'interfaces', 'relationships'] },
        { ...bareLun, unread: ['ids', 'raidLevel'] },
      ],
    ])
    assert.deepEqual([run.status, run.updated, run.unchanged], ['complete', 0, 3])
    assert.deepEqual(await held(), before)

    await read([[node, bare, bareLun]])
    assert.deepEqual(await held(), {
      serial: null,
      interfaces: 0,
      relationships: 0,
      raid: null,
      ids: 0,
    })
    assert.equal((await devices()).length, 2)
  })
})
