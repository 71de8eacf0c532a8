import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertDeviceVisible, visibleDevices } from '#features/access/visible-devices.ts'
import type { Database } from '#database/schema.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { rejectsWith } from '#test/access-client.ts'

const now = '2026-11-25T10:00:00.000Z'

async function addDevice(db: Database, name: string, tags: readonly string[]): Promise<number> {
  const { id } = await db
    .insertInto('devices')
    .values({
      name,
      device_type: 'server',
      source_system: 'manual',
      source_identifier: 'manual',
      source_id: name,
      status: 'active',
      metadata: '{}',
      first_seen: now,
      last_seen: now,
      created_at: now,
      updated_at: now,
      ip_sort: '',
      custom: '{}',
      name_sort: name,
      search_text: name,
      version: 1,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  for (const tag of tags) {
    await db
      .insertInto('tags')
      .values({ name: tag, type: 'manual', created_at: now, version: 1 })
      .onConflict((conflict) => conflict.column('name').doNothing())
      .execute()
    const { id: tagId } = await db
      .selectFrom('tags')
      .select('id')
      .where('name', '=', tag)
      .executeTakeFirstOrThrow()
    await db.insertInto('device_tags').values({ device_id: id, tag_id: tagId, created_at: now }).execute()
  }
  return id
}

onEachDatabase('tag limits', (fresh) => {
  test('an actor sees the devices that carry one of the actor’s tags', async () => {
    const { db } = await fresh()
    await addDevice(db, 'a', ['lab'])
    await addDevice(db, 'b', ['lab', 'office'])
    await addDevice(db, 'c', ['production'])
    await addDevice(db, 'd', [])
    const seen = async (tags: string[] | undefined) => {
      const rows = await db
        .selectFrom('devices')
        .select('name')
        .where(visibleDevices({ tags }))
        .orderBy('name')
        .execute()
      return rows.map((row) => row.name).join('')
    }
    assert.equal(await seen(undefined), 'abcd')
    assert.equal(await seen(['lab']), 'ab')
    assert.equal(await seen(['office', 'production']), 'bc')
    assert.equal(await seen(['nothing', "lab' or 1=1 --"]), '')
    assert.equal(await seen([]), '')
  })

  test('the limit composes with joins and other conditions', async () => {
    const { db } = await fresh()
    const id = await addDevice(db, 'a', ['lab', 'office'])
    await addDevice(db, 'b', ['production'])
    await db
      .insertInto('device_addresses')
      .values({ device_id: id, address: '192.0.2.1', sort_key: '4' })
      .execute()
    const rows = await db
      .selectFrom('devices')
      .innerJoin('device_addresses', 'device_addresses.device_id', 'devices.id')
      .select('devices.name')
      .where((eb) => eb.and([visibleDevices({ tags: ['lab', 'office'] })(eb), eb('devices.name', '=', 'a')]))
      .execute()
    assert.deepEqual(
      rows.map((row) => row.name),
      ['a'],
    )
  })

  test('a device out of sight is not told apart from one that does not exist', async () => {
    const { db } = await fresh()
    const hidden = await addDevice(db, 'c', ['production'])
    const open = await addDevice(db, 'a', ['lab'])
    await assertDeviceVisible(db, { tags: ['lab'] }, open)
    await assertDeviceVisible(db, { tags: undefined }, hidden)
    const one = await rejectsWith('NOT_FOUND', assertDeviceVisible(db, { tags: ['lab'] }, hidden))
    const other = await rejectsWith('NOT_FOUND', assertDeviceVisible(db, { tags: ['lab'] }, 4711))
    assert.equal(one.message.replace(String(hidden), ''), other.message.replace('4711', ''))
  })
})
