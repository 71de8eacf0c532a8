import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { test } from 'node:test'
import { onEachDatabase } from '#test/each-database.ts'
import { as, sampleServer, stubContext } from '#test/sample-server.ts'
import { TestClock } from '#test/test-clock.ts'

onEachDatabase('Idempotency-Key', (fresh) => {
  const start = async () => {
    const { db } = await fresh()
    const clock = new TestClock()
    const sample = sampleServer({ context: stubContext({ db, clock }) })
    const post = (url: string, key: string, payload: object, role: 'admin' | 'operator' = 'admin') =>
      sample.server.inject({
        method: 'POST',
        url: `/api/v1${url}`,
        headers: { ...as(role), 'idempotency-key': key },
        payload,
      })
    return { ...sample, db, clock, post }
  }

  test('the same request is done once and answered twice', async () => {
    const { post, world } = await start()
    const first = await post('/things', 'k1', { name: 'new' })
    const second = await post('/things', 'k1', { name: 'new' })
    assert.equal(first.statusCode, 200)
    assert.equal(first.headers['idempotency-replayed'], undefined)
    assert.equal(second.headers['idempotency-replayed'], 'true')
    assert.equal(second.body, first.body)
    assert.equal(second.headers.etag, first.headers.etag)
    assert.equal(world.ran['thing.create'], 1)
  })

  test('a refusal is repeated as it was', async () => {
    const { post, world } = await start()
    const first = await post('/things', 'k1', { name: 'thing-1' })
    world.things.length = 0
    const second = await post('/things', 'k1', { name: 'thing-1' })
    assert.equal(second.statusCode, 409)
    assert.equal(second.body, first.body)
    assert.match(String(second.headers['content-type']), /problem\+json/)
  })

  test('a key used for another request is refused', async () => {
    const { post, world } = await start()
    await post('/things', 'k1', { name: 'new' })
    const other = await post('/things', 'k1', { name: 'newer' })
    assert.equal(other.statusCode, 422)
    assert.equal(other.json().code, 'IDEMPOTENCY_REUSED')
    const elsewhere = await post('/things/preview', 'k1', { names: ['new'] })
    assert.equal(elsewhere.json().code, 'IDEMPOTENCY_REUSED')
    assert.equal(world.things.length, 4)
  })

  test('two people may use the same key', async () => {
    const { post, world } = await start()
    await post('/things', 'k1', { name: 'one' }, 'admin')
    const answer = await post('/things', 'k1', { name: 'two' }, 'operator')
    assert.equal(answer.statusCode, 200)
    assert.equal(world.things.length, 5)
  })

  test('of two at the same time one works and the other is told to wait', async () => {
    const { post, world } = await start()
    const answers = await Promise.all([
      post('/things', 'k1', { name: 'new' }),
      post('/things', 'k1', { name: 'new' }),
    ])
    assert.equal(world.ran['thing.create'], 1)
    const [won, other] = answers.toSorted((left, right) => left.statusCode - right.statusCode)
    assert.equal(won!.statusCode, 200)
    // The second one may come just after the first is done.
    if (other!.statusCode === 200) assert.equal(other!.body, won!.body)
    else assert.equal(other!.json().code, 'CONFLICT')
  })

  test('after a failure that may pass, the same key tries again', async () => {
    const { post, world } = await start()
    await post('/things/fail', 'k1', { code: 'DATABASE_LOCKED' })
    await post('/things/fail', 'k1', { code: 'DATABASE_LOCKED' })
    assert.equal(world.ran['thing.fail'], 2)
  })

  test('bad input is not remembered', async () => {
    const { post } = await start()
    assert.equal((await post('/things', 'k1', { name: '' })).statusCode, 422)
    assert.equal((await post('/things', 'k1', { name: 'good' })).statusCode, 200)
  })

  test('an answer is forgotten after a day', async () => {
    const { post, world, clock } = await start()
    await post('/things/preview', 'k1', { names: [] })
    clock.advance(23 * 3_600_000)
    await post('/things/preview', 'k1', { names: [] })
    assert.equal(world.ran['thing.preview'], 1)
    clock.advance(2 * 3_600_000)
    await post('/things/preview', 'k1', { names: [] })
    assert.equal(world.ran['thing.preview'], 2)
  })

  test('a secret in an answer is not in the database', async () => {
    const { post, db } = await start()
    const answer = await post('/tokens', 'k1', { name: 'ci' })
    const { token } = answer.json()
    const rows = await db.selectFrom('idempotency_keys').selectAll().execute()
    assert.equal(rows.length, 1)
    assert.ok(rows[0]!.response!.length > 0)
    assert.doesNotMatch(JSON.stringify(rows), new RegExp(token))
    assert.equal((await post('/tokens', 'k1', { name: 'ci' })).json().token, token)
  })

  test('a caller who leaves does not stop what carries a key', async (context) => {
    const { server, world } = await start()
    context.after(() => server.close())
    await server.listen({ host: '127.0.0.1', port: 0 })
    const { port } = server.server.address() as { port: number }
    const socket = connect(port, '127.0.0.1')
    const arrived = new Promise<Socket>((resolve) => server.server.once('connection', resolve))
    await once(socket, 'connect')
    const left = once(await arrived, 'close')
    socket.write('POST /api/v1/things/wait HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer operator\r\n')
    socket.write('Idempotency-Key: k1\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}')
    const signal = await world.waiting
    socket.destroy()
    await left
    await new Promise((resolve) => setImmediate(resolve))
    assert.equal(signal.aborted, false)
  })

  test('a key that is no key is refused', async () => {
    const { post } = await start()
    assert.equal((await post('/things', 'two words', { name: 'new' })).statusCode, 422)
  })
})
