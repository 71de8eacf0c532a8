import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sayAlive, sayGoodbye, type NodeIdentity } from '#features/jobs/node-queries.ts'
import { takeLease } from '#features/monitoring/lease.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { testContext } from '#test/test-context.ts'

const nodeCalled = (name: string): NodeIdentity => ({
  id: `${name}:1`,
  hostname: name,
  pid: process.pid,
  roles: ['worker'],
})

onEachDatabase('the lease of what only one node does', (fresh) => {
  test('is held by one node until it goes, and then by the next', async () => {
    const context = testContext(await fresh())
    const [one, two] = [nodeCalled('one'), nodeCalled('two')]
    await sayAlive(context, one)
    await sayAlive(context, two)

    const first = await takeLease(context, one, 'watch')
    assert.equal(first?.aliveBefore, undefined)
    assert.equal(await takeLease(context, two, 'watch'), undefined)
    assert.ok(await takeLease(context, two, 'something else'))

    await sayGoodbye(context, one.id)
    const second = await takeLease(context, two, 'watch')
    assert.ok(second?.aliveBefore !== undefined)
    assert.equal(await first?.lease.renew(), false)
    assert.equal(await second.lease.renew(), true)
  })

  test('keeps a node that was replaced from writing, wholly', async () => {
    const context = testContext(await fresh())
    const [one, two] = [nodeCalled('one'), nodeCalled('two')]
    await sayAlive(context, one)
    const first = await takeLease(context, one, 'watch')
    const tagged = (name: string) => ({
      name,
      type: 'custom',
      version: 1,
      created_at: context.clock.now(),
    })
    await first!.lease.mine((transaction) =>
      transaction.insertInto('tags').values(tagged('before')).execute(),
    )

    await sayGoodbye(context, one.id)
    await takeLease(context, two, 'watch')
    const late = first!.lease.mine((transaction) =>
      transaction.insertInto('tags').values(tagged('after')).execute(),
    )

    await assert.rejects(late, { code: 'CONFLICT' })
    const tags = await context.db.selectFrom('tags').select('name').execute()
    assert.deepEqual(
      tags.map(({ name }) => name),
      ['before'],
    )
  })

  test('taken again by the same node is a new turn', async () => {
    const context = testContext(await fresh())
    const one = nodeCalled('one')
    await sayAlive(context, one)
    const first = await takeLease(context, one, 'watch')
    const again = await takeLease(context, one, 'watch')

    assert.equal(await first!.lease.renew(), false)
    assert.equal(await again!.lease.renew(), true)
  })
})
