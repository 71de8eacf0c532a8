import assert from 'node:assert/strict'
import { createServer, type IncomingMessage } from 'node:http'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { systemClock, type Clock } from '#kernel/clock.ts'
import type { AppError } from '#kernel/errors.ts'
import { createHttpClient } from '#sources/http-client.ts'
import { failing, impatientClock, listening, never, serving } from '#test/http-lab.ts'

const text = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}

test('paths go below the base address, lists repeat their name, undefined values are left out', async (t) => {
  const client = await serving(t, (request, response) =>
    response.end(JSON.stringify({ url: request.url, auth: request.headers.authorization })),
  )
  const below = createHttpClient(
    { baseUrl: `${client.base}/api/`, headers: { Authorization: 'token abc' } },
    { clock: systemClock },
  )
  const answer = await below.json('GET', '/things', {
    query: { tag: ['a', 'b&c'], page: 2, none: undefined },
    signal: never,
  })
  assert.deepEqual(answer.body, { url: '/api/things?tag=a&tag=b%26c&page=2', auth: 'token abc' })
  await below.close()
})

test('objects are sent as JSON, forms as forms', async (t) => {
  const client = await serving(t, async (request, response) =>
    response.end(JSON.stringify([request.headers['content-type'], await text(request)])),
  )
  const json = await client.json('POST', '/', { body: { a: 1 }, signal: never })
  assert.deepEqual(json.body, ['application/json', '{"a":1}'])
  const form = await client.json('POST', '/', { body: new URLSearchParams({ a: 'ü 1' }), signal: never })
  assert.deepEqual(form.body, ['application/x-www-form-urlencoded', 'a=%C3%BC+1'])
})

test('compressed answers are unpacked, and an empty one is undefined', async (t) => {
  const client = await serving(t, (request, response) => {
    if (request.url === '/empty') return response.writeHead(204).end()
    return response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('{"packed":true}'))
  })
  assert.deepEqual((await client.json('GET', '/', { signal: never })).body, { packed: true })
  assert.equal((await client.json('GET', '/empty', { signal: never })).body, undefined)
})

test('401 is a rejected login and 403 a missing right; neither is tried again', async (t) => {
  let asked = 0
  const client = await serving(t, (request, response) => {
    asked += 1
    response.writeHead(Number(request.url!.slice(1))).end()
  })
  await assert.rejects(client.json('GET', '/401', { signal: never }), failing('SOURCE_REJECTED_LOGIN'))
  await assert.rejects(client.json('GET', '/403', { signal: never }), failing('SOURCE_FORBIDDEN'))
  await assert.rejects(
    client.json('GET', '/500', { signal: never }),
    failing('SOURCE_ANSWER_INVALID', /answered 500/),
  )
  assert.equal(asked, 3)
})

test('a status the caller expects is an answer, with the reason of the status line', async (t) => {
  const client = await serving(t, (request, response) => {
    if (request.url === '/plain') return response.writeHead(500).end('no agent')
    return response.writeHead(595, 'No route to host').end('{"data":null}')
  })
  const { status, statusText, body } = await client.json('GET', '/', { expect: [595], signal: never })
  assert.deepEqual([status, statusText, body], [595, 'No route to host', { data: null }])
  assert.equal((await client.json('GET', '/plain', { expect: [500], signal: never })).body, 'no agent')
})

test('HTML instead of JSON is refused with a short piece of it, without tags and without secrets', async (t) => {
  const page = `<html><script>var token="script-secret"</script><h1>Sign in</h1> password=hunter2 Bearer ${'x'.repeat(40)} my-own-secret ${'long '.repeat(100)}`
  const client = await serving(t, (_, response) => response.end(page), {
    headers: { 'x-api-key': 'my-own-secret' },
  })
  await assert.rejects(client.json('GET', '/', { signal: never }), (error: AppError) => {
    failing(
      'SOURCE_ANSWER_INVALID',
      /no JSON to GET \/: Sign in password=\[redacted\] Bearer \[redacted\] \[redacted\] long/,
    )(error)
    assert.ok(error.message.length < 300)
    return !/hunter2|script-secret|xxxx|my-own/.test(error.message)
  })
})

test('429 and 503 are waited for as long as the server says, then asked again', async (t) => {
  const clock = impatientClock()
  const plan = [429, 503, 200]
  const client = await serving(
    t,
    (_, response) => response.writeHead(plan.shift()!, { 'retry-after': '7' }).end('{}'),
    {},
    clock,
  )
  assert.equal((await client.json('GET', '/', { signal: never })).status, 200)
  assert.deepEqual(clock.waits, [7000, 7000])
})

test('a server that says to come back in an hour is left alone for now', async (t) => {
  const clock = impatientClock()
  const client = await serving(
    t,
    (_, response) => response.writeHead(429, { 'retry-after': '3600' }).end(),
    {},
    clock,
  )
  await assert.rejects(
    client.json('GET', '/', { signal: never }),
    (error: AppError) => error.retryAfterSeconds === 3600,
  )
  assert.deepEqual(clock.waits, [])
})

test('a POST is not sent twice unless the caller says that it may be', async (t) => {
  let asked = 0
  const client = await serving(t, (_, response) => {
    asked += 1
    response.writeHead(503).end()
  })
  await assert.rejects(client.json('POST', '/', { signal: never }), failing('SOURCE_UNREACHABLE', /503/))
  assert.equal(asked, 1)
  await assert.rejects(
    client.json('POST', '/', { repeatable: true, signal: never }),
    failing('SOURCE_UNREACHABLE'),
  )
  assert.equal(asked, 4)
})

test('nobody listening, an unknown name and a broken connection are unreachable', async (t) => {
  const client = await serving(t, (request) => request.socket.destroy())
  await assert.rejects(
    client.json('GET', '/', { signal: never }),
    failing('SOURCE_UNREACHABLE', /broke the connection/),
  )
  const open = (baseUrl: string) => createHttpClient({ baseUrl }, { clock: impatientClock() })
  const closed = open('http://127.0.0.1:1')
  await assert.rejects(
    closed.json('GET', '/', { signal: never }),
    failing('SOURCE_UNREACHABLE', /Nothing listens/),
  )
  const unknown = open('http://no-such-name.invalid')
  await assert.rejects(
    unknown.json('GET', '/', { signal: never }),
    failing('SOURCE_UNREACHABLE', /no-such-name\.invalid/),
  )
  await Promise.all([closed.close(), unknown.close()])
})

test('silence before the answer and silence inside it both end in a timeout', async (t) => {
  const client = await serving(
    t,
    (request, response) => {
      if (request.url === '/half') response.write('{"half":')
    },
    { timeoutMs: 80 },
  )
  await assert.rejects(
    client.json('GET', '/', { tries: 1, signal: never }),
    failing('SOURCE_TIMEOUT', /within 0.08 s/),
  )
  await assert.rejects(client.json('GET', '/half', { tries: 1, signal: never }), failing('SOURCE_TIMEOUT'))
})

test('an abort throws the reason untouched: before, during the answer, and between tries', async (t) => {
  const reason = new Error('enough')
  const stop = new AbortController()
  const client = await serving(t, (request, response) => {
    if (request.url === '/half') {
      response.write('{')
      setImmediate(() => stop.abort(reason))
    } else response.writeHead(503).end()
  })
  const isReason = (thrown: unknown) => thrown === reason
  await assert.rejects(client.json('GET', '/half', { signal: AbortSignal.abort(reason) }), isReason)
  await assert.rejects(client.json('GET', '/half', { signal: stop.signal }), isReason)
  const later = new AbortController()
  const clock: Clock = { ...systemClock, sleep: async () => later.abort(reason) }
  const waiting = createHttpClient({ baseUrl: client.base }, { clock })
  await assert.rejects(waiting.json('GET', '/', { signal: later.signal }), isReason)
  await waiting.close()
})

test('an answer larger than the limit is refused, packed or not', async (t) => {
  const body = JSON.stringify('x'.repeat(5000))
  const client = await serving(
    t,
    (request, response) => {
      if (request.url === '/packed')
        response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(body))
      else response.end(body)
    },
    { maxBodyBytes: 1000 },
  )
  await assert.rejects(
    client.json('GET', '/', { signal: never }),
    failing('SOURCE_ANSWER_INVALID', /more than/),
  )
  await assert.rejects(
    client.json('GET', '/packed', { signal: never }),
    failing('SOURCE_ANSWER_INVALID', /more than/),
  )
})

test('redirects are followed on the same server only, and not for ever', async (t) => {
  let strangers = 0
  const stranger = await listening(
    t,
    createServer((_, response) => response.end(String((strangers += 1)))),
    'http',
  )
  const client = await serving(
    t,
    (request, response) => {
      if (request.url === '/old') return response.writeHead(302, { location: '/new' }).end()
      if (request.url === '/loop') return response.writeHead(302, { location: '/loop' }).end()
      if (request.url === '/away')
        return response.writeHead(302, { location: `${stranger}/x?token=abc` }).end()
      return response.end('{"new":true}')
    },
    { headers: { authorization: 'Bearer something-secret' } },
  )
  assert.deepEqual((await client.json('GET', '/old', { signal: never })).body, { new: true })
  await assert.rejects(
    client.json('GET', '/away', { signal: never }),
    failing('SOURCE_ANSWER_INVALID', /redirects GET \/away to http:\/\/localhost:\d+, which/),
  )
  await assert.rejects(
    client.json('POST', '/old', { signal: never }),
    failing('SOURCE_ANSWER_INVALID', /redirects POST/),
  )
  await assert.rejects(
    client.json('GET', '/loop', { signal: never }),
    failing('SOURCE_ANSWER_INVALID', /without end/),
  )
  assert.equal(strangers, 0)
})

test('an address with a password in it is refused without showing it', () => {
  const open = () => createHttpClient({ baseUrl: 'https://ada:hunter2@example.net' }, { clock: systemClock })
  assert.throws(
    open,
    (error: AppError) => failing('CONFIG_INVALID')(error) && !error.message.includes('hunter2'),
  )
})
