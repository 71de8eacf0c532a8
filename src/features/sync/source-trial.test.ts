import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { test } from 'node:test'
import { longestTest, testSource } from '#features/sync/source-trial.ts'
import { silentLog } from '#kernel/log.ts'
import type { Source } from '#sources/source.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { failing, listening, never } from '#test/http-lab.ts'
import { dnsmasqLeases, keaLeases, sourceWorld } from '#test/source-world.ts'
import { TestClock } from '#test/test-clock.ts'

const deaf: Source = {
  test: () => new Promise(() => {}),
  read: () => assert.fail('a test does not read'),
}

test('a test of a source that never answers ends, even when it does not listen', async () => {
  const clock = new TestClock()
  const answer = testSource({ clock, log: silentLog }, () => deaf, never)

  clock.advance(longestTest)

  const { ok, errorCode, message } = await answer
  assert.deepEqual([ok, errorCode], [false, 'SOURCE_TIMEOUT'])
  assert.match(message, /within 60 seconds/)
})

test('a test of a source ends with whoever asked for it', async () => {
  const asker = new AbortController()
  const answer = testSource({ clock: new TestClock(), log: silentLog }, () => deaf, asker.signal)

  asker.abort(new Error('left'))

  await assert.rejects(answer, /left/)
})

test("a stranger's error is logged and not shown", async () => {
  const errors: object[] = []
  const log = { ...silentLog, error: (fields: object) => void errors.push(fields) }
  const broken = { ...deaf, test: () => Promise.reject(new TypeError('x.y is not a function')) }

  const answer = await testSource({ clock: new TestClock(), log }, () => broken, never)

  assert.deepEqual([answer.ok, answer.errorCode], [false, 'INTERNAL'])
  assert.doesNotMatch(answer.message, /x\.y/)
  assert.equal(errors.length, 1)
})

onEachDatabase('the test of a source', (fresh) => {
  test('says what answered, for sources of the file, of the database and unsaved ones', async () => {
    const { ask, file } = sourceWorld(
      await fresh(),
      'sources: [{ name: home, type: dnsmasq, path: ./home.leases }]\n',
    )
    file('home.leases', dnsmasqLeases)
    const settings = { path: file('kea-leases4.csv', keaLeases) }
    await ask('source.create', { name: 'office', type: 'kea', settings })

    const home = await ask('source.test', { name: 'home' })
    const office = await ask('source.test', { name: 'office' })

    assert.equal(home.ok, true)
    assert.match(home.message, /2 leases in force/)
    assert.match(office.message, /1 leases in force/)
    assert.deepEqual(await ask('source.try', { type: 'kea', settings }), office)
  })

  test('answers what is wrong with a hint instead of failing', async () => {
    const { ask } = sourceWorld(await fresh())
    await ask('source.create', { name: 'gone', type: 'dnsmasq', settings: { path: '/nonexistent/leases' } })

    const answer = await ask('source.test', { name: 'gone' })

    assert.deepEqual([answer.ok, answer.errorCode], [false, 'SOURCE_FILE_UNREADABLE'])
    assert.match(answer.message, /\/nonexistent\/leases/)
    await assert.rejects(ask('source.test', { name: 'none' }), failing('NOT_FOUND'))
    await assert.rejects(
      ask('source.try', { type: 'dnsmasq', settings: { path: 7 } }),
      failing('INPUT_INVALID', /settings.path is 7/),
    )
  })

  test('of changed settings uses the secret that is kept, and shows it to nobody', async (t) => {
    const seen: (string | undefined)[] = []
    const server = createServer((request, response) => {
      seen.push(request.headers.authorization)
      response.writeHead(401).end(`no entry for ${request.headers.authorization}`)
    })
    const url = await listening(t, server, 'http')
    const { ask } = sourceWorld(await fresh())
    const settings = { url: 'http://127.0.0.1:1', username: 'ro', password: 'hunter2-secret' }
    await ask('source.create', { name: 'leases', type: 'kea', settings })

    const changed = { url, username: 'ro', password: '(set)' }
    const answer = await ask('source.try', { type: 'kea', name: 'leases', settings: changed })

    const login = Buffer.from('ro:hunter2-secret').toString('base64')
    assert.deepEqual([answer.ok, answer.errorCode], [false, 'SOURCE_REJECTED_LOGIN'])
    assert.deepEqual([...new Set(seen)], [`Basic ${login}`])
    assert.doesNotMatch(JSON.stringify(answer), new RegExp(`hunter2|${login}`))
  })

  test('never lends the secret of a source of the file to other settings', async () => {
    const { ask } = sourceWorld(
      await fresh(),
      'sources: [{ name: leases, type: kea, url: "http://127.0.0.1:1", username: ro, password: swordfish }]\n',
    )

    await assert.rejects(
      ask('source.try', {
        type: 'kea',
        name: 'leases',
        settings: { url: 'http://127.0.0.1:2', username: 'ro', password: '(set)' },
      }),
      failing('INPUT_INVALID', /none is kept/),
    )
  })

  test('says that a key file does not fit instead of failing, and a new secret mends it', async (t) => {
    const opened = await fresh()
    const url = await listening(
      t,
      createServer((_, response) => response.writeHead(401).end()),
      'http',
    )
    const settings = { url, username: 'ro', password: 'hunter2-secret' }
    await sourceWorld(opened).ask('source.create', { name: 'leases', type: 'kea', settings })

    const { ask } = sourceWorld(opened)
    const answer = await ask('source.test', { name: 'leases' })
    assert.deepEqual([answer.ok, answer.errorCode], [false, 'SECRET_UNREADABLE'])

    await ask('source.update', { name: 'leases', settings: { password: 'entered again' } })
    assert.equal((await ask('source.test', { name: 'leases' })).errorCode, 'SOURCE_REJECTED_LOGIN')
  })
})
