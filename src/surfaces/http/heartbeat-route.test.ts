import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { AppError } from '#kernel/errors.ts'
import { actorOf, sampleServer } from '#test/sample-server.ts'

const url = '/api/v1/agents/heartbeat'

function intake() {
  const taken: unknown[][] = []
  const { server } = sampleServer({
    heartbeats: {
      senderOf(authorization) {
        if (authorization === undefined) throw new AppError('UNAUTHENTICATED', 'no key')
        return { actor: actorOf(authorization === 'Bearer viewer' ? 'viewer' : 'operator') }
      },
      async take(_sender, items) {
        if (items.length === 0) throw new AppError('BUSY', 'Too many wait', { retryAfterSeconds: 7 })
        taken.push([...items])
        return { accepted: items.length }
      },
    },
  })
  const send = (body: string | Buffer, headers: Record<string, string> = {}) =>
    server.inject({
      method: 'POST',
      url,
      payload: body,
      headers: { authorization: 'Bearer ra_x', ...headers },
    })
  return { server, send, taken }
}

test('a heartbeat comes alone, in a list, a line each, and compressed', async () => {
  const { send, taken } = intake()
  const list = JSON.stringify([{ a: 1 }, { a: 2 }])

  const answers = [
    await send('{"a":1}', { 'content-type': 'application/json' }),
    await send(list, { 'content-type': 'application/json; charset=utf-8' }),
    await send('{"a":1}\n{"a":2}\n\nnot json\n', { 'content-type': 'application/x-ndjson' }),
    await send(gzipSync(list), { 'content-encoding': 'gzip', 'content-type': 'application/json' }),
    await send(zstdCompressSync(list), { 'content-encoding': 'zstd' }),
  ]

  assert.deepEqual(
    answers.map((answer) => [answer.statusCode, answer.json().accepted]),
    [
      [200, 1],
      [200, 2],
      [200, 3],
      [200, 2],
      [200, 2],
    ],
  )
  assert.deepEqual(taken[2], [{ a: 1 }, { a: 2 }, 'not json'])
})

test('a body that is too large, on the wire or inflated, is refused', async () => {
  const { send, taken } = intake()
  const large = Buffer.alloc(11_000_000, ' ')

  const plain = await send(large, { 'content-type': 'application/json' })
  const bomb = await send(gzipSync(large), { 'content-encoding': 'gzip' })

  assert.deepEqual([plain.statusCode, bomb.statusCode], [413, 413])
  assert.match(bomb.json().detail, /inflates to more than 10,485,760 bytes/)
  assert.deepEqual(taken, [])
})

test('what is no JSON, no gzip or in no known encoding is named', async () => {
  const { send } = intake()

  const answers = [
    await send('{"a":', { 'content-type': 'application/json' }),
    await send('{"a":1}', { 'content-encoding': 'gzip' }),
    await send('{"a":1}', { 'content-encoding': 'lzma' }),
  ]

  assert.deepEqual(
    answers.map((answer) => [answer.statusCode, answer.json().errors[0].path]),
    [
      [422, 'body'],
      [422, 'body'],
      [422, 'content-encoding'],
    ],
  )
})

test('nobody and who may not write metrics are refused before the body is read', async () => {
  const { server, send } = intake()

  const nobody = await server.inject({ method: 'POST', url, payload: '{' })
  const viewer = await send('{', { authorization: 'Bearer viewer' })

  assert.deepEqual([nobody.statusCode, viewer.statusCode], [401, 403])
})

test('where too many wait, the sender is told when to come again', async () => {
  const answer = await intake().send('[]')

  assert.deepEqual([answer.statusCode, answer.headers['retry-after']], [503, '7'])
})
