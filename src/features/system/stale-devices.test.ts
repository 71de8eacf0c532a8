import assert from 'node:assert/strict'
import { test } from 'node:test'
import { maintain } from '#features/system/maintain.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { machine, macOf, sighting } from '#test/scripted-source.ts'
import { syncWorld } from '#test/sync-world.ts'
import type { SyncWorld } from '#test/sync-world.ts'

const never = new AbortController().signal
const day = 86_400_000

/** Machines that only a scan sees. */
const seen = sighting(macOf(1), { addresses: ['192.0.2.1'], hostname: 'camera' })
const other = sighting(macOf(2), { addresses: ['192.0.2.2'], hostname: 'printer' })
const scan = { name: 'lan', system: 'scan', provesAbsence: false }

const clean = (world: SyncWorld) => maintain(world.context, { dryRun: false }, never)

async function countOf(world: SyncWorld, name: string, dryRun = false): Promise<number> {
  const { cleanUps } = await maintain(world.context, { dryRun }, never)
  return cleanUps.find((each) => each.name === name)!.count
}

const statusOf = async (world: SyncWorld, name: string) =>
  (await world.devices()).find((each) => each.name === name)?.status

onEachDatabase('a clean-up of stale devices', (fresh) => {
  test('makes a device inactive that its source did not see on enough days on which it was read', async () => {
    const world = syncWorld(await fresh(), { retention: { staleDays: 3 } })
    await world.read([[seen, other]], scan)
    for (let count = 1; count <= 2; count += 1) {
      world.context.clock.advance(day)
      await world.read([[other]], scan)
    }

    const early = await countOf(world, 'stale-devices')
    world.context.clock.advance(day)
    await world.read([[other]], scan)
    const counted = await countOf(world, 'stale-devices', true)
    const done = await countOf(world, 'stale-devices')
    const again = await countOf(world, 'stale-devices')

    assert.deepEqual([early, counted, done, again], [0, 1, 1, 0])
    assert.equal(await statusOf(world, 'camera'), 'inactive')
    assert.equal(await statusOf(world, 'printer'), 'unknown')
    const changes = await world.context.db
      .selectFrom('sync_history')
      .innerJoin('devices', 'devices.id', 'sync_history.device_id')
      .select(['operation', 'old_value', 'new_value', 'performed_by'])
      .where('name', '=', 'camera')
      .where('operation', '<>', 'create')
      .execute()
    assert.equal(changes.length, 1)
    assert.equal(changes[0]!.operation, 'missing')
    assert.equal((JSON.parse(changes[0]!.old_value!) as { status: string }).status, 'unknown')
    assert.equal((JSON.parse(changes[0]!.new_value!) as { status: string }).status, 'inactive')
    assert.equal(changes[0]!.performed_by, 'system:maintain')
    assert.ok(world.context.happenings.some(({ topic }) => topic === 'device.changed'))
  })

  test('is undone when the device is seen again', async () => {
    const world = syncWorld(await fresh(), { retention: { staleDays: 1 } })
    await world.read([[seen, other]], scan)
    world.context.clock.advance(day)
    await world.read([[other]], scan)
    await clean(world)
    assert.equal(await statusOf(world, 'camera'), 'inactive')

    world.context.clock.advance(day)
    await world.read([[seen, other]], scan)

    assert.equal(await statusOf(world, 'camera'), 'unknown')
    assert.equal(await countOf(world, 'stale-devices'), 0)
  })

  test('counts no day on which the source did not run, or not to its end', async () => {
    const world = syncWorld(await fresh(), { retention: { staleDays: 2 } })
    await world.read([[seen, other]], scan)
    world.context.clock.advance(day)
    await world.read([[other]], scan)
    await world.read([[other]], scan)
    for (let count = 1; count <= 5; count += 1) {
      world.context.clock.advance(30 * day)
      await world.read([[other], new Error('broken')], scan)
      await world.read([[other]], { ...scan, verdict: { complete: false, reason: 'half of it' } })
    }

    assert.equal(await countOf(world, 'stale-devices'), 0)
    assert.equal(await statusOf(world, 'camera'), 'unknown')
  })

  test('leaves a device alone that another source holds or has not looked for often enough', async () => {
    const world = syncWorld(await fresh(), { retention: { staleDays: 1 } })
    await world.read([[machine(1, { name: 'web' })]])
    await world.read([[sighting(macOf(1)), other]], scan)
    const known = (await world.devices()).length
    world.context.clock.advance(day)
    await world.read([[other]], scan)

    assert.equal(known, 2)
    assert.equal(await countOf(world, 'stale-devices'), 0)
    assert.equal(await statusOf(world, 'web'), 'active')
  })

  test('makes a device inactive that no record stands for, by its source; one made by hand does not age', async () => {
    const world = syncWorld(await fresh(), { retention: { staleDays: 1 } })
    const { db, clock } = world.context
    const device = {
      device_type: 'server',
      source_identifier: 'lan',
      status: 'active',
      metadata: '{}',
      first_seen: clock.now(),
      last_seen: clock.now(),
      created_at: clock.now(),
      updated_at: clock.now(),
      ip_sort: '~',
      custom: '{}',
      search_text: '',
      version: 1,
    }
    await db
      .insertInto('devices')
      .values([
        { ...device, name: 'old', name_sort: 'old', source_system: 'scan', source_id: '1' },
        { ...device, name: 'own', name_sort: 'own', source_system: 'manual', source_id: '2' },
      ])
      .execute()
    clock.advance(day)
    await world.read([[other]], scan)

    assert.equal(await countOf(world, 'stale-devices'), 1)
    assert.deepEqual([await statusOf(world, 'old'), await statusOf(world, 'own')], ['inactive', 'active'])
  })
})
