import assert from 'node:assert/strict'
import { test } from 'node:test'
import { accessOperations } from '#features/access/access-operations.ts'
import { auditOperations } from '#features/audit/audit-operations.ts'
import { createAudit } from '#features/access/audit.ts'
import { cliActor } from '#features/access/cli-actor.ts'
import { anonymous } from '#features/access/identify.ts'
import { permissionsOf } from '#features/access/rights.ts'
import { setupState } from '#features/access/setup.ts'
import type { Actor, Role } from '#model/actor.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { admin, makeAdmin, makeUser, openBrowser, rejectsWith, testAccess } from '#test/access-client.ts'
import { callBy, testContext } from '#test/test-context.ts'
import type { TestContext } from '#test/test-context.ts'

// oxlint-disable-next-line typescript/no-explicit-any -- the tests look into answers of every shape
type Answer = any

const root = cliActor('root')

/** Asks as a surface does: input checked and filled, answer checked. */
async function ask(context: TestContext, actor: Actor, name: string, input: object = {}): Promise<Answer> {
  const asked =
    [...accessOperations, ...auditOperations].find((each) => each.name === name) ?? assert.fail(name)
  assert.ok(
    asked.permission === 'open' || asked.permission === 'session' || actor.permissions.has(asked.permission),
    name,
  )
  const given: unknown = asked.input.parse(input)
  return asked.output.parse(await asked.run(callBy(context, actor), given, new AbortController().signal))
}

const person = (user: { id: string; email: string; role: Role }): Actor => ({
  kind: 'user',
  name: user.email,
  userId: user.id,
  role: user.role,
  permissions: permissionsOf(user),
})

onEachDatabase('the operations of access', (fresh) => {
  const start = async () => {
    const opened = await fresh()
    const context = testContext(opened)
    return { context, access: testAccess(opened, { clock: context.clock }).access }
  }

  test('lead from the set-up link to an admin, and tell the page what it needs before sign-in', async () => {
    const { context } = await start()
    assert.deepEqual(await ask(context, anonymous, 'setup.show'), { needed: true, providers: [] })
    const { url } = await ask(context, root, 'setup.link')
    assert.match(url, /^http:\/\/127\.0\.0\.1:8080\/setup#rs_/)
    const token = url.split('#')[1]
    await assert.rejects(
      ask(context, anonymous, 'setup.complete', { token, ...admin, password: 'elevenchars' }),
    )
    const made = await ask(context, anonymous, 'setup.complete', { token, ...admin })
    assert.deepEqual(made, { email: admin.email, name: admin.name })
    assert.deepEqual(await setupState(context.db), { needed: false })
  })

  test('let people change their own name and nothing else of themselves', async () => {
    const { context, access } = await start()
    await makeAdmin(access)
    const eve = person(await makeUser(context, { email: 'eve@example.net', role: 'viewer', tags: ['lab'] }))
    const renamed = await ask(context, eve, 'session.rename', { name: 'Evelyn' })
    assert.deepEqual([renamed.name, renamed.role, renamed.tags], ['Evelyn', 'viewer', ['lab']])
    assert.equal((await ask(context, eve, 'session.show')).user.name, 'Evelyn')
    await rejectsWith('CHANGED_SINCE', ask(context, eve, 'session.rename', { name: 'E', expectedVersion: 1 }))
    await rejectsWith('CONFLICT', ask(context, root, 'session.rename', { name: 'Root' }))
    await rejectsWith('FORBIDDEN', ask(context, { ...eve, kind: 'token' }, 'session.rename', { name: 'T' }))
  })

  test('invite, show, edit and delete people, page by page', async () => {
    const { context, access } = await start()
    const ada = person(await makeAdmin(access))
    for (const name of ['eve', 'bob', 'cleo']) {
      await ask(context, ada, 'user.create', { email: `${name}@example.net`, name })
    }
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const page = await ask(context, ada, 'user.list', { limit: 3, ...(cursor ? { cursor } : {}) })
      seen.push(...page.items.map((user: { name: string }) => user.name))
      cursor = page.nextCursor ?? undefined
    } while (cursor)
    assert.deepEqual(seen, ['Ada', 'bob', 'cleo', 'eve'])
    const { user, link } = await ask(context, ada, 'user.reset', { id: 'bob@example.net' })
    const token = link.url.split('#')[1]
    assert.deepEqual(await ask(context, anonymous, 'invite.show', { token }), {
      email: 'bob@example.net',
      name: 'bob',
    })
    await ask(context, anonymous, 'invite.accept', {
      token,
      password: 'a long enough password',
      name: 'Robert',
    })
    const edited = await ask(context, ada, 'user.edit', { id: user.id, role: 'operator', tags: ['lab'] })
    assert.deepEqual(
      [edited.name, edited.role, edited.tags, edited.hasPassword],
      ['Robert', 'operator', ['lab'], true],
    )
    await ask(context, ada, 'user.delete', { id: user.id })
    await rejectsWith('NOT_FOUND', ask(context, ada, 'user.show', { id: user.id }))
  })

  test('show people themselves, and the command line and programs too', async () => {
    const { context, access } = await start()
    await makeAdmin(access)
    const bob = person(await makeUser(context, { email: 'bob@example.net', role: 'operator' }))
    const me = await ask(context, { ...bob, tags: ['lab'] }, 'session.show')
    assert.deepEqual(me.user, { id: bob.userId, email: 'bob@example.net', name: 'bob@example.net' })
    assert.deepEqual(
      [me.kind, me.role, me.tags, me.twoFactor, me.hasPassword],
      ['user', 'operator', ['lab'], false, true],
    )
    assert.ok(me.permissions.includes('sync.run') && !me.permissions.includes('access.read'))
    const shell = await ask(context, root, 'session.show')
    assert.deepEqual([shell.kind, shell.name, shell.user, shell.role], ['cli', 'cli:root', null, 'admin'])
    const { items } = await ask(context, bob, 'role.list')
    assert.deepEqual(
      items.map((role: { name: string }) => role.name),
      ['viewer', 'operator', 'admin'],
    )
  })

  test('show people their own tokens and sessions, and admins everybody’s', async () => {
    const { context, access } = await start()
    const ada = person(await makeAdmin(access))
    const bob = person(await makeUser(context, { email: 'bob@example.net' }))
    const eve = person(await makeUser(context, { email: 'eve@example.net' }))
    const { secret, token } = await ask(context, bob, 'token.create', { name: 'ci' })
    assert.match(secret, /^rc_/)
    assert.deepEqual(
      [token.role, token.user, token.expiresAt],
      ['viewer', 'bob@example.net', '2026-04-01T00:00:00.000Z'],
    )
    const tokensOf = async (actor: Actor) => (await ask(context, actor, 'token.list')).items.length
    assert.deepEqual([await tokensOf(bob), await tokensOf(eve), await tokensOf(ada)], [1, 0, 1])
    await openBrowser(access).post('/sign-in/email', { ...admin, email: 'bob@example.net' })
    const sessionsOf = async (actor: Actor, user?: string) =>
      (await ask(context, actor, 'session.list', user === undefined ? {} : { user })).items
    assert.equal((await sessionsOf(eve)).length, 0)
    for (const other of ['bob@example.net', 'nobody@example.net'])
      await rejectsWith('FORBIDDEN', sessionsOf(eve, other))
    const [session] = await sessionsOf(ada, 'bob@example.net')
    assert.deepEqual(
      [session.user, session.address, session.current],
      ['bob@example.net', '192.0.2.10', false],
    )
    assert.equal((await sessionsOf({ ...bob, sessionId: session.id }))[0].current, true)
    await rejectsWith('NOT_FOUND', ask(context, eve, 'session.revoke', { id: session.id }))
    await rejectsWith(
      'FORBIDDEN',
      ask(context, { ...bob, kind: 'token' }, 'session.revoke', { id: session.id }),
    )
    await ask(context, ada, 'session.revoke', { id: session.id })
    assert.equal((await sessionsOf(bob)).length, 0)
    const ended = await ask(context, bob, 'token.revoke', { id: token.id })
    assert.equal(ended.revokedAt, context.clock.now())
  })

  test('give the trail newest first, by page and by filter, and no secret in it', async () => {
    const { context, access } = await start()
    const ada = person(await makeAdmin(access))
    const bob = person(await makeUser(context, { email: 'bob@example.net' }))
    const { secret } = await ask(context, bob, 'token.create', { name: 'ci' })
    context.clock.advance(60_000)
    await createAudit(context)({
      actor: 'system:schedule',
      operation: 'sync.run',
      message: 'Something ran',
      jobId: 7,
    })
    const all = (await ask(context, ada, 'audit.list')).items
    assert.deepEqual(
      [all[0].actor, all[0].jobId, all[0].at],
      ['system:schedule', 7, '2026-01-01T00:01:00.000Z'],
    )
    assert.ok(!JSON.stringify(all).includes(secret) && !JSON.stringify(all).includes(admin.password))
    const ids: number[] = []
    let cursor: string | undefined
    do {
      const page = await ask(context, ada, 'audit.list', { limit: 2, ...(cursor ? { cursor } : {}) })
      ids.push(...page.items.map((line: { id: number }) => line.id))
      cursor = page.nextCursor ?? undefined
    } while (cursor)
    assert.deepEqual(
      ids,
      all.map((line: { id: number }) => line.id),
    )
    const filtered = async (filter: object) =>
      (await ask(context, ada, 'audit.list', filter)).items.map(
        (line: { operation: string }) => line.operation,
      )
    assert.deepEqual(await filtered({ actor: 'bob@example.net', operation: 'token.create' }), [
      'token.create',
    ])
    assert.deepEqual(await filtered({ subject: 'user:bob@example.net' }), ['invite.accept', 'user.create'])
    assert.deepEqual(await filtered({ from: '2026-01-01T01:00:30+01:00', until: '2026-01-01T00:02:00Z' }), [
      'sync.run',
    ])
    await assert.rejects(filtered({ from: 'yesterday-ish' }))
  })
})

test('what changes something says so, and only set-up and sign-in are open', () => {
  for (const { name, http, effect } of accessOperations) {
    assert.equal(effect === 'read', http.startsWith('GET') || name === 'invite.show', name)
  }
  const open = accessOperations.filter((each) => each.permission === 'open').map((each) => each.name)
  assert.deepEqual(open, ['setup.show', 'setup.complete', 'invite.show', 'invite.accept'])
})
