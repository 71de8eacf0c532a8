import assert from 'node:assert/strict'
import { test } from 'node:test'
import { collectSamples } from '#features/system/collect-samples.ts'
import type { Collect } from '#surfaces/http/metrics-page.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { machine } from '#test/scripted-source.ts'
import { syncWorld } from '#test/sync-world.ts'

const never = new AbortController().signal

onEachDatabase('counts for /metrics', (fresh) => {
  test('tell of devices, runs, sources and the size of the database', async () => {
    const world = syncWorld(await fresh())
    await world.read([[machine(1), machine(2, { status: 'inactive' })]])
    await world.read([new Error('broken')])
    world.context.clock.advance(90_000)

    const collect: Collect = collectSamples(world.context)
    const samples = await collect(never)

    const told = samples.map(({ name, labels, value }) => [name, labels, value])
    const lab = { system: 'proxmox', source: 'lab' }
    for (const expected of [
      ['rollcall_devices', { type: 'vm', status: 'active' }, 1],
      ['rollcall_devices', { type: 'vm', status: 'inactive' }, 1],
      ['rollcall_hosts', { status: 'pending' }, 2],
      ['rollcall_runs', { status: 'complete' }, 1],
      ['rollcall_runs', { status: 'failed' }, 1],
      ['rollcall_findings_open', undefined, 0],
      ['rollcall_source_last_success_age_seconds', lab, 90],
      ['rollcall_source_up', lab, 0],
    ])
      assert.ok(
        told.some((each) => JSON.stringify(each) === JSON.stringify(expected)),
        `${JSON.stringify(expected)} in ${JSON.stringify(told)}`,
      )
    assert.ok(samples.find(({ name }) => name === 'rollcall_database_bytes')!.value > 10_000)
    assert.ok(samples.every(({ help }) => help.endsWith('.')))
  })

  test('are asked of the database once in ten seconds, however many ask', async () => {
    const world = syncWorld(await fresh())
    const collect = collectSamples(world.context)
    const devices = async () =>
      (await collect(never)).filter(({ name }) => name === 'rollcall_devices').length

    const before = await Promise.all([devices(), devices()])
    await world.read([[machine(1)]])
    const soon = await devices()
    world.context.clock.advance(10_000)
    const later = await devices()

    assert.deepEqual([before, soon, later], [[0, 0], 0, 1])
  })
})
