import assert from 'node:assert/strict'
import { test } from 'node:test'
import { scheduleTools } from '#features/scheduled-work.ts'
import { createScheduleKeeper } from '#features/schedules/keep-schedules.ts'
import { startupReading } from '#features/sync/discovery-startup.ts'
import { sourceSchedules } from '#features/sync/source-schedules.ts'
import { emptiedBetween, onEachDatabase } from '#test/each-database.ts'
import { assetList, sourceWorld, type SourceWorld } from '#test/source-world.ts'

const minutes = 60_000
const hours = 60 * minutes

const quarterly = `
discovery: { startup: false }
sources:
  - { name: assets, type: csv, path: ./assets.csv, schedule: "*/15 * * * *" }
`
const silent = 'discovery: { startup: false }\n'

/** The sources of each job that was submitted, in order. */
async function submitted({ context }: SourceWorld): Promise<string[]> {
  const rows = await context.db.selectFrom('job_rows').select('row_key').orderBy('id').execute()
  return rows.map((row) => row.row_key)
}

/** Every job is done, and each left a run that began when the clock says. */
async function finishAll({ context: { db, clock } }: SourceWorld, source = 'assets', system = 'csv') {
  await db.updateTable('jobs').set({ status: 'completed' }).execute()
  await db.updateTable('job_rows').set({ status: 'completed' }).execute()
  await db
    .insertInto('sync_runs')
    .values({
      source_system: system,
      source_identifier: source,
      status: 'complete',
      started_at: clock.now(),
      started_by: 'system:schedule',
      records_seen: 2,
      devices_added: 0,
      devices_updated: 0,
      devices_removed: 0,
      records_unchanged: 2,
      warnings: '[]',
      missing_waiting: 0,
    })
    .execute()
}

/** One process's look at the schedules, again and again. */
function looker({ context }: SourceWorld) {
  const keeper = createScheduleKeeper(context, scheduleTools, [sourceSchedules])
  return async () => {
    await keeper.read()
    return keeper.look()
  }
}

onEachDatabase('schedules of sources', (each, engine) => {
  const fresh = emptiedBetween(each, engine, ['jobs', 'schedule_slots', 'sync_runs', 'sources'])

  test('read a source of the file at its times, each once', async () => {
    const world = sourceWorld(await fresh(), quarterly)
    const look = looker(world)

    assert.equal(await look(), '2026-01-01T00:15:00.000Z')
    assert.deepEqual(await submitted(world), [])

    world.context.clock.advance(15 * minutes)
    await look()
    await look()
    assert.deepEqual(await submitted(world), ['assets'])

    await finishAll(world)
    world.context.clock.advance(15 * minutes)
    assert.equal(await look(), '2026-01-01T00:45:00.000Z')
    assert.deepEqual(await submitted(world), ['assets', 'assets'])
  })

  test('follow sources of the database as they change', async () => {
    const world = sourceWorld(await fresh(), silent)
    const look = looker(world)
    const path = world.file('list.csv', assetList)
    await world.ask('source.create', { name: 'list', type: 'csv', settings: { path }, schedule: '@hourly' })

    world.context.clock.advance(hours)
    await look()
    assert.deepEqual(await submitted(world), ['list'])
    await finishAll(world, 'list')

    await world.ask('source.update', { name: 'list', enabled: false })
    world.context.clock.advance(hours)
    assert.equal(await look(), undefined)
    assert.deepEqual(await submitted(world), ['list'])

    world.context.clock.advance(minutes)
    await world.ask('source.update', { name: 'list', enabled: true, schedule: '*/10 * * * *' })
    await look()
    assert.deepEqual(await submitted(world), ['list'], 'a time before the change is not made up for')

    world.context.clock.advance(9 * minutes)
    await look()
    assert.deepEqual(await submitted(world), ['list', 'list'])
  })

  test('leave out a source that is still being read', async () => {
    const world = sourceWorld(await fresh(), quarterly)
    const look = looker(world)
    await look()
    await world.ask('source.sync', { names: ['assets'] })

    world.context.clock.advance(15 * minutes)
    await look()
    assert.deepEqual(await submitted(world), ['assets'])

    await finishAll(world)
    world.context.clock.advance(15 * minutes)
    await look()
    assert.deepEqual(await submitted(world), ['assets', 'assets'])
  })

  test('make up for times that were missed by one reading at most', async () => {
    const opened = await fresh()
    const before = sourceWorld(opened, quarterly)
    await finishAll(before)

    const world = sourceWorld(opened, quarterly)
    world.context.clock.advance(50 * hours + minutes)
    const look = looker(world)
    await look()
    await look()
    assert.deepEqual(await submitted(world), ['assets'])

    await finishAll(world)
    await looker(world)()
    assert.deepEqual(await submitted(world), ['assets'], 'nothing was missed since')
  })

  test('of several processes on one database submit each time once', async () => {
    const opened = await fresh()
    const worlds = [1, 2, 3].map(() => sourceWorld(opened, quarterly))
    const looks = worlds.map(looker)
    await Promise.all(looks.map((look) => look()))

    for (const { context } of worlds) context.clock.advance(15 * minutes)
    await Promise.all(looks.map((look) => look()))

    assert.deepEqual(await submitted(worlds[0]!), ['assets'])
  })

  test('begin with a reading of this machine, unless that is switched off', async () => {
    const opened = await fresh()
    const world = sourceWorld(opened)

    await startupReading(world.context)
    assert.equal(await startupReading(world.context), undefined, 'it waits to be read already')
    assert.deepEqual(await submitted(world), ['this-machine'])
    assert.equal(await startupReading(sourceWorld(await fresh(), silent).context), undefined)
  })

  test('begin with the configured source of this machine where there is one', async () => {
    const world = sourceWorld(await fresh(), 'sources: [{ name: here, type: local, neighbours: false }]\n')

    await startupReading(world.context)

    assert.deepEqual(await submitted(world), ['here'])
  })

  test('read this machine every quarter of an hour', async () => {
    const world = sourceWorld(await fresh())
    const look = looker(world)

    assert.equal(await look(), '2026-01-01T00:15:00.000Z')
    world.context.clock.advance(20 * minutes)
    await look()

    assert.deepEqual(await submitted(world), ['this-machine'])
  })
})
