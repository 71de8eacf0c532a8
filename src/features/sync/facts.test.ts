import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadDevices } from '#features/inventory/device-state-queries.ts'
import type { JsonObject } from '#kernel/json.ts'
import type { ReportedFacts } from '#model/record.ts'
import type { Page } from '#sources/source.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { countRowWrites, withoutBookkeeping } from '#test/row-writes.ts'
import { machine, machines } from '#test/scripted-source.ts'
import { syncWorld, type SyncWorld } from '#test/sync-world.ts'
import { TestClock } from '#test/test-clock.ts'

const told = (facts: JsonObject, changes: Partial<ReportedFacts> = {}): ReportedFacts => ({
  deviceSourceId: 'vm-1',
  collectedAt: '2026-01-01T00:00:00.000Z',
  facts,
  ...changes,
})

const page = (...facts: ReportedFacts[]): Page => ({ records: [machine(1), machine(2)], facts })

const rows = async ({ context }: SyncWorld) =>
  (
    await context.db
      .selectFrom('server_facts')
      .innerJoin('devices', 'devices.id', 'server_facts.device_id')
      .select(['name', 'fact_name', 'fact_value', 'collected_at', 'volatile'])
      .orderBy('name')
      .orderBy('fact_name')
      .execute()
  ).map((row) => [row.name, row.fact_name, JSON.parse(row.fact_value!), row.collected_at.slice(11, 16)])

const changes = async ({ context }: SyncWorld) =>
  (
    await context.db
      .selectFrom('sync_history')
      .select(['change_type', 'old_value', 'new_value', 'sync_id'])
      .where('change_type', '=', 'facts')
      .orderBy('id')
      .execute()
  ).map((row) => [JSON.parse(row.old_value!), JSON.parse(row.new_value!)])

onEachDatabase('facts that machines tell of themselves', (fresh) => {
  test('are kept whole, one row a top fact, with the device that they are of', async () => {
    const world = syncWorld(await fresh())
    const facts = {
      os: { family: 'Debian', release: { full: '12.5' } },
      kernel: 'Linux',
      cores: 8,
      nothing: null,
    }

    const run = await world.read([page(told(facts, { volatile: { uptime: { seconds: 7 } } }))])

    assert.deepEqual([run.status, run.warnings], ['complete', []])
    assert.deepEqual(await rows(world), [
      ['web-01', 'cores', 8, '00:00'],
      ['web-01', 'kernel', 'Linux', '00:00'],
      ['web-01', 'os', facts.os, '00:00'],
      ['web-01', 'uptime', { seconds: 7 }, '00:00'],
    ])
    assert.deepEqual(await changes(world), [])
  })

  test('that are told again unchanged are not written, whatever their time', async () => {
    const opened = await fresh()
    const world = syncWorld(opened)
    const facts = { os: { name: 'Debian', family: 'Debian' }, cores: 8 }
    await world.read([page(told(facts, { volatile: { load: 1 } }))])
    const writes = await countRowWrites(opened)

    await world.read([
      page(
        told(
          { cores: 8, os: { family: 'Debian', name: 'Debian' } },
          {
            volatile: { load: 2 },
            collectedAt: '2026-01-01T01:00:00.000Z',
          },
        ),
      ),
    ])

    assert.deepEqual(withoutBookkeeping(await writes.take()), {})
  })

  test('that change at every reading are refreshed now and then, without history', async () => {
    const clock = new TestClock()
    const world = syncWorld(await fresh(), { sync: { volatileMinutes: 15 } })
    world.context.clock = clock
    await world.read([page(told({ kernel: 'Linux' }, { volatile: { load: 1 } }))])
    clock.advance(20 * 60_000)

    await world.read([
      page(told({ kernel: 'Linux' }, { volatile: { load: 2 }, collectedAt: '2026-01-01T00:19:00Z' })),
    ])

    assert.deepEqual(await rows(world), [
      ['web-01', 'kernel', 'Linux', '00:19'],
      ['web-01', 'load', 2, '00:19'],
    ])
    assert.deepEqual(await changes(world), [])
  })

  test('that change are one change of their device, with what was and what is', async () => {
    const world = syncWorld(await fresh())
    await world.read([page(told({ kernel: '6.1', os: { major: 12 }, old: true }, { volatile: { load: 1 } }))])

    const run = await world.read([
      page(told({ kernel: '6.12', os: { major: 13 }, fresh: [1] }, { volatile: { load: 5 } })),
    ])

    assert.deepEqual([run.status, run.updated], ['complete', 0])
    assert.deepEqual(await changes(world), [
      [
        { 'facts/kernel': '6.1', 'facts/os': { major: 12 }, 'facts/old': true, 'facts/fresh': null },
        { 'facts/kernel': '6.12', 'facts/os': { major: 13 }, 'facts/old': null, 'facts/fresh': [1] },
      ],
    ])
    assert.deepEqual(
      (await rows(world)).map(([, name, value]) => [name, value]),
      [
        ['fresh', [1]],
        ['kernel', '6.12'],
        ['load', 5],
        ['os', { major: 13 }],
      ],
    )
    assert.deepEqual(
      (await world.devices()).map((device) => device.version),
      [1, 1],
    )
  })

  test('may come in a later page than their record, and only of records that there are', async () => {
    const world = syncWorld(await fresh(), { sync: { batchSize: 1 } })

    const run = await world.read([
      { records: machines(3) },
      {
        records: [],
        facts: [told({ a: 1 }, { deviceSourceId: 'vm-3' }), told({ a: 2 }, { deviceSourceId: 'vm-9' })],
      },
    ])

    assert.deepEqual(
      (await rows(world)).map(([device, name, value]) => [device, name, value]),
      [['web-03', 'a', 1]],
    )
    assert.match(run.warnings.join(), /facts of vm-9, of which it has no record/)
  })

  test('beyond a size are left out with a warning, and what no engine keeps in JSON is taken away', async () => {
    const world = syncWorld(await fresh())

    const run = await world.read([
      page(told({ big: 'x'.repeat(300_000), ['n'.repeat(600)]: 1, odd: 'a\0b\ud800', fine: 1 })),
    ])

    assert.match(run.warnings.join(), /too large to be kept: big, nnn/)
    assert.deepEqual(
      (await rows(world)).map(([, name, value]) => [name, value]),
      [
        ['fine', 1],
        ['odd', 'ab\ufffd'],
      ],
    )
  })

  test('stay when a source fails after telling some of them', async () => {
    const world = syncWorld(await fresh())
    await world.read([page(told({ a: 1 }), told({ a: 1 }, { deviceSourceId: 'vm-2' }))])

    const run = await world.read([page(told({ a: 2 })), new Error('broken')])

    assert.equal(run.status, 'partial')
    assert.deepEqual(
      (await rows(world)).map(([device, , value]) => [device, value]),
      [
        ['web-01', 2],
        ['web-02', 1],
      ],
    )
  })

  test('are no part of a device’s state', async () => {
    const world = syncWorld(await fresh())
    await world.read([page(told({ a: 1 }))])
    const { db, engine } = world.context

    const [device] = await world.devices()

    const { state } = (await loadDevices(db, engine, [device!.id])).get(device!.id)!
    assert.deepEqual(
      Object.keys(state).filter((path) => path.startsWith('facts/')),
      [],
    )
  })
})
