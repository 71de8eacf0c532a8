import assert from 'node:assert/strict'
import { test } from 'node:test'
import { listAudit } from '#features/audit/audit-queries.ts'
import { countTry } from '#features/access/sign-in-limit.ts'
import type { SignInLimits } from '#features/access/sign-in-limit.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { admin, makeAdmin, openBrowser, rejectsWith, testAccess } from '#test/access-client.ts'
import { TestClock } from '#test/test-clock.ts'

const limits: SignInLimits = { perAddress: 4, perAccount: 3, windowMilliseconds: 15 * 60_000 }
const right = { email: admin.email, password: admin.password }
const wrong = { ...right, password: 'a wrong password' }

onEachDatabase('the sign-in limit', (fresh) => {
  const start = async () => {
    const clock = new TestClock('2026-11-25T10:00:00.000Z')
    return { clock, ...testAccess(await fresh(), { clock, limits }) }
  }

  test('an account takes only so many wrong passwords, wherever they come from', async () => {
    const { access, clock } = await start()
    await makeAdmin(access)
    for (const last of [1, 2, 3]) {
      const browser = openBrowser(access, { address: `192.0.2.${last}` })
      await rejectsWith('UNAUTHENTICATED', browser.post('/sign-in/email', wrong))
    }
    const stranger = openBrowser(access, { address: '192.0.2.4' })
    clock.advance(5 * 60_000)
    const refusal = await rejectsWith('TOO_MANY_REQUESTS', stranger.post('/sign-in/email', right))
    assert.equal(refusal.retryAfterSeconds, 10 * 60)
    clock.advance(10 * 60_000)
    assert.equal((await stranger.post('/sign-in/email', right)).status, 200)
  })

  test('an address takes only so many wrong passwords, whatever the account', async () => {
    const { access, clock } = await start()
    const browser = openBrowser(access)
    for (const name of ['a', 'b', 'c', 'd']) {
      await rejectsWith(
        'UNAUTHENTICATED',
        browser.post('/sign-in/email', { ...wrong, email: `${name}@example.net` }),
      )
    }
    await rejectsWith(
      'TOO_MANY_REQUESTS',
      browser.post('/sign-in/email', { ...wrong, email: 'e@example.net' }),
    )
    clock.advance(15 * 60_000)
    await rejectsWith('UNAUTHENTICATED', browser.post('/sign-in/email', { ...wrong, email: 'f@example.net' }))
  })

  test('right passwords count for nothing', async () => {
    const { access } = await start()
    await makeAdmin(access)
    for (let round = 0; round < limits.perAddress + 2; round += 1) {
      assert.equal((await openBrowser(access).post('/sign-in/email', right)).status, 200)
    }
  })

  test('somebody who guesses locks nobody out of the place where they are signed in', async () => {
    const { access } = await start()
    await makeAdmin(access)
    await openBrowser(access, { address: '198.51.100.7' }).post('/sign-in/email', right)
    for (const last of [1, 2, 3, 4]) {
      const browser = openBrowser(access, { address: `192.0.2.${last}` })
      await rejectsWith(
        last === 4 ? 'TOO_MANY_REQUESTS' : 'UNAUTHENTICATED',
        browser.post('/sign-in/email', wrong),
      )
    }
    const again = openBrowser(access, { address: '198.51.100.7' })
    assert.equal((await again.post('/sign-in/email', right)).status, 200)
  })

  test('many tries at the same moment are all counted', async () => {
    const { context } = await start()
    const tries = Array.from({ length: 12 }, () => countTry(context, { address: '192.0.2.9' }, limits))
    const answers = await Promise.allSettled(tries)
    assert.equal(answers.filter((each) => each.status === 'fulfilled').length, limits.perAddress)
  })

  test('all addresses of an IPv6 network of one customer count as one', async () => {
    const { context } = await start()
    for (const last of [1, 2, 3, 4]) await countTry(context, { address: `2001:db8:1:2::${last}` }, limits)
    await rejectsWith('TOO_MANY_REQUESTS', countTry(context, { address: '2001:db8:1:2:ffff::1' }, limits))
    await countTry(context, { address: '2001:db8:1:3::1' }, limits)
  })

  test('a flood of tries is told once in the trail, and its rows go when their time is over', async () => {
    const { context, clock } = await start()
    for (let tries = 0; tries < 20; tries += 1) {
      await countTry(context, { address: '192.0.2.9' }, limits).catch(() => undefined)
    }
    const lines = await listAudit(context.db, {}, { limit: 100 })
    assert.deepEqual(
      lines.map(({ level, eventType, details }) => [level, eventType, details]),
      [['WARNING', 'sign_in', { address: '192.0.2.9' }]],
    )
    clock.advance(16 * 60_000)
    await countTry(context, { address: '192.0.2.77' }, limits)
    const rows = await context.db.selectFrom('sign_in_limits').select('key').execute()
    assert.deepEqual(
      rows.map((row) => row.key),
      ['address:192.0.2.77'],
    )
  })
})
