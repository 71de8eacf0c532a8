import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Access } from '#features/access/access.ts'
import { cliActor } from '#features/access/cli-actor.ts'
import { acceptInvite } from '#features/access/setup.ts'
import { findUser } from '#features/access/user-queries.ts'
import { resetUser } from '#features/access/users.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { admin, makeAdmin, openBrowser, rejectsWith, testAccess } from '#test/access-client.ts'
import { totpCode } from '#test/totp.ts'

const credentials = { email: admin.email, password: admin.password }
const { password } = credentials

interface Enrolled {
  totpURI: string
  backupCodes: string[]
}

/** Signs in and switches the second factor on, as on the account page. */
async function enrol(access: Access): Promise<Enrolled> {
  const browser = openBrowser(access)
  await browser.post('/sign-in/email', credentials)
  const enrolled = (await (await browser.post('/two-factor/enable', { password })).json()) as Enrolled
  await browser.post('/two-factor/verify-totp', { code: totpCode(enrolled.totpURI) })
  return enrolled
}

const wrongCode = (code: string) => String((Number(code) + 1) % 1_000_000).padStart(6, '0')

onEachDatabase('the second factor', (fresh) => {
  const start = async () => {
    const made = testAccess(await fresh())
    await makeAdmin(made.access)
    return made
  }

  test('it is on only after a code of the app was right', async () => {
    const { access, context } = await start()
    const browser = openBrowser(access)
    await browser.post('/sign-in/email', credentials)
    await rejectsWith('INPUT_INVALID', browser.post('/two-factor/enable', { password: 'wrong password' }))
    const { totpURI } = (await (await browser.post('/two-factor/enable', { password })).json()) as Enrolled
    assert.match(totpURI, /^otpauth:\/\/totp\/Rollcall:ada(@|%40)example\.net\?/)
    const code = totpCode(totpURI)
    await rejectsWith('UNAUTHENTICATED', browser.post('/two-factor/verify-totp', { code: wrongCode(code) }))
    assert.equal((await openBrowser(access).post('/sign-in/email', credentials)).status, 200)
    assert.equal((await findUser(context.db, admin.email)).twoFactor, false)
    await browser.post('/two-factor/verify-totp', { code })
    assert.equal((await findUser(context.db, admin.email)).twoFactor, true)
    assert.equal((await browser.actor()).name, admin.email)
  })

  test('with it on, the password alone opens nothing', async () => {
    const { access, context } = await start()
    const { totpURI } = await enrol(access)
    const browser = openBrowser(access)
    const answer = (await (await browser.post('/sign-in/email', credentials)).json()) as object
    assert.ok('twoFactorRedirect' in answer && !('user' in answer))
    assert.equal((await browser.actor()).kind, 'anonymous')
    const code = totpCode(totpURI)
    await rejectsWith('UNAUTHENTICATED', browser.post('/two-factor/verify-totp', { code: wrongCode(code) }))
    assert.equal((await browser.actor()).kind, 'anonymous')
    await browser.post('/two-factor/verify-totp', { code })
    assert.equal((await browser.actor()).name, admin.email)
    assert.equal((await context.db.selectFrom('sessions').select('id').execute()).length, 2)
  })

  test('a code without a password before it is worth nothing', async () => {
    const { access } = await start()
    const { totpURI, backupCodes } = await enrol(access)
    const browser = openBrowser(access)
    await rejectsWith('UNAUTHENTICATED', browser.post('/two-factor/verify-totp', { code: totpCode(totpURI) }))
    await rejectsWith(
      'UNAUTHENTICATED',
      browser.post('/two-factor/verify-backup-code', { code: backupCodes[0] }),
    )
    assert.equal((await browser.actor()).kind, 'anonymous')
  })

  test('codes cannot be tried through: a challenge takes five', async () => {
    const { access } = await start()
    const { totpURI } = await enrol(access)
    const browser = openBrowser(access)
    await browser.post('/sign-in/email', credentials)
    const code = totpCode(totpURI)
    for (let tries = 0; tries < 5; tries += 1) {
      await rejectsWith('UNAUTHENTICATED', browser.post('/two-factor/verify-totp', { code: wrongCode(code) }))
    }
    await assert.rejects(browser.post('/two-factor/verify-totp', { code: totpCode(totpURI) }))
    assert.equal((await browser.actor()).kind, 'anonymous')
  })

  test('a backup code works once', async () => {
    const { access } = await start()
    const { backupCodes } = await enrol(access)
    const signIn = async () => {
      const browser = openBrowser(access)
      await browser.post('/sign-in/email', credentials)
      await browser.post('/two-factor/verify-backup-code', { code: backupCodes[0] })
      return browser.actor()
    }
    assert.equal((await signIn()).name, admin.email)
    await rejectsWith('UNAUTHENTICATED', signIn())
  })

  test('switching it off needs the password', async () => {
    const { access, context } = await start()
    const { totpURI } = await enrol(access)
    const browser = openBrowser(access)
    await browser.post('/sign-in/email', credentials)
    await browser.post('/two-factor/verify-totp', { code: totpCode(totpURI) })
    await rejectsWith('INPUT_INVALID', browser.post('/two-factor/disable', { password: 'wrong password' }))
    assert.equal((await findUser(context.db, admin.email)).twoFactor, true)
    await browser.post('/two-factor/disable', { password })
    assert.equal((await findUser(context.db, admin.email)).twoFactor, false)
    const other = openBrowser(access)
    await other.post('/sign-in/email', credentials)
    assert.equal((await other.actor()).name, admin.email)
  })

  test('an admin switches it off for somebody who lost the phone, and nobody else does it with the link alone', async () => {
    const { access, context } = await start()
    await enrol(access)
    const kept = await resetUser(context, cliActor('root'), admin.email, { twoFactor: false })
    await acceptInvite(context, { token: kept.link.token, password })
    const browser = openBrowser(access)
    await browser.post('/sign-in/email', credentials)
    assert.equal((await browser.actor()).kind, 'anonymous')
    const lost = await resetUser(context, cliActor('root'), admin.email, { twoFactor: true })
    await acceptInvite(context, { token: lost.link.token, password })
    await browser.post('/sign-in/email', credentials)
    assert.equal((await browser.actor()).name, admin.email)
  })

  test('a trusted device needs the password alone, until the sign-in is reset', async () => {
    const { access, context } = await start()
    const { totpURI } = await enrol(access)
    const browser = openBrowser(access)
    await browser.post('/sign-in/email', credentials)
    await browser.post('/two-factor/verify-totp', { code: totpCode(totpURI), trustDevice: true })
    await browser.post('/sign-out')
    await browser.post('/sign-in/email', credentials)
    assert.equal((await browser.actor()).name, admin.email)
    const { link } = await resetUser(context, cliActor('root'), admin.email, { twoFactor: false })
    await acceptInvite(context, { token: link.token, password })
    await browser.post('/sign-in/email', credentials)
    assert.equal((await browser.actor()).kind, 'anonymous')
  })

  test('its secret and codes are encrypted, and neither they nor a password are in the trail', async () => {
    const { access, context } = await start()
    const { totpURI, backupCodes } = await enrol(access)
    const browser = openBrowser(access)
    await rejectsWith(
      'UNAUTHENTICATED',
      browser.post('/sign-in/email', { ...credentials, password: 'my other password' }),
    )
    await browser.post('/sign-in/email', credentials)
    const code = totpCode(totpURI)
    await browser.post('/two-factor/verify-totp', { code })
    await browser.post('/two-factor/generate-backup-codes', { password })
    await browser.post('/two-factor/disable', { password })
    await browser.post('/sign-out')
    const secrets = [
      new URL(totpURI).searchParams.get('secret')!,
      ...backupCodes,
      password,
      'my other password',
      code,
    ]
    const rows = JSON.stringify(await context.db.selectFrom('two_factors').selectAll().execute())
    const trail = await context.db.selectFrom('audit_logs').selectAll().orderBy('id').execute()
    for (const secret of secrets)
      assert.ok(!rows.includes(secret) && !JSON.stringify(trail).includes(secret), secret)
    assert.deepEqual(shown(trail), [
      'system:start setup.link: system:start made a set-up link',
      'ada@example.net setup.complete: ada@example.net became the first admin',
      'ada@example.net session.create: ada@example.net signed in',
      'ada@example.net session.two_factor: ada@example.net switched the second factor on',
      'anonymous session.create: A sign-in failed',
      'ada@example.net session.create: ada@example.net signed in',
      'ada@example.net session.password: ada@example.net made new backup codes',
      'ada@example.net session.two_factor: ada@example.net switched the second factor off',
      'ada@example.net session.delete: ada@example.net signed out',
    ])
  })
})

const shown = (trail: { actor: string; operation: string | null; message: string }[]): string[] =>
  trail.map(({ actor, operation, message }) => `${actor} ${operation}: ${message}`)
