import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { loadDevices } from '#features/inventory/device-state-queries.ts'
import type { DeviceState } from '#features/inventory/device-state.ts'
import { sameJson } from '#kernel/json.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { type InventoryWorld, inventoryWorld } from '#test/inventory-world.ts'
import { machine } from '#test/scripted-source.ts'

type Inventory = Map<number, DeviceState>

/** Every device there is, retired ones too. */
async function inventoryNow({ context: { db, engine } }: InventoryWorld): Promise<Inventory> {
  const rows = await db.selectFrom('devices').select('id').execute()
  const ids = rows.map((row) => row.id)
  return new Map([...(await loadDevices(db, engine, ids))].map(([id, { state }]) => [id, state]))
}

type Step =
  | { is: 'read'; os: string; there: number[] }
  | { is: 'create' }
  | { is: 'edit' | 'tag' | 'retire' | 'restore' | 'delete'; which: number; word: string }

const word = fc.constantFrom('a', 'b')
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ is: fc.constant('read' as const), os: word, there: fc.subarray([1, 2, 3], { minLength: 2 }) }),
  fc.record({ is: fc.constant('create' as const) }),
  fc.record({
    is: fc.constantFrom(
      'edit' as const,
      'tag' as const,
      'retire' as const,
      'restore' as const,
      'delete' as const,
    ),
    which: fc.nat(5),
    word,
  }),
)

/** Does one thing to some device; what the state of things does not allow is left. */
async function take(world: InventoryWorld, each: Step): Promise<void> {
  const { read, ask } = world
  if (each.is === 'read') {
    await read([each.there.map((number) => machine(number, { os: each.os }))])
    return
  }
  if (each.is === 'create') {
    await ask('device.create', { name: 'made', tags: ['mine'] })
    return
  }
  const ids = [...(await inventoryNow(world)).keys()]
  const id = ids[each.which % ids.length]!
  const inputs = {
    edit: ['device.update', { id, site: each.word === 'a' ? null : 'Graz' }],
    tag: ['device.tag', { ids: [id], add: [each.word] }],
    retire: ['device.retire', { id }],
    restore: ['device.restore', { id }],
    delete: ['device.delete', { id }],
  } as const
  const [name, input] = inputs[each.is]
  await ask(name, input).catch((error: { code?: string }) => assert.equal(error.code, 'CONFLICT'))
}

const isPart = (state: DeviceState | undefined): boolean => state !== undefined && !('retiredAt' in state)

/** What differs between two inventories, found by looking at all of both. */
function expectedDifference(from: Inventory, to: Inventory) {
  const all = [...new Set([...from.keys(), ...to.keys()])].toSorted((left, right) => left - right)
  return all.flatMap((id) => {
    const [before, after] = [from.get(id) ?? {}, to.get(id) ?? {}]
    const [was, is] = [isPart(from.get(id)), isPart(to.get(id))]
    const paths = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
      (path) => !sameJson(before[path] ?? null, after[path] ?? null),
    )
    if ((!was && !is) || paths.length === 0) return []
    const pick = (state: DeviceState) => Object.fromEntries(paths.map((path) => [path, state[path] ?? null]))
    return [
      {
        id,
        change: was ? (is ? 'changed' : 'removed') : 'added',
        before: from.has(id) ? pick(before) : {},
        after: to.has(id) ? pick(after) : {},
      },
    ]
  })
}

/** Values that were nowhere are told as null, or not at all. */
const withoutNulls = (values: object) =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null))

onEachDatabase('the difference between any two times', (fresh, engine) => {
  test('is what looking at the whole inventory at both finds', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 10 }), async (steps) => {
        const world = inventoryWorld(await fresh())
        const snapshots: { at: string; was: Inventory }[] = []
        const remember = async () =>
          snapshots.push({ at: world.context.clock.now(), was: await inventoryNow(world) })
        world.context.clock.advance(1_000)
        await world.read([[machine(1), machine(2), machine(3)]])
        await remember()
        for (const each of steps) {
          world.context.clock.advance(1_000)
          await take(world, each)
          await remember()
        }

        for (const [index, from] of snapshots.entries()) {
          for (const to of snapshots.slice(index)) {
            const told = await world.everything('inventory.diff', { from: from.at, to: to.at }, 2)
            const shown = told.map(({ device, change, before, after }) => ({
              id: device.id,
              change,
              before,
              after,
            }))
            // A retired device that a source still changes is in the history, yet not in the inventory.
            const wanted = expectedDifference(from.was, to.was)
            const known = new Set(wanted.map((each) => each.id))
            assert.deepEqual(
              shown
                .filter((each) => known.has(each.id))
                .map((each) => ({
                  ...each,
                  before: withoutNulls(each.before),
                  after: withoutNulls(each.after),
                })),
              wanted.map((each) => ({
                ...each,
                before: withoutNulls(each.before),
                after: withoutNulls(each.after),
              })),
            )
            for (const each of shown.filter(({ id }) => !known.has(id)))
              assert.ok(!isPart(from.was.get(each.id)) && !isPart(to.was.get(each.id)))
          }
        }
      }),
      { numRuns: engine === 'sqlite' ? 15 : 6 },
    )
  })
})
