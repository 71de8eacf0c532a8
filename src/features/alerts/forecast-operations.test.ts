import assert from 'node:assert/strict'
import { test } from 'node:test'
import { operations } from '#features/operations.ts'
import { systemActor } from '#model/actor.ts'
import { answerOperation } from '#surfaces/answer-operation.ts'
import { AlertWorld } from '#test/alert-world.ts'
import { onSqlite } from '#test/each-database.ts'

onSqlite('forecasts of file systems', (fresh) => {
  test('a file system that fills up has a day on which it is full, one that does not has none', async () => {
    const lab = await new AlertWorld(await fresh()).start()
    const { context } = lab
    const now = context.clock.now()
    await context.db
      .insertInto('servers')
      .values({ id: 'nas', hostname: 'nas', created_at: now, updated_at: now, status: 'online' })
      .execute()
    context.metrics.latest = async () =>
      new Map([['nas', { at: lab.wall, received: lab.wall, values: { ...sizes, ...used } }]])
    context.metrics.read = async ({ from, to }) => {
      const hours = Array.from({ length: (to - from) / hour }, (_, index) => index)
      // One fills by a unit an hour and is at 768 of 1,000 an hour ago; the other stands still.
      const column = (avg: number[]) => ({ avg, min: avg, max: avg })
      const series = {
        'filesystem_used_bytes{mount="/"}': column(hours.map((at) => 601 + at)),
        'filesystem_used_bytes{mount="/boot"}': column(hours.map(() => 40)),
      }
      return { tier: 'hour', step: hour, times: hours.map((at) => from + at * hour), series }
    }
    const ask = (id: string) =>
      answerOperation(
        operations.find(({ name }) => name === 'server.forecast')!,
        context,
        systemActor('ada'),
        { id },
        new AbortController().signal,
      )

    assert.deepEqual(await ask('nas'), {
      fileSystems: [
        { mount: '/', fullAt: new Date(lab.wall + 232 * hour).toISOString() },
        { mount: '/boot', fullAt: null },
      ],
    })
    await assert.rejects(ask('nobody'), /no server nobody/)
    await lab.end()
  })
})

const hour = 3_600_000
const sizes = { 'filesystem_size_bytes{mount="/"}': 1_000, 'filesystem_size_bytes{mount="/boot"}': 100 }
const used = { 'filesystem_used_bytes{mount="/"}': 768, 'filesystem_used_bytes{mount="/boot"}': 40 }
