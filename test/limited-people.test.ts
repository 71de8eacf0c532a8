import assert from 'node:assert/strict'
import { test } from 'node:test'
import { exportDevices } from '#features/inventory/export-devices.ts'
import { operations } from '#features/operations.ts'
import { AppError } from '#kernel/errors.ts'
import type { Permission } from '#model/actor.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { macOf } from '#test/scripted-source.ts'

import { readings, touches } from '#test/limited-questions.ts'
import { limited, never, twoMachines } from '#test/limited-world.ts'

/** These have nothing to do with devices. */
const beside = new Set<string>([
  'discovery.start',
  'source.sync',
  // Their rows are made as whoever asks: of the devices that person may see.
  'job.preview',
  'schedule.create',
  'session.rename',
  'session.revoke',
  'tag.create',
  'token.create',
  'token.revoke',
  'view.create',
  'view.delete',
  'view.update',
])

const reachable = operations.filter(
  (each) =>
    each.permission === 'session' ||
    (each.permission !== 'open' && limited.permissions.has(each.permission as Permission)),
)

onEachDatabase('somebody limited to tags', (fresh) => {
  test('is told nothing of other devices by any operation', async () => {
    const world = await twoMachines(await fresh())
    const inputs = readings(world)
    for (const { name, effect } of reachable) {
      if (effect !== 'read') continue
      assert.ok(inputs[name], `${name} is a new way to read: tell here how it is asked`)

      for (const input of inputs[name]) {
        const answer = await world.ask(name, input, limited).catch((error: unknown) => {
          assert.ok(error instanceof AppError && error.code === 'NOT_FOUND', `${name}: ${String(error)}`)
          return null
        })
        const text = JSON.stringify(answer ?? null).toLowerCase()
        const asked = JSON.stringify(input)
        assert.ok(!text.includes('hidden'), `${name} ${asked} tells ${text}`)
        assert.ok(!text.includes(macOf(2)), `${name} ${asked} tells the address: ${text}`)
      }
    }
  })

  test('gets a file of the shown devices only', async () => {
    const { context } = await twoMachines(await fresh())
    let text = ''
    for await (const piece of exportDevices({ ...context, actor: limited }, { q: undefined }, never))
      text += piece
    assert.match(text, /shown/)
    assert.doesNotMatch(text.toLowerCase(), /hidden/)
  })

  test('touches no other device by any operation', async () => {
    const world = await twoMachines(await fresh())
    const inputs = touches(world)
    const before = await world.ask('device.show', { id: `${world.box}` })
    for (const { name, effect } of reachable) {
      if (effect === 'read' || beside.has(name)) continue
      assert.ok(inputs[name], `${name} is a new way to change: tell here how it is refused`)

      for (const input of inputs[name]) {
        await assert.rejects(
          world.ask(name, input, limited),
          (error: unknown) => {
            assert.ok(error instanceof AppError, `${name}: ${String(error)}`)
            assert.ok(
              ['NOT_FOUND', 'FORBIDDEN'].includes(error.code),
              `${name}: ${error.code} ${error.message}`,
            )
            return true
          },
          `${name} ${JSON.stringify(input)} was done`,
        )
      }
    }
    assert.deepEqual(await world.ask('finding.settle', { kind: 'new-device' }, limited), { changed: 0 })
    assert.deepEqual(await world.ask('device.show', { id: `${world.box}` }), before)
  })
})
