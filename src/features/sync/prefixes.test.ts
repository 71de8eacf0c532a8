import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ReportedPrefix } from '#model/record.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { countRowWrites, withoutBookkeeping } from '#test/row-writes.ts'
import { machine } from '#test/scripted-source.ts'
import { syncWorld, type SyncWorld } from '#test/sync-world.ts'

const told = (...prefixes: ReportedPrefix[]) => [{ records: [machine(1)], prefixes }]
const office: ReportedPrefix = { sourceId: 'prefix/1', prefix: '192.0.2.0/24', name: 'Office', vlan: 10 }
const guests: ReportedPrefix = { sourceId: 'prefix/2', prefix: '198.51.100.7/25', vrf: 'guests' }
const partial = { verdict: { complete: false, reason: 'some' } } as const

const kept = async ({ context }: SyncWorld) =>
  (
    await context.db
      .selectFrom('source_prefixes')
      .select(['prefix', 'vrf', 'name', 'vlan'])
      .orderBy('source_id')
      .execute()
  ).map((row) =>
    Object.values(row)
      .filter((value) => value !== null)
      .join(' '),
  )

onEachDatabase('prefixes that a source tells', (fresh) => {
  test('are kept as its records are: brought up to date, and gone only by a complete reading', async () => {
    const world = syncWorld(await fresh())
    await world.read(told(office, guests))
    const first = await kept(world)
    await world.read(told({ ...office, name: 'Main office' }), partial)
    await world.read(told({ ...office, name: 'Main office' }), {
      verdict: { complete: true, mayLackPrefixes: true },
    })
    const unsure = await kept(world)
    await world.read(told({ ...office, name: 'Main office' }))

    assert.deepEqual(first, ['192.0.2.0/24 Office 10', '198.51.100.0/25 guests'])
    assert.deepEqual(unsure, ['192.0.2.0/24 Main office 10', '198.51.100.0/25 guests'])
    assert.deepEqual(await kept(world), ['192.0.2.0/24 Main office 10'])
  })

  test('that are none are left out with a word, and others stay', async () => {
    const world = syncWorld(await fresh())
    const run = await world.read(told(office, { sourceId: 'prefix/3', prefix: 'everywhere' }))

    assert.deepEqual(run.warnings, ['everywhere is no prefix and was left out.'])
    assert.equal((await kept(world)).length, 1)
  })

  test('with hostile words and numbers cost no run', async () => {
    const world = syncWorld(await fresh())
    const odd = { ...office, name: 'Of\u0000fice\ud800', vrf: 'x'.repeat(100_000), vlan: 1e308 }
    const run = await world.read(told(odd))

    assert.equal(run.status, 'complete', run.reason ?? '')
    assert.deepEqual(await kept(world), [`192.0.2.0/24 ${'x'.repeat(500)} Office\ufffd`])
  })

  test('that did not change are not written again', async () => {
    const opened = await fresh()
    const world = syncWorld(opened)
    await world.read(told(office, guests))
    const writes = await countRowWrites(opened)

    await world.read(told(guests, office))

    assert.deepEqual(withoutBookkeeping(await writes.take()), {})
  })
})
