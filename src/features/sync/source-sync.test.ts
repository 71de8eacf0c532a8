import assert from 'node:assert/strict'
import { test } from 'node:test'
import { jobActions } from '#features/job-actions.ts'
import { followHere } from '#features/jobs/follow-here.ts'
import { scheduleTools } from '#features/scheduled-work.ts'
import { createScheduleKeeper } from '#features/schedules/keep-schedules.ts'
import { sourceSchedules } from '#features/sync/source-schedules.ts'
import { JobId } from '#model/ids.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { never } from '#test/http-lab.ts'
import { assetList, dnsmasqLeases, keaLeases, sourceWorld, type SourceWorld } from '#test/source-world.ts'

const node = { id: 'test:1', hostname: 'test', pid: process.pid, roles: ['worker' as const] }

/** Does a job to its end, as the command line does where no server runs. */
const done = ({ context }: SourceWorld, jobId: JobId) =>
  followHere(context, jobActions, node, jobId, () => {}, never)

const inFile = `
discovery: { startup: false }
sources:
  - { name: assets, type: csv, path: ./assets.csv, schedule: "@hourly" }
  - { name: discover, type: scan, method: tcp, names: false, ipv6: false }
  - { name: here, type: local, enabled: false }
`

async function world(...[opened]: Parameters<typeof sourceWorld>): Promise<SourceWorld> {
  const made = sourceWorld(opened, inFile)
  made.file('assets.csv', assetList)
  const home = { path: made.file('dnsmasq.leases', dnsmasqLeases) }
  await made.ask('source.create', { name: 'home', type: 'dnsmasq', settings: home })
  const office = { path: made.file('kea-leases4.csv', keaLeases) }
  await made.ask('source.create', { name: 'office', type: 'kea', settings: office })
  return made
}

onEachDatabase('configured sources', (fresh) => {
  test('are read by one job, wherever they are configured', async () => {
    const { context, ask, ...rest } = await world(await fresh())

    const { jobId } = await ask('source.sync')
    const job = await done({ context, ask, ...rest }, jobId)

    assert.equal(job.status, 'completed')
    const { items } = await ask('source.list')
    assert.deepEqual(
      items.map((each: { name: string; records: number; lastRun: { status: string } | null }) => [
        each.name,
        each.records,
        each.lastRun?.status,
      ]),
      [
        ['assets', 2, 'complete'],
        ['discover', 0, undefined],
        ['here', 0, undefined],
        ['home', 2, 'complete'],
        ['office', 1, 'complete'],
      ],
    )
    const names = await context.db.selectFrom('devices').select('name').orderBy('name').execute()
    assert.deepEqual(
      names.map(({ name }) => name),
      ['db-01', 'nas', 'printer', 'switch-01', 'web-01'],
    )
  })

  test('are read at the times of their schedules', async () => {
    const made = await world(await fresh())
    const { context, ask } = made
    const keeper = createScheduleKeeper(context, scheduleTools, [sourceSchedules])
    await keeper.read()

    context.clock.advance(60 * 60_000)
    await keeper.look()

    const [job] = await context.db.selectFrom('jobs').select('id').execute()
    await done(made, JobId.parse(job!.id))
    const { lastRun, nextRunAt } = await ask('source.show', { name: 'assets' })
    assert.deepEqual(
      [lastRun.startedBy, lastRun.startedAt, nextRunAt],
      ['system:schedule', '2026-01-01T01:00:00.000Z', '2026-01-01T02:00:00.000Z'],
    )
  })

  test('keep their records when their settings change, and when they are deleted', async () => {
    const made = await world(await fresh())
    const { context, ask } = made
    await done(made, (await ask('source.sync', { names: ['home'] })).jobId)
    const moved = { path: made.file('moved.leases', dnsmasqLeases) }

    const { records } = await ask('source.update', { name: 'home', settings: moved })
    assert.equal(records, 2)
    await done(made, (await ask('source.sync', { names: ['home'] })).jobId)
    assert.deepEqual((await ask('source.show', { name: 'home' })).lastRun.unchanged, 2)

    await ask('source.delete', { name: 'home' })
    const held = await context.db
      .selectFrom('source_records')
      .select('source_id')
      .where('source_identifier', '=', 'home')
      .where('last_run_id', 'is', null)
      .execute()
    assert.equal(held.length, 2)
    assert.equal((await ask('source.list')).total, 4)
  })

  test('that cannot be read say why in their run', async () => {
    const made = await world(await fresh())
    await made.ask('source.update', { name: 'home', settings: { path: '/nonexistent/leases' } })

    await done(made, (await made.ask('source.sync', { names: ['home', 'assets'] })).jobId)

    const { lastRun } = await made.ask('source.show', { name: 'home' })
    assert.deepEqual([lastRun.status, lastRun.errorCode], ['failed', 'SOURCE_FILE_UNREADABLE'])
    assert.equal((await made.ask('source.show', { name: 'assets' })).lastRun.status, 'complete')
  })

  test('and ranges alike are read as the source they are kept under', async () => {
    const made = await world(await fresh())

    const { jobId } = await made.ask('discovery.start', { ranges: ['127.0.0.1'] })
    const job = await done(made, jobId)

    assert.equal(job.status, 'completed', String(job.errorMessage))
    const { records, lastRun } = await made.ask('source.show', { name: 'discover' })
    assert.deepEqual([records, lastRun.status, lastRun.jobId], [1, 'complete', jobId])
  })
})
