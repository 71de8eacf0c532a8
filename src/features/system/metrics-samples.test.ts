import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMetrics } from '#features/metrics/create-metrics.ts'
import { countRefused } from '#features/servers/refused-readings.ts'
import { checkMetrics } from '#features/system/check-metrics.ts'
import { collectSamples } from '#features/system/collect-samples.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { alwaysMine, reading } from '#test/metric-readings.ts'
import { testContext } from '#test/test-context.ts'

const never = new AbortController().signal
const start = Date.parse('2026-01-01T00:00:00.000Z')
const hour = 3_600_000

onEachDatabase('what servers tell', (fresh, database) => {
  test('is counted on /metrics, and the doctor says when it is not put away', async () => {
    const context = testContext(await fresh())
    const collect = collectSamples(context)
    const look = async () => {
      const found = (await collect(never)).filter(({ name }) => /rollcall_(metrics|readings)_/.test(name))
      const [check] = await checkMetrics(context)
      const numbers: Partial<Record<string, number>> = Object.fromEntries(
        found.map(({ name, value }) => [name.replace('rollcall_', ''), value]),
      )
      return { numbers, doctor: check!.status }
    }
    const engine = createMetrics(context)
    await engine.append([reading('check:1', start)])
    await engine.append([reading('check:1', start + 1_000)])
    countRefused(context, [{ index: 0, code: 'INPUT_INVALID', path: 'timestamp', expected: '' }])

    const first = await look()
    context.clock.advance(7 * hour)
    const late = await look()
    const session = engine.begin(alwaysMine(context), () => {})
    await session.replay(never)
    for (let turn = 0; turn < 3; turn += 1) await session.tick(never)
    context.clock.advance(hour)
    for (let turn = 0; turn < 3; turn += 1) await session.tick(never)
    const sealed = await look()

    assert.equal(first.numbers.metrics_log_rows, 2)
    assert.ok(first.numbers.metrics_log_bytes! > 50)
    assert.ok(first.numbers.metrics_commit_p99_seconds! > 0)
    assert.equal(first.numbers.readings_refused_total, 1)
    assert.deepEqual([first.numbers.metrics_unsealed_age_seconds, first.doctor], [0, 'ok'])
    assert.deepEqual([late.numbers.metrics_unsealed_age_seconds, late.doctor], [25_200, 'problem'])
    assert.equal(sealed.numbers.metrics_sealed_until_seconds, (start + 2 * hour) / 1_000)
    // On PostgreSQL the log goes only when no transaction is left that could still add to it.
    if (database === 'sqlite') assert.deepEqual([sealed.numbers.metrics_log_rows, sealed.doctor], [1, 'ok'])
  })
})
