import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ReportedDevice, ReportedVolume } from '#model/record.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { countRowWrites, withoutBookkeeping } from '#test/row-writes.ts'
import { machine } from '#test/scripted-source.ts'
import { syncWorld } from '#test/sync-world.ts'
import type { SyncWorld } from '#test/sync-world.ts'

const array = (changes: Partial<ReportedDevice> = {}): ReportedDevice =>
  machine(0, { sourceId: 'esn-1', name: 'array-1', deviceType: 'storage', interfaces: [], ...changes })

const volume = (id: string, changes: Partial<ReportedVolume> = {}): ReportedVolume => ({
  kind: 'volume',
  sourceId: id,
  name: id,
  volumeType: 'lun',
  capacityBytes: 1_000,
  deviceSourceId: 'esn-1',
  ...changes,
})

const pool = volume('pool-1', { volumeType: 'pool', capacityBytes: 9_000 })

const ties = async ({ context: { db } }: SyncWorld) => {
  const rows = await db
    .selectFrom('storage_volumes')
    .leftJoin('devices', 'devices.id', 'storage_volumes.device_id')
    .leftJoin('storage_volumes as pool', 'pool.id', 'storage_volumes.pool_id')
    .select(['storage_volumes.name', 'devices.name as owner', 'pool.name as pool'])
    .orderBy('storage_volumes.name')
    .execute()
  return rows.map(({ name, owner, pool: from }) => [name, owner, from])
}

const users = async ({ context: { db } }: SyncWorld): Promise<string[]> =>
  (
    await db
      .selectFrom('volume_uses')
      .innerJoin('storage_volumes', 'storage_volumes.id', 'volume_id')
      .innerJoin('device_links', 'device_links.record_id', 'volume_uses.record_id')
      .innerJoin('devices', 'devices.id', 'device_links.device_id')
      .select(['storage_volumes.name', 'devices.name as user'])
      .where('undone_at', 'is', null)
      .execute()
  )
    .map(({ name, user }) => `${user} uses ${name}`)
    .toSorted()

const keys = async ({ context: { db } }: SyncWorld): Promise<string[]> =>
  (await db.selectFrom('volume_ids').select('volume_key').orderBy('volume_key').execute()).map(
    (row) => row.volume_key,
  )

const history = async ({ context: { db } }: SyncWorld, runId: number) => {
  const rows = await db
    .selectFrom('sync_history')
    .leftJoin('devices', 'devices.id', 'device_id')
    .select(['name', 'change_type', 'old_value', 'new_value'])
    .where('sync_id', '=', `run:${runId}`)
    .where('change_type', '=', 'volumes')
    .orderBy('sync_history.id')
    .execute()
  return rows.map(({ name, old_value, new_value }) => ({
    device: name,
    before: JSON.parse(old_value!) as unknown,
    after: JSON.parse(new_value!) as unknown,
  }))
}

const lun = (changes: object = {}) => ({
  type: 'lun',
  capacityBytes: 1_000,
  array: null,
  raidLevel: null,
  thin: null,
  status: 'active',
  ...changes,
})

onEachDatabase('what volumes hang on', (fresh) => {
  test('their pool, their owner and their users may come in any order, in small batches', async () => {
    const world = syncWorld(await fresh(), { sync: { batchSize: 1 } })
    const used = volume('lun-1', { poolSourceId: 'pool-1', usedBy: ['vm-1', 'vm-2', 'vm-2', 'vm-9'] })

    await world.read([[used, machine(1), pool, machine(2), array()]])

    assert.deepEqual(await ties(world), [
      ['lun-1', 'array-1', 'pool-1'],
      ['pool-1', 'array-1', null],
    ])
    assert.deepEqual(await users(world), ['web-01 uses lun-1', 'web-02 uses lun-1'])
  })

  test('users that come and go are followed, by complete and partial readings alike', async () => {
    const world = syncWorld(await fresh())
    const rest = [array(), machine(1), machine(2), machine(3)]
    await world.read([
      [volume('lun-1', { usedBy: ['vm-1', 'vm-2'] }), volume('lun-2', { usedBy: ['vm-3'] }), ...rest],
    ])

    const verdict = { complete: false, reason: 'some' } as const
    await world.read([[volume('lun-1', { usedBy: ['vm-2', 'vm-3'] }), ...rest]], { verdict })

    assert.deepEqual(await users(world), ['web-02 uses lun-1', 'web-03 uses lun-1', 'web-03 uses lun-2'])
  })

  test('what did not change is not written again', async () => {
    const opened = await fresh()
    const world = syncWorld(opened)
    const ids = ['naa:6000c29', 'naa:naa.6000C29']
    const all = [
      array(),
      machine(1),
      pool,
      volume('lun-1', { ids, poolSourceId: 'pool-1', usedBy: ['vm-1'] }),
    ]
    await world.read([all])
    const writes = await countRowWrites(opened)

    await world.read([all.toReversed()])

    assert.deepEqual(withoutBookkeeping(await writes.take()), {})
    assert.deepEqual(await keys(world), ['naa:6000c29'])
  })

  test('what others know a volume by changes with it', async () => {
    const world = syncWorld(await fresh())
    await world.read([[array(), volume('lun-1', { ids: ['naa:a1', 'naa:b2'] })]])

    await world.read([[array(), volume('lun-1', { ids: ['naa:b2', 'nfs:192.0.2.5:/x/'] })]])

    assert.deepEqual(await keys(world), ['naa:b2', 'nfs:192.0.2.5:/x'])
  })

  test('volumes and uses go along when the owner’s record is found to be another device', async () => {
    const world = syncWorld(await fresh())
    const nativeIds = ['uuid:4c4c4544-0035-5a10-8056-b4c04f4b5031']
    const known = machine(7, { sourceId: 'rack-7', name: 'known', nativeIds, interfaces: [] })
    const other = { name: 'other', system: 'netbox' }
    await world.read([[known]], other)
    await world.read([[array(), volume('lun-1', { usedBy: ['vm-1'] }), machine(1)]])
    const before = await ties(world)

    await world.read([[array({ nativeIds })]], { verdict: { complete: false, reason: 'only the array' } })

    assert.deepEqual(before, [['lun-1', 'array-1', null]])
    assert.deepEqual((await world.devices()).length, 2)
    const row = await world.context.db
      .selectFrom('storage_volumes')
      .innerJoin('devices', 'devices.id', 'storage_volumes.device_id')
      .select('merged_into')
      .executeTakeFirstOrThrow()
    assert.equal(row.merged_into, null)
    assert.deepEqual(await users(world), ['web-01 uses lun-1'])
  })
})

onEachDatabase('the history of volumes', (fresh) => {
  test('tells of a volume that is new, grows, goes and comes back, on the device that owns it', async () => {
    const world = syncWorld(await fresh())
    const first = await world.read([[array(), volume('lun-1')]])
    const added = await world.read([[array(), volume('lun-1'), volume('lun-2')]])
    const grown = await world.read([[array(), volume('lun-1'), volume('lun-2', { capacityBytes: 2_000 })]])
    const gone = await world.read([[array(), volume('lun-1')]])
    const back = await world.read([[array(), volume('lun-1'), volume('lun-2', { capacityBytes: 2_000 })]])

    const large = { capacityBytes: 2_000 }
    const change = (before: unknown, after: unknown) => [
      { device: 'array-1', before: { 'volumes/lun-2': before }, after: { 'volumes/lun-2': after } },
    ]
    assert.deepEqual(await history(world, first.id), [])
    assert.deepEqual(await history(world, added.id), change(null, lun()))
    assert.deepEqual(await history(world, grown.id), change(lun(), lun(large)))
    assert.deepEqual(await history(world, gone.id), change(lun(large), lun({ ...large, status: 'inactive' })))
    assert.deepEqual(await history(world, back.id), change(lun({ ...large, status: 'inactive' }), lun(large)))
  })

  test('tells of a volume that no device owns, and of one that is renamed', async () => {
    const world = syncWorld(await fresh())
    await world.read([[array(), volume('lun-1')]])
    const run = await world.read([
      [array(), volume('lun-1', { name: 'renamed' }), volume('ds-1', { deviceSourceId: undefined })],
    ])

    assert.deepEqual(await history(world, run.id), [
      {
        device: 'array-1',
        before: { 'volumes/lun-1': lun(), 'volumes/renamed': null },
        after: { 'volumes/lun-1': null, 'volumes/renamed': lun() },
      },
      { device: null, before: { 'volumes/ds-1': null }, after: { 'volumes/ds-1': lun() } },
    ])
  })

  test('does not tell how full volumes are', async () => {
    const world = syncWorld(await fresh(), { sync: { volatileMinutes: 0 } })
    await world.read([[array(), volume('lun-1', { volatile: { used_bytes: 1 } })]])
    const run = await world.read([[array(), volume('lun-1', { volatile: { used_bytes: 2 } })]])

    assert.deepEqual(await history(world, run.id), [])
    const { used_bytes } = await world.context.db
      .selectFrom('storage_volumes')
      .select('used_bytes')
      .executeTakeFirstOrThrow()
    assert.equal(used_bytes, 2)
  })
})
