import assert from 'node:assert/strict'
import { test } from 'node:test'
import { classifyAction } from '#features/actions/classify-action.ts'
import { findHost } from '#features/hosts/host-queries.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { addHosts, macOf } from '#test/host-rows.ts'
import { failing } from '#test/http-lab.ts'
import { rowWorld } from '#test/row-world.ts'

onEachDatabase('classifying as a job', (fresh) => {
  test('decides type and state of hosts, named by id or by MAC address', async () => {
    const opened = await fresh()
    await addHosts(opened, 3)
    const { preview, run, call, context } = rowWorld(opened)
    const parameters = { hostType: 'server', status: 'approved' }

    const rows = [{ key: '1' }, { input: { mac: macOf(2).toUpperCase() } }, { key: '77' }]
    const facts = await preview(classifyAction, parameters, rows)
    context.happenings.length = 0
    await run(classifyAction, parameters, rows[0])
    await run(classifyAction, parameters, rows[1])
    const [after] = await preview(classifyAction, parameters, rows)

    assert.deepEqual(
      [facts[0]!.before, facts[0]!.after],
      [
        { hostType: 'unknown', status: 'pending' },
        { hostType: 'server', status: 'approved' },
      ],
    )
    assert.equal(facts[1]!.nothingToDo, undefined)
    assert.match(facts[2]!.nothingToDo!, /no longer there/)
    const host = await findHost(call(), 2)
    assert.deepEqual([host.hostType, host.status], ['server', 'approved'])
    assert.match(after!.nothingToDo!, /already/)
    assert.equal(context.happenings.filter(({ topic }) => topic === 'host.changed').length, 2)
  })

  test('makes a type that sources told the decision of a person', async () => {
    const opened = await fresh()
    await addHosts(opened, 1, () => ({ host_type: 'server' }))
    const { preview, run, versions } = rowWorld(opened)
    const rows = [{ key: '1' }]

    const [before] = await preview(classifyAction, { hostType: 'server' }, rows)
    await run(classifyAction, { hostType: 'server' }, rows[0])
    const [version] = await versions(classifyAction, { hostType: 'server' }, rows)

    assert.equal(before!.nothingToDo, undefined)
    assert.notEqual(version, before!.version)
  })

  test('warns of pushed hosts, which keep their state, and needs something to decide', async () => {
    const opened = await fresh()
    await addHosts(opened, 1, () => ({ status: 'pushed' }))
    const { preview, run, call } = rowWorld(opened)

    const [facts] = await preview(classifyAction, { status: 'rejected' }, [{ key: '1' }])

    assert.match(facts!.warnings![0]!, /pushed/)
    await assert.rejects(run(classifyAction, { status: 'rejected' }, { key: '1' }), failing('CONFLICT'))
    await assert.rejects(classifyAction.check!(call(), {}), failing('INPUT_INVALID'))
  })
})
