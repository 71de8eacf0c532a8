import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cliActor } from '#features/access/cli-actor.ts'
import { assertAdminRemains, changeUsers, findUser } from '#features/access/user-queries.ts'
import { deleteUser, editUser, inviteUser, resetUser } from '#features/access/users.ts'
import { systemClock } from '#kernel/clock.ts'
import { AppError } from '#kernel/errors.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { makeAdmin, rejectsWith, testAccess } from '#test/access-client.ts'

const root = cliActor('root')

onEachDatabase('people', (fresh) => {
  const start = async () => {
    const made = testAccess(await fresh())
    await makeAdmin(made.access)
    return made.context
  }
  const invite = (
    context: Parameters<typeof inviteUser>[0],
    email: string,
    role: 'viewer' | 'operator' | 'admin' = 'viewer',
  ) => inviteUser(context, root, { name: email, email, role })

  test('the last admin is not demoted, disabled or deleted', async () => {
    const context = await start()
    const attempts = [
      () => editUser(context, root, 'ada@example.net', { role: 'operator' }),
      () => editUser(context, root, 'ada@example.net', { disabled: true }),
      () => deleteUser(context, root, 'ada@example.net'),
    ]
    for (const attempt of attempts) await rejectsWith('CONFLICT', attempt())
    const ada = await findUser(context.db, 'ada@example.net')
    assert.deepEqual([ada.role, ada.disabledAt, ada.version], ['admin', null, 1])
  })

  test('an admin who is disabled is none: the other one is the last', async () => {
    const context = await start()
    await invite(context, 'bob@example.net', 'admin')
    await editUser(context, root, 'bob@example.net', { disabled: true })
    await rejectsWith('CONFLICT', deleteUser(context, root, 'ada@example.net'))
    await editUser(context, root, 'bob@example.net', { disabled: false })
    await deleteUser(context, root, 'ada@example.net')
    await rejectsWith('CONFLICT', editUser(context, root, 'bob@example.net', { disabled: true }))
  })

  test('two admins who demote each other at the same moment leave one', async () => {
    const context = await start()
    await invite(context, 'bob@example.net', 'admin')
    const demotion = changeUsers(context, async (transaction) => {
      await transaction
        .updateTable('users')
        .set({ role: 'viewer' })
        .where('email', '=', 'ada@example.net')
        .execute()
      const other = editUser(context, root, 'bob@example.net', { role: 'viewer' }).then(
        () => 'done',
        (error: unknown) => error,
      )
      // The other one has to wait for us. Without a lock it would be done long before this pause is over.
      const early = await Promise.race([other, systemClock.sleep(300, new AbortController().signal)])
      await assertAdminRemains(transaction)
      return { other, early }
    })
    const { other, early } = await demotion
    assert.equal(early, undefined)
    assert.ok((await other) instanceof AppError)
    assert.equal((await findUser(context.db, 'bob@example.net')).role, 'admin')
  })

  test('an admin cannot be limited by tags, others can, and becoming admin needs the limit gone', async () => {
    const context = await start()
    await rejectsWith('INPUT_INVALID', editUser(context, root, 'ada@example.net', { tags: ['lab'] }))
    await invite(context, 'bob@example.net')
    const bob = await editUser(context, root, 'bob@example.net', { tags: ['lab', 'lab'] })
    assert.deepEqual(bob.tags, ['lab'])
    await rejectsWith('INPUT_INVALID', editUser(context, root, 'bob@example.net', { role: 'admin' }))
    const promoted = await editUser(context, root, 'bob@example.net', { role: 'admin', tags: null })
    assert.deepEqual([promoted.role, promoted.tags], ['admin', undefined])
  })

  test('an e-mail address names one person, in any spelling', async () => {
    const context = await start()
    await rejectsWith('ALREADY_EXISTS', invite(context, 'ADA@example.NET'))
    assert.equal((await findUser(context.db, 'Ada@Example.net')).email, 'ada@example.net')
    await rejectsWith('NOT_FOUND', findUser(context.db, 'nobody@example.net'))
  })

  test('a change made on an older version is refused', async () => {
    const context = await start()
    await invite(context, 'bob@example.net')
    const { version } = await editUser(context, root, 'bob@example.net', { name: 'Bob', expectedVersion: 1 })
    assert.equal(version, 2)
    await rejectsWith(
      'CHANGED_SINCE',
      editUser(context, root, 'bob@example.net', { name: 'Rob', expectedVersion: 1 }),
    )
    assert.equal((await findUser(context.db, 'bob@example.net')).name, 'Bob')
  })

  test('a failed change leaves no line in the trail, a successful one leaves one', async () => {
    const context = await start()
    await invite(context, 'bob@example.net', 'operator')
    await rejectsWith('CONFLICT', deleteUser(context, root, 'ada@example.net'))
    await editUser(context, root, 'bob@example.net', { role: 'viewer', tags: ['lab'] })
    await resetUser(context, root, 'bob@example.net', { twoFactor: true })
    await deleteUser(context, root, 'bob@example.net')
    const lines = await context.db
      .selectFrom('audit_logs')
      .selectAll()
      .where('actor', '=', 'cli:root')
      .orderBy('id')
      .execute()
    assert.deepEqual(
      lines.map(({ operation, subject, details }) => [operation, subject, JSON.parse(details!)]),
      [
        ['user.create', 'user:bob@example.net', { role: 'operator', tags: null }],
        [
          'user.edit',
          'user:bob@example.net',
          {
            before: { name: 'bob@example.net', role: 'operator', tags: null, disabled: false },
            after: { name: 'bob@example.net', role: 'viewer', tags: ['lab'], disabled: false },
          },
        ],
        ['user.reset', 'user:bob@example.net', { twoFactor: true }],
        [
          'user.delete',
          'user:bob@example.net',
          { name: 'bob@example.net', role: 'viewer', tags: ['lab'], disabled: false },
        ],
      ],
    )
  })
})
