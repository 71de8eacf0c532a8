import assert from 'node:assert/strict'
import { test } from 'node:test'
import { onEachDatabase } from '#test/each-database.ts'
import { machine, macOf, sighting } from '#test/scripted-source.ts'
import { syncWorld } from '#test/sync-world.ts'
import type { SyncWorld } from '#test/sync-world.ts'

const agents = { name: 'agents', system: 'foreman' }
const leases = { name: 'office', system: 'dhcp', provesAbsence: false }
const other = { name: 'other', system: 'vcenter' }
const uuid = (digit: number) => ({ nativeIds: [`uuid:4231943${digit}-3a5f-7c1d-9a2e-0f5b6c7d8e9f`] })

/** Ids of the devices that stand for themselves, with how many records each has now. */
async function standing({ context }: SyncWorld): Promise<Record<number, number>> {
  const rows = await context.db
    .selectFrom('device_links')
    .innerJoin('devices', 'devices.id', 'device_links.device_id')
    .select((eb) => ['device_id', eb.fn.countAll<number>().as('records')])
    .where('undone_at', 'is', null)
    .where('merged_into', 'is', null)
    .groupBy('device_id')
    .execute()
  return Object.fromEntries(rows.map((row) => [row.device_id, Number(row.records)]))
}

const openReviews = ({ context }: SyncWorld) =>
  context.db.selectFrom('identity_reviews').select('kind').where('resolved_at', 'is', null).execute()

onEachDatabase('a machine stays itself', (fresh) => {
  test('when its card is changed, one source after the other', async () => {
    const world = syncWorld(await fresh())
    const card = (mac: string) => ({ interfaces: [{ name: 'eth0', mac }] })
    await world.read([[machine(1, card(macOf(1)))]])
    await world.read([[machine(1, { sourceId: 'h1', name: 'db', ...card(macOf(1)) })]], agents)
    await world.read([[sighting(macOf(1))]], leases)
    const before = await standing(world)

    await world.read([[machine(1, card(macOf(90)))]])
    const between = await standing(world)
    await world.read([[machine(1, { sourceId: 'h1', name: 'db', ...card(macOf(90)) })]], agents)
    await world.read([[sighting(macOf(90))]], leases)

    assert.deepEqual([Object.values(before), between], [[3], before])
    assert.deepEqual(await standing(world), { [Object.keys(before)[0]!]: 4 })
  })

  test('when it is renamed and readdressed, and only its name had said who it is', async () => {
    const world = syncWorld(await fresh())
    const bare = { interfaces: [], address: '192.0.2.1' }
    await world.read([[machine(1, bare)]])
    await world.read([[machine(1, { sourceId: 'h1', ...bare })]], agents)
    const before = await standing(world)

    await world.read([[machine(1, { name: 'shop-01', interfaces: [], address: '198.51.100.7' })]])

    assert.deepEqual(Object.values(before), [2])
    assert.deepEqual(await standing(world), before)
  })

  test('when it is imported again under another id, or moves to another hypervisor', async () => {
    const world = syncWorld(await fresh())
    await world.read([[machine(1, uuid(1)), machine(2, uuid(2))]])
    const [first, second] = Object.keys(await standing(world))

    await world.read([[machine(1, { ...uuid(1), sourceId: 'vm-77' }), machine(2, uuid(2))]])
    assert.deepEqual(await standing(world), { [first!]: 2, [second!]: 1 })
    await world.read([[machine(2, { ...uuid(2), sourceId: 'vm-9' })]], other)
    const during = [
      Object.keys(await standing(world)).length,
      (await openReviews(world)).map((row) => row.kind),
    ]
    await world.read([[machine(1, { ...uuid(1), sourceId: 'vm-77' })]])

    assert.deepEqual(during, [3, ['clone']])
    assert.deepEqual(await standing(world), { [first!]: 2, [second!]: 2 })
    assert.deepEqual(await openReviews(world), [])
  })

  test('when a rule takes it for another for a while: the device comes back with all that was its own', async () => {
    const world = syncWorld(await fresh())
    const { db } = world.context
    const card = (...macs: string[]) => ({ interfaces: macs.map((mac, at) => ({ name: `eth${at}`, mac })) })
    await world.read([[machine(1, card(macOf(1)))]])
    await world.read([[machine(2, { sourceId: 'h2', name: 'db-01', ...card(macOf(60)) })]], agents)
    const [kept, merged] = Object.keys(await standing(world)).map(Number) as [number, number]
    const at = '2026-01-01T00:00:00.000Z'
    const note = { body: 'mine', author: 'ada', created_at: at, updated_at: at, version: 1 }
    await db
      .insertInto('device_notes')
      .values({ device_id: merged, ...note })
      .execute()
    const noteOf = async () =>
      (await db.selectFrom('device_notes').select('device_id').executeTakeFirst())?.device_id

    await world.read([[machine(1, card(macOf(1), macOf(60)))]])
    assert.deepEqual([await standing(world), await noteOf()], [{ [kept]: 2 }, kept])
    await world.read([[machine(1, card(macOf(1))), machine(2, { name: 'db-01', ...card(macOf(60)) })]])

    assert.deepEqual([await standing(world), await noteOf()], [{ [kept]: 1, [merged]: 2 }, merged])
    const names = (await world.devices()).map(({ id, name }) => [id, name])
    assert.deepEqual(names, [
      [merged, 'db-01'],
      [kept, 'web-01'],
    ])
  })
})
