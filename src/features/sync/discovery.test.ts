import assert from 'node:assert/strict'
import { test } from 'node:test'
import { discoveredBy } from '#features/sync/discovery-source.ts'
import { openRegistered } from '#features/sync/source-registry.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { failing, never } from '#test/http-lab.ts'
import { sourceWorld } from '#test/source-world.ts'

onEachDatabase('a discovery', (fresh) => {
  test('is a job over the ranges, remembered as a source that can be read again', async () => {
    const { ask, context } = sourceWorld(await fresh())

    const { jobId } = await ask('discovery.start', { ranges: ['192.0.2.0/28', '198.51.100.7'] })
    await ask('discovery.start', { ranges: ['203.0.113.1-9'] })

    const { action, parameters } = await context.db
      .selectFrom('jobs')
      .select(['action', 'parameters'])
      .where('id', '=', jobId)
      .executeTakeFirstOrThrow()
    assert.deepEqual(
      [action, JSON.parse(parameters)],
      ['discover', { ranges: ['192.0.2.0/28', '198.51.100.7'] }],
    )
    const source = await ask('source.show', { name: 'discover' })
    assert.deepEqual([source.type, source.settings], ['scan', { ranges: ['203.0.113.1-9'] }])
    assert.deepEqual([source.readOnly, source.schedule], [false, null])
  })

  test('keeps the other settings of its source', async () => {
    const { ask } = sourceWorld(await fresh())
    await ask('discovery.start', { ranges: ['192.0.2.0/28'] })
    await ask('source.update', { name: 'discover', settings: { rate: 100 } })

    await ask('discovery.start', { ranges: ['192.0.2.16/28'] })

    const { settings } = await ask('source.show', { name: 'discover' })
    assert.deepEqual(settings, { ranges: ['192.0.2.16/28'], rate: 100 })
  })

  test('refuses what is no range, naming each', async () => {
    const { ask, context } = sourceWorld(await fresh())

    const refused = await ask('discovery.start', { ranges: ['192.0.2.0/24', 'lan', '10.0.0.0/4'] }).catch(
      (error: unknown) => error,
    )

    assert.deepEqual(
      refused.complaints.map(({ path, value }: { path: string; value: string }) => [path, value]),
      [
        ['ranges.1', 'lan'],
        ['ranges.2', '10.0.0.0/4'],
      ],
    )
    await assert.rejects(ask('discovery.start', { ranges: [] }), failing('INPUT_INVALID'))
    assert.deepEqual(await context.db.selectFrom('jobs').select('id').execute(), [])
    assert.equal((await ask('source.list')).total, 1)
  })

  test('is not repeated when every source is read, only when it is named', async () => {
    const { ask, context } = sourceWorld(await fresh())
    await ask('discovery.start', { ranges: ['192.0.2.0/28'] })

    await ask('source.sync')
    await ask('source.sync', { names: ['discover'] })

    const rows = await context.db
      .selectFrom('jobs')
      .select('parameters')
      .where('action', '=', 'sync')
      .orderBy('id')
      .execute()
    assert.deepEqual(
      rows.map(({ parameters }) => JSON.parse(parameters) as object),
      [{ sources: ['this-machine'] }, { sources: ['discover'] }],
    )
  })

  test('uses the settings of a source of the file by its name, and cannot be a source of another type', async () => {
    const opened = await fresh()
    const { context, ask } = sourceWorld(
      opened,
      'sources: [{ name: discover, type: scan, ranges: [192.0.2.0/30], names: false }]\n',
    )
    await ask('discovery.start', { ranges: ['127.0.0.1'] })
    assert.deepEqual((await ask('source.show', { name: 'discover' })).settings, {
      ranges: ['192.0.2.0/30'],
      names: false,
    })

    const { source } = openRegistered(context, await discoveredBy(context), { ranges: ['127.0.0.1'] })
    assert.match((await source.test(never)).message, /\(127\.0\.0\.1\)$/)

    const other = sourceWorld(opened, 'sources: [{ name: discover, type: csv, path: x.csv }]\n')
    await assert.rejects(other.ask('discovery.start', { ranges: ['127.0.0.1'] }), failing('CONFLICT', /csv/))
  })
})
