import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { MetricsEngine } from '#features/metrics/metrics-engine.ts'
import { sayAlive, sayGoodbye, type NodeIdentity } from '#features/jobs/node-queries.ts'
import { keepWatch } from '#features/monitoring/keep-watch.ts'
import type { Head, WatchPart } from '#features/monitoring/watch.ts'
import { onSqlite } from '#test/each-database.ts'
import { testContext } from '#test/test-context.ts'

const head: Head = { latest: () => undefined, recent: () => ({ times: [], values: [] }), subjects: () => [] }
const node = (name: string): NodeIdentity => ({
  id: `${name}:1`,
  hostname: name,
  pid: process.pid,
  roles: ['worker'],
})

/** An engine that has one entry in its log, and writes down what it is asked for. */
const engineSaying = (said: string[]): MetricsEngine => ({
  append: async () => {},
  latest: async () => new Map(),
  read: async () => ({ tier: 'raw', step: 1, times: [], series: {} }),
  close: async () => {},
  begin: (_lease, hear) => ({
    head,
    replay: async () => {
      said.push('replay')
      hear([{ subject: 'nas', at: 1, received: 1, backfill: false, core: [] }], { replayed: true })
    },
    tick: async () => void said.push('engine'),
    end: async () => void said.push('ended'),
  }),
})

onSqlite('the watch', (fresh) => {
  test('begins its parts, reads the log again, and gives each its turn, also after one that failed', async () => {
    const context = testContext(await fresh())
    const one = node('one')
    await sayAlive(context, one)
    const said: string[] = []
    const stop = new AbortController()
    const parts: WatchPart[] = [
      {
        name: 'broken',
        start: async (watch) => void said.push(`start, last watched ${watch.watchedUntil ?? 'never'}`),
        hear: () => {
          throw new Error('cannot hear')
        },
        tick: () => Promise.reject(new Error('cannot')),
      },
      {
        name: 'whole',
        hear: (entries, { replayed }) => said.push(`heard ${entries[0]?.subject} ${replayed ? 'again' : ''}`),
        tick: async () => {
          said.push('turn')
          if (said.filter((each) => each === 'turn').length === 2) stop.abort()
        },
        stop: async () => void said.push('stopped'),
      },
    ]
    context.clock.sleep = () => new Promise((resolve) => setImmediate(resolve))
    await keepWatch(context, { engine: engineSaying(said), parts, node: one }, stop.signal)

    assert.deepEqual(said, [
      'start, last watched never',
      'replay',
      'heard nas again',
      'engine',
      'turn',
      'engine',
      'turn',
      'stopped',
      'ended',
    ])
  })

  test('is taken over when the node that watches has gone', async () => {
    const context = testContext(await fresh())
    const [one, two] = [node('one'), node('two')]
    await sayAlive(context, one)
    await sayAlive(context, two)
    context.clock.sleep = () => new Promise((resolve) => setImmediate(resolve))
    const turns: string[] = []
    const stopOne = new AbortController()
    const stopTwo = new AbortController()
    const watching = (who: NodeIdentity, stop: AbortController, atTurn: () => void) =>
      keepWatch(
        context,
        {
          engine: engineSaying([]),
          parts: [
            {
              name: 'told',
              tick: async () => {
                turns.push(who.hostname)
                atTurn()
              },
            },
          ],
          node: who,
        },
        stop.signal,
      )
    const first = watching(one, stopOne, () => {
      if (turns.length === 3) stopOne.abort()
    })
    while (turns.length === 0) await new Promise((resolve) => setImmediate(resolve))
    const second = watching(two, stopTwo, () => stopTwo.abort())
    await first
    await sayGoodbye(context, one.id)
    await second

    assert.deepEqual(turns, ['one', 'one', 'one', 'two'])
  })
})
