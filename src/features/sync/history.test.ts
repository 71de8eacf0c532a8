import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadDevices } from '#features/inventory/device-state-queries.ts'
import { withPaths } from '#features/inventory/device-state.ts'
import type { DeviceState } from '#features/inventory/device-state.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { machine, machines, macOf, sighting } from '#test/scripted-source.ts'
import { syncWorld } from '#test/sync-world.ts'
import type { SyncWorld } from '#test/sync-world.ts'

const history = async ({ context }: SyncWorld) =>
  (await context.db.selectFrom('sync_history').selectAll().orderBy('id').execute()).map((row) => ({
    device: row.device_id!,
    operation: row.operation,
    kind: row.change_type,
    run: row.sync_id,
    by: row.performed_by,
    before: row.old_value === null ? null : (JSON.parse(row.old_value) as DeviceState),
    after: JSON.parse(row.new_value!) as DeviceState,
  }))

const state = async ({ context }: SyncWorld, id: number): Promise<DeviceState> =>
  (await loadDevices(context.db, context.engine, [id])).get(id)!.state

onEachDatabase('the history of a sync', (fresh) => {
  test('has one row for a changed device and run, with what was before and after', async () => {
    const world = syncWorld(await fresh())
    await world.read([[machine(1, { os: 'Debian 12', serial: 'A1' }), machine(2)]])

    const run = await world.read([
      [machine(1, { os: 'Debian 13', serial: 'A1', vendor: 'Acme' }), machine(2)],
    ])

    const [row, ...more] = (await history(world)).slice(2)
    assert.deepEqual(more, [])
    assert.deepEqual(
      [row!.operation, row!.kind, row!.run, row!.by],
      ['update', 'several', `run:${run.id}`, 'system:test'],
    )
    assert.deepEqual(row!.before, { os: 'Debian 12', vendor: null })
    assert.deepEqual(row!.after, { os: 'Debian 13', vendor: 'Acme' })
  })

  test('tells of one interface without repeating the others', async () => {
    const world = syncWorld(await fresh())
    const cards = [1, 2].map((card) => ({ name: `eth${card}`, mac: macOf(card), status: 'up' as const }))
    await world.read([[machine(1, { interfaces: cards })]])

    await world.read([[machine(1, { interfaces: [cards[0]!, { ...cards[1]!, status: 'down' }] })]])

    const row = (await history(world)).at(-1)!
    assert.deepEqual(Object.keys(row.after), ['interfaces/eth2'])
    assert.equal(row.kind, 'interfaces')
  })

  test('undone from now on backwards gives every state there was', async () => {
    const world = syncWorld(await fresh())
    const tellings = [
      [machine(1)],
      [machine(1, { os: 'Debian 13', facts: { pool: 'a', slots: [1, 2] } }), machine(2)],
      [machine(1, { vm: { memoryMb: 2048, cpuCount: 2 } }), machine(2)],
      [machine(2)],
      [
        machine(1, { relationships: [{ type: 'hosts', other: 'parent', sourceId: 'vm-2' }] }),
        machine(2, { name: 'node', interfaces: [] }),
      ],
    ]
    const states: DeviceState[] = []
    for (const telling of tellings) {
      await world.read([telling])
      states.push(await state(world, 1))
    }

    const rows = (await history(world)).filter((row) => row.device === 1)
    let now = await state(world, 1)
    for (const [index, expected] of [...states.entries()].toReversed()) {
      assert.deepEqual(now, expected, `after reading ${index + 1}`)
      for (const row of rows.filter((each) => each.run === `run:${index + 1}`).toReversed())
        now = withPaths(now, row.before ?? {})
    }
    assert.equal(states.length, 5)
  })

  test('does not speak of facts that change at every reading, which are kept all the same', async () => {
    const world = syncWorld(await fresh(), { sync: { volatileMinutes: 15 } })
    const uptime = (seconds: number) => [[machine(1, { volatile: { uptime: seconds } })]]
    const kept = async () => {
      const row = await world.context.db
        .selectFrom('source_records')
        .select(['volatile', 'volatile_at'])
        .executeTakeFirstOrThrow()
      return [JSON.parse(row.volatile!), row.volatile_at] as const
    }
    await world.read(uptime(1))
    const first = await kept()
    world.context.clock.advance(5 * 60_000)
    await world.read(uptime(300))
    const soon = await kept()
    world.context.clock.advance(10 * 60_000)
    const run = await world.read(uptime(900))

    assert.deepEqual([first[0], soon], [{ uptime: 1 }, first])
    assert.deepEqual(await kept(), [{ uptime: 900 }, world.context.clock.now()])
    assert.deepEqual([run.updated, run.unchanged], [0, 1])
    assert.equal((await history(world)).length, 1)
  })
})

const seen = async ({ context }: SyncWorld, table: 'devices' | 'hosts') =>
  (await context.db.selectFrom(table).select(['first_seen', 'last_seen']).orderBy('id').execute()).map(
    (row) => [row.first_seen.slice(11, 16), row.last_seen.slice(11, 16)],
  )

const minutes = 60_000

onEachDatabase('when something was seen', (fresh) => {
  test('is brought up to date by runs, but not more often than the interval', async () => {
    const world = syncWorld(await fresh())
    await world.read([machines(1)])
    world.context.clock.advance(59 * minutes)
    await world.read([machines(1)])
    const soon = [await seen(world, 'devices'), await seen(world, 'hosts')]
    world.context.clock.advance(2 * minutes)

    await world.read([machines(1)])

    assert.deepEqual(soon, [[['00:00', '00:00']], [['00:00', '00:00']]])
    assert.deepEqual(await seen(world, 'devices'), [['00:00', '01:01']])
    assert.deepEqual(await seen(world, 'hosts'), [['00:00', '01:01']])
  })

  test('stays as it was for what a run did not hold', async () => {
    const world = syncWorld(await fresh())
    await world.read([machines(2)])
    world.context.clock.advance(120 * minutes)

    await world.read([machines(1)])

    assert.deepEqual(
      (await seen(world, 'devices')).map(([, last]) => last),
      ['02:00', '00:00'],
    )
  })

  test('is moved by a partial run only for what it did see', async () => {
    const world = syncWorld(await fresh())
    await world.read([machines(2)])
    world.context.clock.advance(120 * minutes)

    await world.read([machines(1)], { verdict: { complete: false, reason: 'half' } })

    assert.deepEqual(
      (await seen(world, 'devices')).map(([, last]) => last),
      ['02:00', '00:00'],
    )
  })

  test('is what the source says, when it says so, but never later than now', async () => {
    const world = syncWorld(await fresh(), { sync: { volatileMinutes: 0 } })
    const leases = { name: 'office', system: 'dhcp', provesAbsence: false }
    const told = (hours: string, later: string) => [
      [
        sighting(macOf(1), { seenAt: `2026-01-01T${hours}:00:00.000Z` }),
        sighting(macOf(2), { seenAt: `2026-01-01T${later}:00:00.000Z` }),
      ],
    ]
    world.context.clock.advance(10 * 60 * minutes)
    await world.read(told('03', '23'), leases)
    const first = [await seen(world, 'devices'), await seen(world, 'hosts')]
    world.context.clock.advance(2 * 60 * minutes)

    await world.read(told('06', '23'), leases)

    assert.deepEqual(first[0], [
      ['03:00', '03:00'],
      ['10:00', '10:00'],
    ])
    assert.deepEqual(first[1], first[0])
    assert.deepEqual(await seen(world, 'devices'), [
      ['03:00', '06:00'],
      ['10:00', '12:00'],
    ])
    assert.deepEqual(await seen(world, 'hosts'), await seen(world, 'devices'))
  })

  test('is known of a record by the runs that first, last and no longer held it', async () => {
    const world = syncWorld(await fresh())
    const first = await world.read([machines(2)])
    const changed = await world.read([[machine(1), machine(2, { os: 'Debian' })]])
    const last = await world.read([machines(1)])

    const row = await world.context.db
      .selectFrom('source_records')
      .selectAll()
      .where('source_id', '=', 'vm-2')
      .executeTakeFirstOrThrow()
    assert.deepEqual(
      [row.first_run_id, row.changed_run_id, row.last_run_id, row.missing_run_id],
      [first.id, changed.id, changed.id, last.id],
    )
  })
})
