import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createAccess } from '#features/access/access.ts'
import { systemClock } from '#kernel/clock.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { sampleServer, stubContext } from '#test/sample-server.ts'
import { testConfig } from '#test/test-config.ts'

const person = { name: 'Ada', email: 'ada@example.net', password: 'a long enough password' }

onEachDatabase('sign-in over HTTP', (fresh) => {
  const start = async () => {
    const { db, engine } = await fresh()
    const context = stubContext({ db, engine, config: testConfig(), clock: systemClock })
    const access = createAccess(context)
    await access.completeSetup({ token: await access.createSetupLink(), ...person })
    const { server } = sampleServer({ context, access })
    const post = (url: string, headers: Record<string, string>, payload: object) =>
      server.inject({ method: 'POST', url, headers: { host: '127.0.0.1:8080', ...headers }, payload })
    return { server, post }
  }
  const ownPage = { origin: 'http://127.0.0.1:8080', 'sec-fetch-site': 'same-origin' }
  const { email, password } = person

  test('a person signs in, works with the cookie, and is nobody after signing out', async () => {
    const { server, post } = await start()
    const entered = await post('/api/auth/sign-in/email', ownPage, { email, password })
    assert.equal(entered.statusCode, 200, entered.body)
    const cookie = [entered.headers['set-cookie'] ?? []]
      .flat()
      .map((each) => each.split(';')[0])
      .join('; ')
    const who = () => server.inject({ url: '/api/v1/session', headers: { host: '127.0.0.1:8080', cookie } })
    assert.deepEqual((await who()).json(), { name: 'ada@example.net' })
    const made = await post('/api/v1/things', { ...ownPage, cookie }, { name: 'new' })
    assert.equal(made.statusCode, 200)
    const foreign = await post('/api/v1/things', { cookie, origin: 'http://evil.example' }, { name: 'evil' })
    assert.equal(foreign.statusCode, 403)
    assert.equal((await post('/api/auth/sign-out', { ...ownPage, cookie }, {})).statusCode, 200)
    assert.equal((await who()).statusCode, 401)
  })

  test('a wrong password is a problem document with 401', async () => {
    const { post } = await start()
    const answer = await post('/api/auth/sign-in/email', ownPage, { email, password: 'not this one at all' })
    assert.equal(answer.statusCode, 401)
    assert.match(String(answer.headers['content-type']), /problem\+json/)
    assert.equal(answer.headers['set-cookie'], undefined)
  })
})
