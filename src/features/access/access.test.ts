import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { KyselyPlugin } from 'kysely'
import { getMigrations } from 'better-auth/db/migration'
import { authOptions } from '#features/access/auth-options.ts'
import { deleteUser, editUser } from '#features/access/users.ts'
import { cliActor } from '#features/access/cli-actor.ts'
import { shift, systemClock } from '#kernel/clock.ts'
import { AppError } from '#kernel/errors.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { admin, makeAdmin, makeUser, openBrowser, rejectsWith, testAccess } from '#test/access-client.ts'
import { queryCounter } from '#test/query-counter.ts'

const root = cliActor('root')
const credentials = { email: admin.email, password: admin.password }

onEachDatabase('sign-in', (fresh) => {
  test('the tables are what the sign-in library needs', async () => {
    const { context } = testAccess(await fresh())
    const wanted = await getMigrations(authOptions({ ...context, secret: 'x'.repeat(43), oidc: false }))
    assert.deepEqual([wanted.toBeCreated, wanted.toBeAdded, wanted.schemaProblems], [[], [], []])
  })

  test('a password opens a session, and signing out ends it on the server too', async () => {
    const { access, context } = testAccess(await fresh())
    await makeAdmin(access)
    const browser = openBrowser(access)
    assert.equal((await browser.actor()).kind, 'anonymous')
    assert.equal((await browser.post('/sign-in/email', credentials)).status, 200)
    const cookies = new Map(browser.cookies)
    const actor = await browser.actor()
    assert.deepEqual(
      [actor.kind, actor.name, actor.role, actor.tags],
      ['user', 'ada@example.net', 'admin', undefined],
    )
    assert.ok(actor.permissions.has('access.manage'))
    const session = await context.db.selectFrom('sessions').selectAll().executeTakeFirstOrThrow()
    assert.deepEqual(
      [session.ip_address, session.user_agent, session.id],
      ['192.0.2.10', 'test', actor.sessionId],
    )
    await browser.post('/sign-out')
    assert.equal(browser.cookies.size, 0)
    for (const [name, value] of cookies) browser.cookies.set(name, value)
    assert.equal((await browser.actor()).kind, 'anonymous')
  })

  test('a wrong password and an unknown address are refused with the same words', async () => {
    const { access } = testAccess(await fresh())
    await makeAdmin(access)
    const browser = openBrowser(access)
    const wrong = await rejectsWith(
      'UNAUTHENTICATED',
      browser.post('/sign-in/email', { ...credentials, password: 'wrong' }),
    )
    const unknown = await rejectsWith(
      'UNAUTHENTICATED',
      browser.post('/sign-in/email', { ...credentials, email: 'bob@example.net' }),
    )
    assert.equal(wrong.message, unknown.message)
    assert.equal((await browser.actor()).kind, 'anonymous')
  })

  test('a forged or altered cookie is nobody', async () => {
    const { access } = testAccess(await fresh())
    await makeAdmin(access)
    const browser = openBrowser(access)
    await browser.post('/sign-in/email', credentials)
    const [[name, value]] = [...browser.cookies] as [[string, string]]
    const [token] = decodeURIComponent(value).split('.') as [string]
    for (const forged of [token, `${token}.`, `${token}.AAAA`, `x${value}`, 'x'.repeat(5000)]) {
      browser.cookies.set(name, forged)
      assert.equal((await browser.actor()).kind, 'anonymous', forged.slice(0, 60))
    }
  })

  test('an expired session is nobody, and its row goes with the next sign-in', async () => {
    const { access, context } = testAccess(await fresh())
    await makeAdmin(access)
    const browser = openBrowser(access)
    await browser.post('/sign-in/email', credentials)
    await context.db.updateTable('sessions').set({ expires_at: '2020-01-01T00:00:00.000Z' }).execute()
    assert.equal((await browser.actor()).kind, 'anonymous')
    browser.cookies.clear()
    await browser.post('/sign-in/email', credentials)
    assert.equal((await context.db.selectFrom('sessions').select('id').execute()).length, 1)
  })

  test('somebody who is disabled loses open sessions and opens none; enabled again, the password works', async () => {
    const { access, context } = testAccess(await fresh())
    await makeAdmin(access)
    await makeUser(context, { email: 'eve@example.net', role: 'operator' })
    const browser = openBrowser(access)
    const eve = { ...credentials, email: 'eve@example.net' }
    await browser.post('/sign-in/email', eve)
    await editUser(context, root, 'eve@example.net', { disabled: true })
    assert.equal((await browser.actor()).kind, 'anonymous')
    const refusal = await rejectsWith('FORBIDDEN', openBrowser(access).post('/sign-in/email', eve))
    assert.match(refusal.message, /disabled/)
    await editUser(context, root, 'eve@example.net', { disabled: false })
    await browser.post('/sign-in/email', eve)
    assert.equal((await browser.actor()).name, 'eve@example.net')
    await deleteUser(context, root, 'eve@example.net')
    assert.equal((await browser.actor()).kind, 'anonymous')
  })

  test('a change of role counts from the next request on', async () => {
    const { access, context } = testAccess(await fresh())
    await makeAdmin(access)
    await makeUser(context, { email: 'eve@example.net', role: 'operator' })
    const browser = openBrowser(access)
    await browser.post('/sign-in/email', { ...credentials, email: 'eve@example.net' })
    await editUser(context, root, 'eve@example.net', { role: 'viewer', tags: ['lab'] })
    const actor = await browser.actor()
    assert.deepEqual(
      [actor.role, actor.tags, actor.permissions.has('hosts.review')],
      ['viewer', ['lab'], false],
    )
  })

  test('a new password replaces the old one and ends every other session', async () => {
    const { access } = testAccess(await fresh())
    await makeAdmin(access)
    const browser = openBrowser(access)
    await browser.post('/sign-in/email', credentials)
    const elsewhere = openBrowser(access)
    await elsewhere.post('/sign-in/email', credentials)
    const change = { currentPassword: admin.password, newPassword: 'another long password' }
    await rejectsWith(
      'INPUT_INVALID',
      browser.post('/change-password', { ...change, newPassword: 'too short' }),
    )
    await rejectsWith(
      'INPUT_INVALID',
      browser.post('/change-password', { ...change, currentPassword: 'wrong' }),
    )
    await browser.post('/change-password', change)
    assert.deepEqual(
      [(await browser.actor()).name, (await elsewhere.actor()).name],
      [admin.email, 'anonymous'],
    )
    await rejectsWith('UNAUTHENTICATED', openBrowser(access).post('/sign-in/email', credentials))
    const other = openBrowser(access)
    await other.post('/sign-in/email', { ...credentials, password: change.newPassword })
    assert.equal((await other.actor()).name, admin.email)
  })

  test('a page of another site changes nothing', async () => {
    const { access } = testAccess(await fresh())
    await makeAdmin(access)
    const browser = openBrowser(access)
    const evil = { origin: 'https://evil.example' }
    await rejectsWith('FORBIDDEN', browser.post('/sign-in/email', credentials, evil))
    await browser.post('/sign-in/email', credentials)
    await rejectsWith('FORBIDDEN', browser.post('/sign-out', {}, evil))
    await rejectsWith('FORBIDDEN', browser.post('/sign-out', {}, { 'sec-fetch-site': 'cross-site' }))
    assert.equal((await browser.actor()).name, admin.email)
  })

  test('only the listed endpoints of the library answer', async () => {
    const { access } = testAccess(await fresh())
    await makeAdmin(access)
    const browser = openBrowser(access)
    await browser.post('/sign-in/email', credentials)
    const forbidden = [
      'sign-up/email',
      'update-user',
      'delete-user',
      'revoke-sessions',
      'link-social',
      'two-factor/get-totp-uri',
    ]
    for (const path of [
      ...forbidden,
      'request-password-reset',
      'sign-in/email/',
      '../v1/users',
      'callback/x/y',
    ]) {
      await rejectsWith(
        'NOT_FOUND',
        browser.post(`/${path}`, { email: 'x@example.net', password: 'long enough password' }),
      )
    }
    await rejectsWith('NOT_FOUND', browser.get('/sign-in/email'))
  })

  test('no answer holds the token of a session, and no row the password', async () => {
    const { access, context } = testAccess(await fresh())
    await makeAdmin(access)
    const browser = openBrowser(access)
    const answer = await (await browser.post('/sign-in/email', credentials)).text()
    const { token } = await context.db.selectFrom('sessions').select('token').executeTakeFirstOrThrow()
    const seen = await (await browser.get('/get-session')).text()
    assert.match(seen, /ada@example\.net/)
    for (const text of [answer, seen]) assert.ok(!text.includes(token))
    const { password } = await context.db.selectFrom('accounts').select('password').executeTakeFirstOrThrow()
    assert.ok(password && !password.includes(admin.password))
    const { sealed } = await context.db
      .selectFrom('access_secrets')
      .select('sealed')
      .executeTakeFirstOrThrow()
    assert.match(sealed, /^sealed:/)
  })

  test('a session is looked up with two reads and no write', async () => {
    const { access, context } = testAccess(await fresh())
    await makeAdmin(access)
    const browser = openBrowser(access)
    await browser.post('/sign-in/email', credentials)
    const counter = queryCounter()
    const counted = testAccess({ ...context, db: context.db.withPlugin(counter.plugin) })
    const same = openBrowser(counted.access)
    for (const [name, value] of browser.cookies) same.cookies.set(name, value)
    await same.actor()
    counter.kinds.length = 0
    assert.equal((await same.actor()).name, admin.email)
    assert.deepEqual(counter.kinds, ['SelectQueryNode', 'SelectQueryNode'])
  })

  test('a lost database is called that, for pages and for sign-ins', async () => {
    const { access, context } = testAccess(await fresh())
    await makeAdmin(access)
    const browser = openBrowser(access)
    await browser.post('/sign-in/email', credentials)
    let isLost = false
    const losing: KyselyPlugin = {
      transformQuery({ node }) {
        if (isLost) throw new AppError('DATABASE_UNREACHABLE', 'PostgreSQL does not answer')
        return node
      },
      transformResult: async ({ result }) => result,
    }
    const same = openBrowser(testAccess({ ...context, db: context.db.withPlugin(losing) }).access)
    for (const [name, value] of browser.cookies) same.cookies.set(name, value)
    assert.equal((await same.actor()).name, admin.email)
    isLost = true
    await rejectsWith('DATABASE_UNREACHABLE', same.actor())
    await rejectsWith('DATABASE_UNREACHABLE', same.post('/sign-in/email', credentials))
    await rejectsWith('DATABASE_UNREACHABLE', same.get('/get-session'))
    isLost = false
    assert.equal((await same.actor()).name, admin.email)
  })

  test('reading the session now and then keeps it alive; asking who somebody is does not', async () => {
    const { access, context } = testAccess(await fresh())
    await makeAdmin(access)
    const browser = openBrowser(access)
    await browser.post('/sign-in/email', credentials)
    const expiry = async () =>
      (await context.db.selectFrom('sessions').select('expires_at').executeTakeFirstOrThrow()).expires_at
    const inTwoDays = shift(systemClock.now(), 2 * 86_400_000)
    await context.db.updateTable('sessions').set({ expires_at: inTwoDays }).execute()
    await browser.actor()
    assert.equal(await expiry(), inTwoDays)
    await browser.get('/get-session')
    assert.ok((await expiry()) > shift(inTwoDays, 27 * 86_400_000), await expiry())
  })

  test('two servers on one database accept each other’s sessions', async () => {
    const opened = await fresh()
    const [one, two] = [testAccess(opened), testAccess(opened)]
    await makeAdmin(one.access)
    const browser = openBrowser(one.access)
    await browser.post('/sign-in/email', credentials)
    const other = openBrowser(two.access)
    for (const [name, value] of browser.cookies) other.cookies.set(name, value)
    assert.equal((await other.actor()).name, admin.email)
  })

  test('cookies are for this server alone, hidden from scripts, and for TLS only under an https address', async () => {
    const opened = await fresh()
    const plain = testAccess(opened)
    await makeAdmin(plain.access)
    const open = await openBrowser(plain.access).post('/sign-in/email', credentials)
    assert.match(
      open.headers.getSetCookie().join(),
      /^rollcall\.session_token=[^;]+;.*HttpOnly; SameSite=Lax/,
    )
    assert.doesNotMatch(open.headers.getSetCookie().join(), /Secure/)
    const publicUrl = 'https://rollcall.example.net'
    const secure = testAccess(opened, { config: { server: { publicUrl } } })
    const browser = openBrowser(secure.access, { origin: publicUrl })
    const answer = await browser.post('/sign-in/email', credentials)
    assert.match(answer.headers.getSetCookie().join(), /^__Secure-rollcall\.session_token=[^;]+;.*Secure/)
    assert.equal((await browser.actor()).name, admin.email)
  })
})
