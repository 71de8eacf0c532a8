import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { AccessPart } from '#features/access/access.ts'
import { cliActor } from '#features/access/cli-actor.ts'
import { findUser } from '#features/access/user-queries.ts'
import { editUser } from '#features/access/users.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { admin, makeAdmin, makeUser, openBrowser, rejectsWith, testAccess } from '#test/access-client.ts'
import type { Browser } from '#test/access-client.ts'
import { startOidcProvider } from '#test/fakes/oidc-provider.ts'
import type { OidcProvider, Persona } from '#test/fakes/oidc-provider.ts'

const grace = { sub: 'grace-1', email: 'grace@example.net', email_verified: true, name: 'Grace' }
const started: OidcProvider[] = []
after(async () => {
  for (const provider of started) await provider.close()
})

onEachDatabase('sign-in through OIDC', (fresh) => {
  const start = async (settings: object = {}, access: object = { registration: 'oidc' }) => {
    const provider = await startOidcProvider({ claims: grace })
    started.push(provider)
    const { issuer, clientId, clientSecret } = provider
    const basics = { name: 'corp', issuer, clientId, clientSecret, scopes: ['openid', 'email', 'profile'] }
    const oidc = [{ ...basics, role: 'viewer' as const, roles: {}, trustEmail: false, ...settings }]
    const made = testAccess(await fresh(), { config: { access: { ...access, oidc } } })
    await makeAdmin(made.access)
    return { provider, ...made }
  }

  test('the first person through a provider is a viewer and holds a session', async () => {
    const { access, context, provider } = await start()
    const browser = openBrowser(access)
    assert.equal(await walkThrough(browser), '/devices')
    const actor = await browser.actor()
    assert.deepEqual([actor.name, actor.role, actor.kind], ['grace@example.net', 'viewer', 'user'])
    assert.deepEqual(
      provider.exchanges.map(({ grant, status }) => [status, grant.get('redirect_uri')]),
      [[200, 'http://127.0.0.1:8080/api/auth/callback/corp']],
    )
    assert.deepEqual(await trail(context), [
      ['user.create', 'grace@example.net', { address: '192.0.2.10', role: 'viewer' }],
      ['session.create', 'grace@example.net', { address: '192.0.2.10', method: 'oidc:corp' }],
    ])
  })

  test('the provider’s own tokens are not kept', async () => {
    const { access, context } = await start()
    await walkThrough(openBrowser(access))
    await walkThrough(openBrowser(access))
    const kept = await context.db
      .selectFrom('accounts')
      .selectAll()
      .where('provider_id', '=', 'corp')
      .execute()
    assert.deepEqual(
      kept.map((row) => [row.account_id, row.access_token, row.refresh_token, row.id_token]),
      [['grace-1', null, null, null]],
    )
  })

  test('without registration only people who are known come in, by their verified address', async () => {
    const { access, context } = await start({}, { registration: 'none' })
    const browser = openBrowser(access)
    assert.match(await walkThrough(browser), /^\/sign-in\?error=signup_disabled/)
    assert.equal((await browser.actor()).kind, 'anonymous')
    await makeUser(context, { email: grace.email, role: 'operator' })
    assert.equal(await walkThrough(browser), '/devices')
    assert.equal((await browser.actor()).role, 'operator')
  })

  test('an address that the provider has not verified takes over nobody’s account, unless the provider is trusted', async () => {
    const wary = await start()
    wary.provider.persona.claims = { ...grace, email: admin.email, email_verified: false }
    const browser = openBrowser(wary.access)
    assert.match(await walkThrough(browser), /error=account_not_linked/)
    assert.equal((await browser.actor()).kind, 'anonymous')
    const trusting = await start({ trustEmail: true })
    trusting.provider.persona.claims = { ...grace, email: admin.email, email_verified: false }
    const other = openBrowser(trusting.access)
    await walkThrough(other)
    assert.equal((await other.actor()).role, 'admin')
  })

  test('a forged id_token signs nobody in', async () => {
    const { access, context, provider } = await start()
    const forgeries: Omit<Persona, 'claims'>[] = [
      { strangeKey: true },
      { forge: (claims) => ({ ...claims, aud: 'another-client' }) },
      { forge: (claims) => ({ ...claims, iss: 'https://evil.example' }) },
      { forge: (claims) => ({ ...claims, nonce: 'replayed' }) },
      { forge: (claims) => ({ ...claims, exp: 1_000_000_000 }) },
    ]
    for (const forgery of forgeries) {
      provider.persona = { claims: grace, ...forgery }
      const browser = openBrowser(access)
      assert.match(await walkThrough(browser), /^\/sign-in\?error=/)
      assert.equal((await browser.actor()).kind, 'anonymous')
    }
    const operations = (await trail(context)).map(([operation, actor]) => [operation, actor])
    assert.deepEqual(
      operations,
      forgeries.map(() => ['session.create', 'anonymous']),
    )
  })

  test('somebody who presses Cancel, or comes with a stolen or replayed answer, is not signed in', async () => {
    const { access, provider } = await start()
    provider.persona.denies = true
    const browser = openBrowser(access)
    assert.match(await walkThrough(browser), /^\/sign-in\?error=access_denied/)
    provider.persona.denies = false
    const callback = await consent(await leave(browser))
    const thief = openBrowser(access)
    assert.match((await thief.get(callback)).headers.get('location') ?? '', /error=/)
    assert.equal((await thief.actor()).kind, 'anonymous')
    const replay = await consent(await leave(browser))
    await browser.get(replay)
    assert.equal((await browser.actor()).name, grace.email)
    assert.match((await browser.get(replay)).headers.get('location') ?? '', /error=/)
  })

  test('a claim decides the role anew at each sign-in, the highest wins, and the last admin stays', async () => {
    const roles = { 'ops-team': 'operator', 'site-admins': 'admin' } as const
    const { access, context, provider } = await start({ roleClaim: 'groups', roles })
    const roleAfter = async (groups: unknown) => {
      provider.persona.claims = { ...grace, groups }
      const browser = openBrowser(access)
      await walkThrough(browser)
      return (await browser.actor()).role
    }
    assert.equal(await roleAfter(['staff', 'ops-team']), 'operator')
    assert.equal(await roleAfter(['site-admins', 'ops-team']), 'admin')
    await editUser(context, cliActor('root'), admin.email, { role: 'viewer' })
    assert.equal(await roleAfter(['staff']), 'admin')
    await editUser(context, cliActor('root'), admin.email, { role: 'admin' })
    assert.equal(await roleAfter(['constructor', '__proto__']), 'viewer')
    assert.equal(await roleAfter('ops-team'), 'operator')
    const changes = (await trail(context)).filter(
      ([operation, actor]) => operation === 'user.edit' && actor === grace.email,
    )
    assert.deepEqual(
      changes.map(([, , details]) => [details['from'], details['to']]),
      [
        ['operator', 'admin'],
        ['admin', 'viewer'],
        ['viewer', 'operator'],
      ],
    )
  })

  test('somebody who is disabled comes in through no provider', async () => {
    const { access, context } = await start()
    const browser = openBrowser(access)
    await walkThrough(browser)
    await editUser(context, cliActor('root'), grace.email, { disabled: true })
    const again = openBrowser(access)
    assert.equal(
      await walkThrough(again),
      '/sign-in?error=ACCOUNT_DISABLED&error_description=This+account+is+disabled',
    )
    assert.equal((await again.actor()).kind, 'anonymous')
    assert.equal((await findUser(context.db, grace.email)).hasPassword, false)
    assert.deepEqual((await trail(context)).at(-1), [
      'session.create',
      'anonymous',
      { address: '192.0.2.10', method: 'oidc:corp', reason: 'grace@example.net is disabled' },
    ])
  })

  test('a provider that is down stops nobody with a password, and works as soon as it is back', async () => {
    const { access, provider } = await start()
    const port = Number(new URL(provider.issuer).port)
    await provider.close()
    const browser = openBrowser(access)
    await rejectsWith('SERVER_UNREACHABLE', leave(browser))
    assert.equal(
      (await browser.post('/sign-in/email', { email: admin.email, password: admin.password })).status,
      200,
    )
    started.push(await startOidcProvider({ claims: grace }, port))
    const later = openBrowser(access)
    assert.equal(await walkThrough(later), '/devices')
  })

  test('a provider whose id_tokens cannot be verified signs nobody in', async () => {
    const { access, provider } = await start()
    provider.persona.hidesKeys = true
    await rejectsWith('SERVER_UNREACHABLE', leave(openBrowser(access)))
  })

  test('the way back leads to our own pages only', async () => {
    const { access } = await start()
    const browser = openBrowser(access)
    for (const callbackURL of [
      'https://evil.example/',
      '//evil.example',
      '/\\evil.example',
      'devices',
      '/a b',
    ]) {
      await rejectsWith('INPUT_INVALID', browser.post('/sign-in/social', { provider: 'corp', callbackURL }))
    }
    await rejectsWith('NOT_FOUND', browser.post('/sign-in/social', { provider: 'unknown' }))
  })
})

/** Leaves for the provider; gives the provider's page. */
async function leave(browser: Browser): Promise<string> {
  const answer = await browser.post('/sign-in/social', { provider: 'corp', callbackURL: '/devices' })
  return ((await answer.json()) as { url: string }).url
}

/** The provider sends the browser back: path and query below /api/auth. */
async function consent(page: string): Promise<string> {
  const answer = await fetch(page, { redirect: 'manual' })
  const back = new URL(answer.headers.get('location') ?? assert.fail(await answer.text()))
  return `${back.pathname.slice('/api/auth'.length)}${back.search}`
}

/** The whole way to the provider and back; gives where the browser ends up. */
async function walkThrough(browser: Browser): Promise<string> {
  const answer = await browser.get(await consent(await leave(browser)))
  return answer.headers.get('location') ?? ''
}

async function trail({ db }: AccessPart): Promise<[string, string, Record<string, unknown>][]> {
  const rows = await db
    .selectFrom('audit_logs')
    .select(['operation', 'actor', 'details'])
    .where('operation', 'in', ['user.create', 'user.edit', 'session.create'])
    .orderBy('id')
    .execute()
  return rows.map((row) => [row.operation!, row.actor, JSON.parse(row.details!) as Record<string, unknown>])
}
