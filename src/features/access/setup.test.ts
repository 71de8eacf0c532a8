import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cliActor } from '#features/access/cli-actor.ts'
import { hashSecret } from '#features/access/secret-text.ts'
import { acceptInvite, completeSetup, createSetupLink } from '#features/access/setup.ts'
import { setupUrl } from '#features/access/setup-links.ts'
import { inviteUser, resetUser } from '#features/access/users.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { admin, makeAdmin, makeUser, openBrowser, rejectsWith, testAccess } from '#test/access-client.ts'
import { TestClock } from '#test/test-clock.ts'
import { testConfig } from '#test/test-config.ts'

const root = cliActor('root')
const password = 'a password for once'

onEachDatabase('set-up', (fresh) => {
  test('the link makes one admin, once', async () => {
    const { access } = testAccess(await fresh())
    assert.deepEqual(await access.setupState(), { needed: true })
    const token = await access.createSetupLink()
    const user = await access.completeSetup({ token, ...admin })
    assert.deepEqual([user.role, user.email, user.hasPassword], ['admin', 'ada@example.net', true])
    assert.deepEqual(await access.setupState(), { needed: false })
    await rejectsWith('CONFLICT', access.completeSetup({ token, ...admin, email: 'eve@example.net' }))
    await rejectsWith('CONFLICT', access.createSetupLink())
  })

  test('of two who follow links at the same time one becomes admin', async () => {
    const { access, context } = testAccess(await fresh())
    const tokens = [await access.createSetupLink(), await access.createSetupLink()]
    const answers = await Promise.allSettled(
      tokens.map((token, at) => access.completeSetup({ token, ...admin, email: `a${at}@example.net` })),
    )
    assert.deepEqual(answers.map((each) => each.status).toSorted(), ['fulfilled', 'rejected'])
    assert.equal((await context.db.selectFrom('users').select('id').execute()).length, 1)
    assert.equal((await context.db.selectFrom('setup_links').select('id').execute()).length, 0)
  })

  test('a link that was never made, or has expired, makes nobody', async () => {
    const clock = new TestClock()
    const { access, context } = testAccess(await fresh(), { clock })
    await rejectsWith('NOT_FOUND', access.completeSetup({ token: 'rs_guessed', ...admin }))
    const token = await access.createSetupLink()
    clock.advance(24 * 3_600_000)
    await rejectsWith('NOT_FOUND', access.completeSetup({ token, ...admin }))
    assert.deepEqual(await access.setupState(), { needed: true })
    await access.completeSetup({ token: await access.createSetupLink(), ...admin })
    assert.equal((await context.db.selectFrom('setup_links').select('id').execute()).length, 0)
  })

  test('the database knows only the hash of a link', async () => {
    const { context } = testAccess(await fresh())
    const link = await createSetupLink(context, root)
    const row = await context.db.selectFrom('setup_links').selectAll().executeTakeFirstOrThrow()
    assert.equal(row.hash, hashSecret(link.token))
    assert.ok(!JSON.stringify(row).includes(link.token))
  })

  test('an invitation lets its person choose a password, once', async () => {
    const { access, context } = testAccess(await fresh())
    await makeAdmin(access)
    const { user, link } = await inviteUser(context, root, {
      name: 'Bob',
      email: 'Bob@Example.net',
      role: 'operator',
    })
    assert.deepEqual([user.email, user.hasPassword], ['bob@example.net', false])
    const browser = openBrowser(access)
    await rejectsWith('UNAUTHENTICATED', browser.post('/sign-in/email', { email: user.email, password }))
    await acceptInvite(context, { token: link.token, password, name: 'Robert' })
    await browser.post('/sign-in/email', { email: user.email, password })
    assert.deepEqual(
      [(await browser.actor()).role, (await browser.actor()).name],
      ['operator', 'bob@example.net'],
    )
    await rejectsWith('NOT_FOUND', acceptInvite(context, { token: link.token, password }))
  })

  test('an invitation is no set-up link, and a set-up link no invitation', async () => {
    const { access, context } = testAccess(await fresh())
    const { link } = await inviteUser(context, root, {
      name: 'Bob',
      email: 'bob@example.net',
      role: 'viewer',
    })
    await rejectsWith('NOT_FOUND', completeSetup(context, { token: link.token, ...admin }))
    const token = await access.createSetupLink()
    await rejectsWith('NOT_FOUND', acceptInvite(context, { token, password }))
  })

  test('a reset ends sessions, the old password and the old link; a new link brings a new password', async () => {
    const { access, context } = testAccess(await fresh())
    await makeAdmin(access)
    await makeUser(context, { email: 'bob@example.net' })
    const browser = openBrowser(access)
    await browser.post('/sign-in/email', { ...admin, email: 'bob@example.net' })
    const first = await resetUser(context, root, 'bob@example.net', { twoFactor: false })
    const second = await resetUser(context, root, 'bob@example.net', { twoFactor: false })
    assert.equal((await browser.actor()).kind, 'anonymous')
    await rejectsWith(
      'UNAUTHENTICATED',
      openBrowser(access).post('/sign-in/email', { ...admin, email: 'bob@example.net' }),
    )
    await rejectsWith('NOT_FOUND', acceptInvite(context, { token: first.link.token, password }))
    await acceptInvite(context, { token: second.link.token, password })
    await browser.post('/sign-in/email', { email: 'bob@example.net', password })
    assert.equal((await browser.actor()).name, 'bob@example.net')
  })
})

test('a link keeps its token behind the #, under the address by which the server is known', () => {
  const link = { purpose: 'setup', token: 'rs_x' } as const
  const urlFor = (server: object) => setupUrl(testConfig({ server }), link)
  assert.equal(urlFor({}), 'http://127.0.0.1:8080/setup#rs_x')
  assert.equal(urlFor({ host: '0.0.0.0', port: 9000 }), 'http://localhost:9000/setup#rs_x')
  assert.equal(urlFor({ host: 'fd00::1' }), 'http://[fd00::1]:8080/setup#rs_x')
  assert.equal(
    urlFor({ publicUrl: 'https://rollcall.example.net/' }),
    'https://rollcall.example.net/setup#rs_x',
  )
})
