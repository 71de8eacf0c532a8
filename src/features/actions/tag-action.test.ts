import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tagAction, untagAction } from '#features/actions/tag-action.ts'
import type { AppError } from '#kernel/errors.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { failing } from '#test/http-lab.ts'
import { ada } from '#test/inventory-world.ts'
import { rowWorld } from '#test/row-world.ts'
import { machines } from '#test/scripted-source.ts'

onEachDatabase('tagging as a job', (fresh) => {
  const worldOf = async (count = 2) => {
    const world = rowWorld(await fresh())
    await world.read([machines(count)])
    const devices = await world.devices()
    return { ...world, ids: devices.map(({ id }) => id) }
  }

  test('shows the tags before and after, and has nothing to do where they are there', async () => {
    const { ids, ask, preview } = await worldOf()
    await ask('device.tag', { ids: [ids[0]], add: ['web', 'old'] })

    const rows = [{ deviceId: ids[0] }, { deviceId: ids[1] }, { deviceId: 9_999 }]
    const [first, second, gone] = await preview(tagAction, { add: ['web'] }, rows)

    assert.deepEqual([first!.before, first!.after], [{ tags: ['old', 'web'] }, { tags: ['old', 'web'] }])
    assert.match(first!.nothingToDo!, /already/)
    assert.deepEqual([second!.before, second!.after], [{ tags: [] }, { tags: ['web'] }])
    assert.equal(second!.nothingToDo, undefined)
    assert.match(gone!.nothingToDo!, /no longer there/)
  })

  test('keeps a tag that somebody else put on meanwhile, and is still what was previewed', async () => {
    const { ids, ask, preview, versions, run } = await worldOf()
    const rows = [{ deviceId: ids[0] }]
    const [shown] = await preview(tagAction, { add: ['web'] }, rows)
    await ask('device.tag', { ids: [ids[0]], add: ['urgent'] })

    const [version] = await versions(tagAction, { add: ['web'] }, rows)
    await run(tagAction, { add: ['web'] }, rows[0])

    assert.equal(version, shown!.version)
    const device = await ask('device.show', { id: ids[0] })
    assert.deepEqual(device.tags, ['urgent', 'web'])
  })

  test('is no longer what was previewed where one of its own tags came or the device is gone', async () => {
    const { ids, ask, preview, versions } = await worldOf()
    const rows = [{ deviceId: ids[0] }, { deviceId: 9_999 }]
    const [shown] = await preview(tagAction, { add: ['web'] }, rows)
    await ask('device.tag', { ids: [ids[0]], add: ['web'] })

    const [version, gone] = await versions(tagAction, { add: ['web'] }, rows)

    assert.notEqual(version, shown!.version)
    assert.equal(gone, null)
  })

  test('writes history and tells it as tagging by hand does, and does nothing the second time', async () => {
    const { ids, ask, run, context, call } = await worldOf()
    context.happenings.length = 0

    const first = await run(tagAction, { add: ['web'] }, { deviceId: ids[0] })
    const second = await run(tagAction, { add: ['web'] }, { deviceId: ids[0] })
    const probed = await tagAction.probe!(
      call({ deviceId: ids[0] }),
      { add: ['web'] },
      {},
      new AbortController().signal,
    )

    assert.deepEqual([first.result, second.skipped !== undefined], [{ changed: true }, true])
    assert.equal(probed.outcome, 'done')
    assert.deepEqual(
      context.happenings.map(({ topic, data }) => [topic, data['ids']]),
      [['device.changed', [ids[0]]]],
    )
    const history = await ask('device.history', { id: ids[0] })
    assert.equal(history.items[0].by, ada.name)
  })

  test('takes tags off, and not those that decide what a limited person sees', async () => {
    const { ids, ask, run, call } = await worldOf()
    await ask('device.tag', { ids, add: ['web', 'team'] })
    const limited = { ...ada, tags: ['team'] }

    const outcome = await run(untagAction, { remove: ['web'] }, { deviceId: ids[0] })
    const theirs = call({ deviceId: ids[0] }, limited)
    await assert.rejects(untagAction.check!(theirs, { remove: ['team'] }), failing('FORBIDDEN'))
    await assert.rejects(
      untagAction.run(theirs, { remove: ['team'] }, {}, new AbortController().signal),
      failing('FORBIDDEN'),
    )

    assert.deepEqual(outcome.result, { changed: true })
    assert.deepEqual((await ask('device.show', { id: ids[0] })).tags, ['team'])
  })

  test('does not reach a device that a limited person may not see', async () => {
    const { ids, ask, call } = await worldOf()
    await ask('device.tag', { ids: [ids[0]], add: ['team'] })
    const theirs = call({ deviceId: ids[1] }, { ...ada, tags: ['team'] })

    const done = tagAction.run(theirs, { add: ['web'] }, {}, new AbortController().signal)
    await assert.rejects(done, (error: AppError) => error.code === 'NOT_FOUND')
  })
})
