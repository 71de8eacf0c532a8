import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Context } from '#features/context.ts'
import { operations } from '#features/operations.ts'
import { exportMetrics } from '#features/servers/export-metrics.ts'
import { systemActor } from '#model/actor.ts'
import { answerOperation } from '#surfaces/answer-operation.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { callBy, testContext } from '#test/test-context.ts'

const actor = systemActor('test')
const never = new AbortController().signal
const begin = Date.parse('2025-12-31T23:00:00.000Z')

// oxlint-disable-next-line typescript/no-explicit-any -- answers of every shape
type Answer = any

/** Metrics of which b has the highest, a the next, and c none. */
const metrics: Context['metrics'] = {
  append: async () => {},
  latest: async (ids) =>
    new Map(
      ids.flatMap((id) =>
        id === 'c'
          ? []
          : [[id, { at: begin, received: 0, values: { cpu_percent: id === 'b' ? 90 : 10, swap: 1 } }]],
      ),
    ),
  read: async ({ subject, from, metrics: names }) => ({
    tier: 'raw',
    step: 60_000,
    times: [from, from + 60_000],
    series: Object.fromEntries(
      names.map((name) => {
        const values = subject === 'c' ? [null, null] : [1.5, null]
        return [name, { avg: values, min: values, max: values }]
      }),
    ),
  }),
}

onEachDatabase('servers', (fresh) => {
  async function world() {
    const context = testContext(await fresh(), { metrics })
    const ask = async (name: string, input: object): Promise<Answer> =>
      answerOperation(
        operations.find((each) => each.name === name)!,
        context,
        actor,
        input,
        never,
      )
    return { context, ask }
  }

  test('are made once, by ids that are slugs', async () => {
    const { ask } = await world()
    await ask('server.create', { id: 'nas-01', displayName: 'The NAS', tdpWatts: 65 })

    await assert.rejects(ask('server.create', { id: 'nas-01' }), { code: 'ALREADY_EXISTS' })
    for (const id of ['', 'NAS', 'a b', 'a'.repeat(101)])
      await assert.rejects(ask('server.create', { id }), (error: Answer) => {
        assert.equal(error.code, 'INPUT_INVALID')
        assert.equal(error.complaints[0].path, 'id')
        return true
      })
    const server = await ask('server.show', { id: 'nas-01' })
    assert.deepEqual(
      [server.name, server.status, server.condition, server.tdpWatts],
      ['The NAS', 'unknown', 'never_seen', 65],
    )
  })

  test('are edited in the version that was read, paused and watched again', async () => {
    const { context, ask } = await world()
    const { version } = await ask('server.create', { id: 'a' })

    const edited = await ask('server.update', {
      id: 'a',
      machineType: 'workstation',
      expectedVersion: version,
    })

    assert.equal(edited.machineType, 'workstation')
    await assert.rejects(ask('server.update', { id: 'a', tdpWatts: 5, expectedVersion: version }), {
      code: 'CHANGED_SINCE',
    })
    assert.equal((await ask('server.pause', { id: 'a' })).pausedAt, context.clock.now())
    await assert.rejects(ask('server.pause', { id: 'a' }), { code: 'CONFLICT' })
    assert.equal((await ask('server.list', { q: 'paused:yes' })).total, 1)
    assert.equal((await ask('server.resume', { id: 'a' })).pausedAt, null)
    assert.equal((await ask('server.list', { q: '-paused:yes type:workstation' })).total, 1)
    await assert.rejects(ask('server.update', { id: 'b', tdpWatts: 5 }), { code: 'NOT_FOUND' })
  })

  test('are listed in any order, a page at a time', async () => {
    const { ask } = await world()
    for (const id of ['a', 'b', 'c']) await ask('server.create', { id })
    const walk = async (sort: string): Promise<string> => {
      let ids = ''
      let cursor: string | undefined
      do {
        const page = await ask('server.list', { sort, limit: 1, ...(cursor === undefined ? {} : { cursor }) })
        ids += page.items.map((each: Answer) => each.id).join('')
        cursor = page.nextCursor ?? undefined
      } while (cursor !== undefined)
      return ids
    }

    assert.deepEqual(
      [
        await walk('name'),
        await walk('-name'),
        await walk('cpu'),
        await walk('-cpu'),
        await walk('seen'),
        await walk('status'),
      ],
      ['abc', 'cba', 'cab', 'bac', 'abc', 'abc'],
    )
    const { items } = await ask('server.list', { q: 'b' })
    assert.deepEqual(
      items.map((each: Answer) => [each.id, each.latest.values]),
      [['b', { cpu_percent: 90 }]],
    )
    await assert.rejects(ask('server.list', { q: 'cpu:' }), { code: 'QUERY_INVALID' })
  })

  test('are asked about by every field', async () => {
    const { context, ask } = await world()
    await ask('server.create', { id: 'a', hostname: 'Alpha.lan' })
    await ask('server.create', { id: 'b' })
    await context.db
      .updateTable('servers')
      .set({
        os_distribution: 'Debian',
        kernel_version: '6.12',
        architecture: 'x86_64',
        ip_address: '192.0.2.9',
      })
      .set({
        agent_version: '1.2.0',
        last_seen: '2025-12-31T23:59:00.000Z',
        status: 'online',
        condition: null,
      })
      .where('id', '=', 'a')
      .execute()
    for (const q of [
      'id:a',
      'name:alpha*',
      'hostname:alpha.lan',
      'status:online',
      '-condition:never_seen',
      'os:deb',
      'kernel:6.12',
      'arch:x86_64',
      'ip:192.0.2.0/24',
      'seen<5m',
      'agent:1.2*',
      'alpha',
    ])
      assert.deepEqual(
        (await ask('server.list', { q })).items.map((each: Answer) => each.id),
        ['a'],
        q,
      )
    for (const q of ['tag:x', 'site:x', 'rack:x', 'owner:x', 'device.type:vm'])
      assert.deepEqual(
        [(await ask('server.list', { q })).total, (await ask('server.list', { q: `-${q}` })).total],
        [0, 2],
        q,
      )
  })

  test('give what they measured as columns, side by side, and as files', async () => {
    const { context, ask } = await world()
    for (const id of ['a', 'c']) await ask('server.create', { id })
    const range = { from: '2025-12-31T23:00:00Z', to: '2025-12-31T23:02:00Z' }

    const one = await ask('server.metrics', { id: 'a', ...range, metrics: ['load_1m'] })
    const both = await ask('fleet.metrics', { ...range, metric: 'load_1m' })
    const { series } = await ask('server.series', { id: 'a' })
    const file = async (format: 'csv' | 'json') => {
      let text = ''
      const input = { id: 'a', format, ...range, metrics: ['load_1m', 'x{a="b,c"}'] }
      for await (const piece of exportMetrics(callBy(context, actor), input, never)) text += piece
      return text
    }

    assert.deepEqual(one.times, ['2025-12-31T23:00:00.000Z', '2025-12-31T23:01:00.000Z'])
    assert.deepEqual([one.stepSeconds, one.series.load_1m.avg], [60, [1.5, null]])
    assert.deepEqual(
      both.servers.map((each: Answer) => [each.id, each.values]),
      [
        ['a', [1.5, null]],
        ['c', [null, null]],
      ],
    )
    assert.ok(series.some((each: Answer) => each.name === 'swap' && each.value === 1))
    assert.equal(await file('csv'), 'time,load_1m,"x{a=""b,c""}"\r\n2025-12-31T23:00:00.000Z,1.5,1.5\r\n')
    assert.deepEqual(JSON.parse(await file('json')), [
      { time: '2025-12-31T23:00:00.000Z', load_1m: 1.5, 'x{a="b,c"}': 1.5 },
    ])
    await assert.rejects(ask('server.metrics', { id: 'a', from: '1h', to: '2h' }), { code: 'INPUT_INVALID' })
    await assert.rejects(ask('server.metrics', { id: 'nobody' }), { code: 'NOT_FOUND' })
  })
})
