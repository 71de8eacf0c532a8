import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMetrics } from '#features/metrics/create-metrics.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { alwaysMine, reading } from '#test/metric-readings.ts'
import { testContext } from '#test/test-context.ts'

const never = new AbortController().signal
const start = Date.parse('2026-01-01T00:00:00.000Z')
const minute = 60_000

onEachDatabase('the log of metrics', (fresh) => {
  test('is heard once, in order, live and again after a restart', async () => {
    const context = testContext(await fresh())
    const engine = createMetrics(context)
    const heard: string[] = []
    const hear = (name: string) => (entries: readonly { at: number }[], how: { replayed: boolean }) =>
      heard.push(...entries.map(({ at }) => `${name} ${(at - start) / minute} ${how.replayed}`))
    const session = engine.begin(alwaysMine(context), hear('first'))
    await session.replay(never)

    await engine.append([reading('a', start), reading('a', start + minute)])
    await engine.append([reading('a', start, { cpu_percent: 99 })])
    await session.tick(never)
    await session.end()
    const again = engine.begin(alwaysMine(context), hear('again'))
    await again.replay(never)

    assert.deepEqual(heard, ['first 0 false', 'first 1 false', 'again 0 true', 'again 1 true'])
    assert.equal(again.head.recent('a', 'cpu_percent', start).values[0], 1)
  })

  test('of another node is heard at the next turn', async () => {
    const context = testContext(await fresh())
    const [watching, other] = [createMetrics(context), createMetrics(context)]
    const heard: number[] = []
    const session = watching.begin(alwaysMine(context), (entries) =>
      heard.push(...entries.map(({ at }) => at)),
    )
    await session.replay(never)

    await other.append([reading('a', start)])
    await session.tick(never)
    await session.tick(never)

    assert.deepEqual(heard, [start])
  })

  test('is followed by a process that does not watch and is asked often, and read anew after a while', async () => {
    const context = testContext(await fresh())
    const [writer, reader] = [createMetrics(context), createMetrics(context)]
    const told = async () => (await reader.latest(['a', 'b'])).get('a')?.values.cpu_percent
    const seen: (number | undefined)[] = [await told()]

    for (let value = 1; value <= 6; value += 1) {
      await writer.append([reading('a', start + value * minute, { cpu_percent: value })])
      context.clock.advance(1_000)
      seen.push(await told())
    }
    const other = await writer.latest(['a'])
    context.clock.advance(40 * minute)
    seen.push(await told())
    await reader.close()

    assert.deepEqual(seen, [undefined, 1, 2, 3, 4, 5, 6, 6])
    assert.equal(other.get('a')!.values.cpu_percent, 6)
  })

  test('is read by a process that does not watch', async () => {
    const context = testContext(await fresh())
    const engine = createMetrics(context)
    await engine.append([
      reading('a', start),
      reading('b', start),
      reading('a', start + minute, { cpu_percent: 3 }),
    ])

    const latest = await engine.latest(['a', 'nobody'])
    const answer = await engine.read(
      { subject: 'a', from: start, to: start + 3 * minute, metrics: ['cpu_percent'], points: 100 },
      never,
    )

    assert.equal(latest.get('a')!.values.cpu_percent, 3)
    assert.deepEqual([...latest.keys()], ['a'])
    assert.equal(answer.step, minute)
    assert.deepEqual(answer.series.cpu_percent!.avg, [1, 3, null])
  })
})
