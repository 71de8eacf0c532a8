import assert from 'node:assert/strict'
import { test } from 'node:test'
import { UnreadableBody } from '#features/ingest/unreadable-body.ts'
import { AppError } from '#kernel/errors.ts'
import type { TakeWrites } from '#surfaces/http/write-routes.ts'
import { as, sampleServer } from '#test/sample-server.ts'

const write = '/api/v1/write'
const influx = '/api/v1/influx/write'

function serving(take: Partial<TakeWrites> = {}) {
  const seen: { actor: string; body: string; encoding: string | undefined; precision?: string }[] = []
  const { server } = sampleServer({
    writes: {
      async remoteWrite(actor, { body, contentEncoding }) {
        seen.push({ actor: actor.name, body: body.toString(), encoding: contentEncoding })
        return { samples: 7, histograms: 0, exemplars: 0 }
      },
      async lines(actor, { body, contentEncoding }, precision) {
        seen.push({ actor: actor.name, body: body.toString(), encoding: contentEncoding, precision })
        return { fields: 1, errors: [] }
      },
      ...take,
    },
  })
  return { server, seen }
}

const failingWith = (error: Error) =>
  serving({ remoteWrite: () => Promise.reject(error), lines: () => Promise.reject(error) })

test('Prometheus is told how much was written, and its body is not unpacked on the way', async () => {
  const { server, seen } = serving()

  const headers = {
    ...as('operator'),
    'content-type': 'application/x-protobuf',
    'content-encoding': 'snappy',
  }
  const answer = await server.inject({ method: 'POST', url: write, headers, payload: 'packed' })

  assert.equal(answer.statusCode, 204)
  assert.equal(answer.headers['x-prometheus-remote-write-samples-written'], '7')
  assert.equal(answer.headers['x-prometheus-remote-write-histograms-written'], '0')
  assert.equal(answer.headers['x-prometheus-remote-write-exemplars-written'], '0')
  assert.deepEqual(seen, [{ actor: 'token:operator', body: 'packed', encoding: 'snappy' }])
})

test('what cannot help is refused for good, what may help later is to be sent again', async () => {
  const cases = [
    [new UnreadableBody('malformed', 'It is no message'), 400],
    [new UnreadableBody('too large', 'It is too large'), 413],
    [new UnreadableBody('unknown format', 'It is not read'), 415],
    [new AppError('BUSY', 'Too much waits', { retryAfterSeconds: 3 }), 503],
    [new AppError('DATABASE_UNREACHABLE', 'The database is away'), 503],
    [new Error('a secret of ours'), 500],
  ] as const
  for (const [error, status] of cases) {
    const { server } = failingWith(error)
    for (const url of [write, influx]) {
      const answer = await server.inject({ method: 'POST', url, headers: as('operator'), payload: 'x' })
      assert.equal(answer.statusCode, status, `${url}: ${error.message}`)
      assert.equal(answer.body.includes('a secret of ours'), false)
      if (status === 503) assert.ok(answer.headers['retry-after'])
    }
  }
})

test('a body of more than ten megabytes is refused before it is read', async () => {
  const { server, seen } = serving()

  const answer = await server.inject({
    method: 'POST',
    url: write,
    headers: as('operator'),
    payload: Buffer.alloc(10_485_761),
  })

  assert.equal(answer.statusCode, 413)
  assert.deepEqual(seen, [])
})

test('who sends is known by a token, in each of the ways in which agents send one', async () => {
  const { server, seen } = serving()
  const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`
  const statusOf = async (url: string, authorization?: string) => {
    const headers = authorization === undefined ? {} : { authorization }
    return (await server.inject({ method: 'POST', url, headers, payload: 'a f=1' })).statusCode
  }

  for (const authorization of [
    'Bearer operator',
    'Token operator',
    basic('anybody:operator'),
    basic(':operator'),
  ])
    assert.equal(await statusOf(influx, authorization), 204, authorization)
  assert.equal(await statusOf(`${influx}?u=anybody&p=operator`), 204)
  assert.equal(seen.length, 5)
  for (const authorization of [undefined, 'Bearer wrong', basic('operator:'), 'Digest operator'])
    assert.equal(await statusOf(influx, authorization), 401, authorization ?? 'nothing')
  assert.equal(await statusOf(write, 'Bearer viewer'), 403)
  const cookie = { cookie: 'session=ada' }
  const ofPage = await server.inject({ method: 'POST', url: write, headers: cookie, payload: 'x' })
  assert.equal(ofPage.statusCode, 401, 'a page of somebody else’s must not write with a session')
  assert.equal(seen.length, 5)
})

test('Telegraf finds what it asks of InfluxDB before it sends', async () => {
  const { server, seen } = serving()
  const ask = (method: 'GET' | 'POST', where: string) =>
    server.inject({ method, url: `/api/v1/influx${where}`, headers: as('operator'), payload: 'a f=1' })

  assert.equal((await ask('GET', '/ping')).statusCode, 204)
  assert.deepEqual((await ask('POST', '/query?q=CREATE+DATABASE+telegraf')).json(), {
    results: [{ statement_id: 0 }],
  })
  assert.equal((await ask('POST', '/write?db=telegraf&precision=s')).statusCode, 204)
  assert.equal((await ask('POST', '/api/v2/write?org=o&bucket=b&precision=us')).statusCode, 204)
  assert.equal((await ask('POST', '/write?precision=days')).statusCode, 422)
  assert.deepEqual(
    seen.map(({ precision }) => precision),
    ['s', 'us'],
  )
})

test('wrong lines are told, by their numbers', async () => {
  const { server } = serving({
    lines: async () => ({ fields: 3, errors: [{ line: 2, message: 'there are no fields' }] }),
  })

  const answer = await server.inject({ method: 'POST', url: influx, headers: as('operator'), payload: 'x' })

  assert.equal(answer.statusCode, 400)
  assert.deepEqual(answer.json(), {
    code: 'invalid',
    message: 'partial write: line 2: there are no fields',
    error: 'partial write: line 2: there are no fields',
  })
})
