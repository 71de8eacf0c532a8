import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { DeviceDetail } from '#features/inventory/device-shapes.ts'
import { rejectsWith } from '#test/access-client.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { type InventoryWorld, inventoryWorld } from '#test/inventory-world.ts'
import { machine, macOf } from '#test/scripted-source.ts'

/** What must be the same when a time is looked back at. */
const essence = (device: DeviceDetail) => ({
  name: device.name,
  status: device.status,
  os: device.os,
  site: device.site,
  tags: device.tags,
  custom: device.custom,
  metadata: device.metadata,
  addresses: device.addresses.toSorted(),
  interfaces: device.interfaces,
  vm: device.vm,
  retiredAt: device.retiredAt,
  relationships: device.relationships
    .map(({ type, other, device: { id } }) => `${type} ${other} ${id}`)
    .toSorted(),
  facts: new Map(device.facts.map(({ name, value }) => [name, value])),
})

type Step =
  | { is: 'read'; os: string; cards: number; memory: number; isThere: boolean }
  | { is: 'edit'; site: string | null }
  | { is: 'tag'; add: string; remove: string }
  | { is: 'relate'; isOn: boolean }

const word = fc.constantFrom('a', 'b', 'c')
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    is: fc.constant('read' as const),
    os: word,
    cards: fc.integer({ min: 0, max: 3 }),
    memory: fc.integer({ min: 1, max: 2 }),
    isThere: fc.boolean(),
  }),
  fc.record({ is: fc.constant('edit' as const), site: fc.option(word) }),
  fc.record({ is: fc.constant('tag' as const), add: word, remove: word }),
  fc.record({ is: fc.constant('relate' as const), isOn: fc.boolean() }),
)

/** Does one thing to the device `web-01`; the second machine keeps the first from being most of what goes missing. */
async function take({ read, ask }: InventoryWorld, each: Step): Promise<void> {
  switch (each.is) {
    case 'read': {
      const interfaces = Array.from({ length: each.cards }, (_, at) => ({
        name: `eth${at}`,
        mac: macOf(100 + at),
        addresses: [`198.51.100.${at + 1}`],
      }))
      const vm = { memoryMb: each.memory * 1024, cpuCount: 2 }
      const one = machine(1, { os: each.os, vm, interfaces, facts: { node: each.os } })
      await read([each.isThere ? [one, machine(2)] : [machine(2)]])
      return
    }
    case 'edit':
      await ask('device.update', { id: 'web-01', site: each.site })
      return
    case 'tag':
      await ask('device.tag', { q: 'web-01', add: [each.add], remove: [each.remove] })
      return
    case 'relate': {
      const [edge] = (await ask('device.show', { id: 'web-01' })).relationships
      if (each.isOn && !edge)
        await ask('relationship.create', { parent: 'web-02', type: 'manages', child: 'web-01' })
      if (!each.isOn && edge) await ask('relationship.delete', { id: edge.id })
    }
  }
}

onEachDatabase('the past', (fresh, engine) => {
  test('a device is shown as it was at any time, whatever happened since', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
        const world = inventoryWorld(await fresh())
        await world.read([[machine(1), machine(2)]])
        const snapshots: { at: string; was: unknown }[] = []
        for (const each of steps) {
          world.context.clock.advance(60_000)
          await take(world, each)
          const was = essence(await world.ask('device.show', { id: 'web-01' }))
          snapshots.push({ at: world.context.clock.now(), was })
        }
        for (const { at, was } of snapshots) {
          const past: DeviceDetail = await world.ask('device.show', { id: 'web-01', at })
          assert.equal(past.asOf, at)
          assert.deepEqual(essence(past), was)
        }
      }),
      { numRuns: engine === 'sqlite' ? 12 : 6 },
    )
  })

  test('the difference between two times is what changed, and nothing of what came back', async () => {
    const world = inventoryWorld(await fresh())
    const { read, ask, context } = world
    await read([[machine(1), machine(2), machine(3)]])
    const before = context.clock.now()
    context.clock.advance(60_000)
    await ask('device.update', { id: 'web-01', site: 'Graz' })
    await ask('device.update', { id: 'web-02', site: 'Graz' })
    context.clock.advance(60_000)
    await ask('device.update', { id: 'web-02', site: null })
    await ask('device.retire', { id: 'web-03' })
    await ask('device.create', { name: 'nas' })
    const after = context.clock.now()

    const items = await world.everything('inventory.diff', { from: before, to: after }, 2)
    assert.deepEqual(
      items.map(({ device, change }) => [device.name, change]),
      [
        ['web-01', 'changed'],
        ['web-03', 'removed'],
        ['nas', 'added'],
      ],
    )
    assert.equal(items[0].after.site, 'Graz')
    assert.deepEqual((await ask('inventory.diff', { from: after, to: after })).items, [])
    await rejectsWith('INPUT_INVALID', ask('inventory.diff', { from: after, to: before }))
  })

  test('a device is not shown at a time before it was known, and the error says since when it is', async () => {
    const { read, ask, context } = inventoryWorld(await fresh())
    const before = context.clock.now()
    context.clock.advance(1_000)
    await read([[machine(1)]])

    const error = await rejectsWith('NOT_FOUND', ask('device.show', { id: 'web-01', at: before }))
    assert.match(error.hint!, new RegExp(context.clock.now()))
  })
})
