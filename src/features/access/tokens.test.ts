import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CompiledQuery } from 'kysely'
import { cliActor } from '#features/access/cli-actor.ts'
import { hashSecret } from '#features/access/secret-text.ts'
import { createToken, revokeToken } from '#features/access/tokens.ts'
import type { NewToken } from '#features/access/tokens.ts'
import { deleteUser, editUser } from '#features/access/users.ts'
import type { AccessPart } from '#features/access/access.ts'
import type { User } from '#features/access/user-queries.ts'
import type { Database } from '#database/schema.ts'
import { permissionsOf } from '#features/access/rights.ts'
import type { Actor } from '#model/actor.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { makeAdmin, makeUser, rejectsWith, testAccess } from '#test/access-client.ts'
import type { AccessOptions } from '#test/access-client.ts'
import { queryCounter } from '#test/query-counter.ts'
import { TestClock } from '#test/test-clock.ts'

const root = cliActor('root')
const ci: NewToken = { name: 'ci', role: 'viewer', expiresInDays: 30 }
const day = 86_400_000

const actorOf = (user: User): Actor => ({
  kind: 'user',
  name: user.email,
  userId: user.id,
  role: user.role,
  permissions: permissionsOf(user),
  tags: user.tags,
})

onEachDatabase('tokens', (fresh) => {
  const start = async (options: AccessOptions = {}) => {
    const clock = new TestClock('2026-11-25T10:00:00.000Z')
    const { access, context } = testAccess(await fresh(), { clock, ...options })
    const identify = (secret: string) =>
      access.identify({ headers: new Headers({ authorization: `Bearer ${secret}` }), address: '192.0.2.1' })
    return { access, context, clock, identify }
  }

  test('a token is known by its secret, which is kept nowhere', async () => {
    const { context, identify } = await start()
    const { token, secret } = await createToken(context, root, ci)
    assert.match(secret, /^rc_[\w-]{43}$/)
    assert.equal(token.prefix, secret.slice(0, 9))
    const actor = await identify(secret)
    assert.deepEqual(
      [actor.kind, actor.name, actor.role, actor.userId],
      ['token', 'token:ci', 'viewer', undefined],
    )
    const kept = JSON.stringify([
      await context.db.selectFrom('api_tokens').selectAll().execute(),
      await context.db.selectFrom('audit_logs').selectAll().execute(),
    ])
    assert.ok(kept.includes(hashSecret(secret)) && !kept.includes(secret) && !kept.includes(secret.slice(12)))
  })

  test('what is no token in force is refused', async () => {
    const { access, context, clock, identify } = await start()
    const { token, secret } = await createToken(context, root, ci)
    const altered = `${secret.slice(0, -1)}${secret.endsWith('A') ? 'B' : 'A'}`
    for (const bad of ['', 'rc_', altered, hashSecret(secret), `${secret} ${secret}`]) {
      await rejectsWith('UNAUTHENTICATED', identify(bad))
    }
    const headers = new Headers({ authorization: `Basic ${secret}` })
    await rejectsWith('UNAUTHENTICATED', access.identify({ headers, address: '192.0.2.1' }))
    const { secret: other } = await createToken(context, root, { ...ci, name: 'other' })
    await revokeToken(context, root, token.id)
    assert.match((await rejectsWith('UNAUTHENTICATED', identify(secret))).message, /revoked/)
    assert.equal((await identify(other)).name, 'token:other')
    clock.advance(30 * day)
    assert.match((await rejectsWith('UNAUTHENTICATED', identify(other))).message, /expired/)
  })

  test('a token is only as good as its owner: less role, fewer tags, disabled, deleted', async () => {
    const { access, context, identify } = await start()
    await makeAdmin(access)
    const bob = await makeUser(context, { email: 'bob@example.net', role: 'operator' })
    const { secret } = await createToken(context, actorOf(bob), { ...ci, role: 'operator' })
    assert.ok((await identify(secret)).permissions.has('inventory.change'))
    await editUser(context, root, bob.id, { role: 'viewer', tags: ['lab'] })
    const actor = await identify(secret)
    assert.deepEqual(
      [actor.role, actor.tags, actor.permissions.has('inventory.change')],
      ['viewer', ['lab'], false],
    )
    await editUser(context, root, bob.id, { disabled: true })
    await rejectsWith('UNAUTHENTICATED', identify(secret))
    await deleteUser(context, root, bob.id)
    await rejectsWith('UNAUTHENTICATED', identify(secret))
  })

  test('scope is the role and the listed permissions together', async () => {
    const { context, identify } = await start()
    const scoped = { ...ci, permissions: ['inventory.read', 'access.manage'] as const, tags: ['lab'] }
    const { secret } = await createToken(context, root, scoped)
    const actor = await identify(secret)
    assert.deepEqual([...actor.permissions], ['inventory.read'])
    assert.deepEqual(actor.tags, ['lab'])
  })

  test('nobody gives a token more than they have', async () => {
    const { access, context } = await start()
    await makeAdmin(access)
    const bob = actorOf(
      await makeUser(context, { email: 'bob@example.net', role: 'operator', tags: ['lab', 'office'] }),
    )
    const refused: Partial<NewToken>[] = [
      { role: 'admin' },
      { tags: ['lab', 'production'] },
      { user: 'ada@example.net' },
      { user: 'nobody@example.net' },
    ]
    for (const more of refused) await rejectsWith('FORBIDDEN', createToken(context, bob, { ...ci, ...more }))
    await rejectsWith('INPUT_INVALID', createToken(context, root, { ...ci, role: 'admin', tags: ['lab'] }))
    for (const less of [{}, { role: 'operator' }, { tags: ['lab'] }, { user: 'BOB@example.net' }] as const) {
      assert.equal((await createToken(context, bob, { ...ci, ...less })).token.userEmail, 'bob@example.net')
    }
    const forBob = await createToken(context, root, { ...ci, user: 'bob@example.net' })
    assert.deepEqual([forBob.token.userEmail, forBob.token.createdBy], ['bob@example.net', 'cli:root'])
  })

  test('a token makes and ends no tokens, unless it may manage access', async () => {
    const { access, context, identify } = await start()
    await makeAdmin(access)
    const bob = actorOf(await makeUser(context, { email: 'bob@example.net', role: 'operator' }))
    const { token, secret } = await createToken(context, bob, { ...ci, role: 'operator' })
    const program = await identify(secret)
    await rejectsWith('FORBIDDEN', createToken(context, program, ci))
    await rejectsWith('FORBIDDEN', revokeToken(context, program, token.id))
    const manager = await identify((await createToken(context, root, { ...ci, role: 'admin' })).secret)
    await createToken(context, manager, ci)
  })

  test('one ends one’s own tokens; those of others are not even there', async () => {
    const { context } = await start()
    const [bob, eve] = [
      actorOf(await makeUser(context, { email: 'bob@example.net' })),
      actorOf(await makeUser(context, { email: 'eve@example.net' })),
    ]
    const { token } = await createToken(context, bob, ci)
    await rejectsWith('NOT_FOUND', revokeToken(context, eve, token.id))
    const ended = await revokeToken(context, bob, token.id)
    assert.equal(ended.revokedAt, '2026-11-25T10:00:00.000Z')
    assert.deepEqual(await revokeToken(context, root, token.id), ended)
  })

  test('the admin token of the configuration is an admin, and nothing that resembles it', async () => {
    const adminToken = 'automation-0123456789abcdef'
    const { identify } = await start({ config: { access: { adminToken } } })
    const actor = await identify(adminToken)
    assert.deepEqual([actor.kind, actor.name, actor.role], ['token', 'token:admin', 'admin'])
    for (const bad of [`${adminToken}0`, adminToken.slice(0, -1), adminToken.toUpperCase()]) {
      await rejectsWith('UNAUTHENTICATED', identify(bad))
    }
  })

  test('a look-up is one read by a unique index; its use is written once an hour', async () => {
    const { context, clock } = await start()
    const { secret, token } = await createToken(context, root, ci)
    const counter = queryCounter()
    const { access } = testAccess({ ...context, db: context.db.withPlugin(counter.plugin) }, { clock })
    const use = () =>
      access.identify({ headers: new Headers({ authorization: `Bearer ${secret}` }), address: 'x' })
    await use()
    assert.deepEqual(counter.kinds, ['SelectQueryNode', 'UpdateQueryNode'])
    for (const [minutes, kinds] of [
      [59, ['SelectQueryNode']],
      [2, ['SelectQueryNode', 'UpdateQueryNode']],
    ] as const) {
      clock.advance(minutes * 60_000)
      counter.kinds.length = 0
      await use()
      assert.deepEqual(counter.kinds, kinds)
    }
    const { last_used_at } = await context.db
      .selectFrom('api_tokens')
      .select('last_used_at')
      .where('id', '=', token.id)
      .executeTakeFirstOrThrow()
    assert.equal(last_used_at, '2026-11-25T11:01:00.000Z')
    assert.match(await planOfLookup(context), /api_tokens_hash_key|sqlite_autoindex_api_tokens/)
  })
})

async function planOfLookup({ db, engine }: AccessPart): Promise<string> {
  const { sql, parameters } = db.selectFrom('api_tokens').select('id').where('hash', '=', 'x').compile()
  const run = (transaction: Database, text: string, values: unknown[] = []) =>
    transaction.executeQuery(CompiledQuery.raw(text, values))
  return db.transaction().execute(async (transaction) => {
    // PostgreSQL reads an empty table whole, whatever indexes it has.
    if (engine === 'postgres') await run(transaction, 'set local enable_seqscan = off')
    const explain = engine === 'sqlite' ? 'explain query plan' : 'explain'
    return JSON.stringify((await run(transaction, `${explain} ${sql}`, [...parameters])).rows)
  })
}
