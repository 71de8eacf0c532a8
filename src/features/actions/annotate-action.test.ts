import assert from 'node:assert/strict'
import { test } from 'node:test'
import { annotateAction } from '#features/actions/annotate-action.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { failing } from '#test/http-lab.ts'
import { rowWorld } from '#test/row-world.ts'
import { machines } from '#test/scripted-source.ts'

onEachDatabase('annotating as a job', (fresh) => {
  const worldOf = async () => {
    const world = rowWorld(await fresh())
    await world.read([machines(2)])
    await world.ask('field.create', { name: 'cost', label: 'Cost', type: 'number' })
    const devices = await world.devices()
    return { ...world, ids: devices.map(({ id }) => id) }
  }
  const effect = (parameters: { note?: string; set?: object }) =>
    (annotateAction.effect as (context: unknown, given: object) => string)({}, parameters)

  test('adds a note with what the row has, once however often it is asked for', async () => {
    const { ids, ask, run, preview, call } = await worldOf()
    const parameters = { note: 'Replace {name} by {row.Due date}' }
    const row = { deviceId: ids[0], input: { 'Due date': '2027-01-01' } }

    const [shown] = await preview(annotateAction, parameters, [row])
    await run(annotateAction, parameters, row)
    await run(annotateAction, parameters, row)

    assert.deepEqual(shown!.after, { note: 'Replace web-01 by 2027-01-01' })
    const notes = await ask('note.list', { id: ids[0] })
    assert.deepEqual(
      notes.items.map((note: { body: string }) => note.body),
      ['Replace web-01 by 2027-01-01'],
    )
    assert.equal(effect(parameters), 'keyed')
    const key = (input: object, deviceId = ids[0]) =>
      JSON.stringify(
        annotateAction.effectOf!(call(), parameters, input as never, {
          key: 'x',
          deviceId: deviceId as never,
        }),
      )
    assert.equal(key(row.input), key({ 'Due date': '2027-01-01', other: 'x' }))
    assert.notEqual(key(row.input), key({ 'Due date': '2028-01-01' }))
    assert.notEqual(key(row.input), key(row.input, ids[1]))
  })

  test('enters fields by hand, as editing the device does', async () => {
    const { ids, ask, run, preview } = await worldOf()
    const parameters = { set: { site: 'berlin', custom: { cost: 7 } } }

    const [shown] = await preview(annotateAction, parameters, [{ deviceId: ids[0] }])
    await run(annotateAction, parameters, { deviceId: ids[0] })
    const again = await run(annotateAction, parameters, { deviceId: ids[0] })
    const [then] = await preview(annotateAction, parameters, [{ deviceId: ids[0] }])

    assert.deepEqual(shown!.before, { site: null, 'custom.cost': null })
    assert.deepEqual(shown!.after, { site: 'berlin', 'custom.cost': 7 })
    const device = await ask('device.show', { id: ids[0] })
    assert.deepEqual([device.site, device.custom], ['berlin', { cost: 7 }])
    const site = device.facts.find((fact: { name: string }) => fact.name === 'site')
    assert.equal(site.source, 'manual')
    assert.match(again.skipped!, /already/)
    assert.match(then!.nothingToDo!, /already/)
    assert.equal(effect(parameters), 'probe')
  })

  test('enters what the columns of a file say: fields and custom fields, and keeps what is empty', async () => {
    const { ids, ask, run } = await worldOf()
    await ask('device.update', { id: ids[0], owner: 'ops' })
    const input = { name: 'web-01', site: ' Graz ', rack: 'R7', owner: '', cost: '12.5', remark: 'ignored' }

    await run(annotateAction, {}, { deviceId: ids[0], input })
    const device = await ask('device.show', { id: ids[0] })

    assert.deepEqual(
      [device.site, device.rack, device.owner, device.custom],
      ['Graz', 'R7', 'ops', { cost: 12.5 }],
    )
    await run(annotateAction, { columns: ['owner'], empty: 'clear' }, { deviceId: ids[0], input })
    assert.equal((await ask('device.show', { id: ids[0] })).owner, null)
  })

  test('says before and at the row what cannot be kept, by column', async () => {
    const { ids, run, preview } = await worldOf()
    const row = { deviceId: ids[0], input: { status: 'sleeping', 'custom.cost': 'dear' } }

    const [shown] = await preview(annotateAction, { columns: ['status'] }, [row])

    assert.match(shown!.warnings![0]!, /will fail.*status/)
    await assert.rejects(
      run(annotateAction, { columns: ['status'] }, row),
      failing('INPUT_INVALID', /status/),
    )
    await assert.rejects(run(annotateAction, { columns: ['custom.cost'] }, row), failing('INPUT_INVALID'))
    await assert.rejects(
      run(annotateAction, { columns: ['shelf'] }, row),
      failing('INPUT_INVALID', /no column shelf/),
    )
  })

  test('is no longer what was previewed where one of its own fields changed, and still where another did', async () => {
    const { ids, ask, preview, versions } = await worldOf()
    const rows = [{ deviceId: ids[0] }]
    const [shown] = await preview(annotateAction, { set: { site: 'berlin' } }, rows)

    await ask('device.update', { id: ids[0], owner: 'ada' })
    const [same] = await versions(annotateAction, { set: { site: 'berlin' } }, rows)
    await ask('device.update', { id: ids[0], site: 'Linz' })
    const [other] = await versions(annotateAction, { set: { site: 'berlin' } }, rows)

    assert.equal(same, shown!.version)
    assert.notEqual(other, shown!.version)
  })

  test('refuses placeholders and custom fields that there are not, before any row', async () => {
    const { call } = await worldOf()

    await assert.rejects(
      annotateAction.check!(call(), { note: 'see {nmae}' }),
      failing('INPUT_INVALID', /\{nmae\}/),
    )
    await assert.rejects(
      annotateAction.check!(call(), { set: { custom: { csot: 1 } } }),
      failing('INPUT_INVALID'),
    )
    await assert.rejects(
      annotateAction.check!(call(), { set: {} }),
      failing('INPUT_INVALID', /nothing to set/),
    )
  })
})
