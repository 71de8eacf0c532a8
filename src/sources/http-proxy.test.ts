import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { connect, type Socket } from 'node:net'
import { before, test, type TestContext } from 'node:test'
import { generate } from 'selfsigned'
import type { AppError } from '#kernel/errors.ts'
import { createHttpClient, type HttpClientSettings } from '#sources/http-client.ts'
import { createPace } from '#sources/http-pace.ts'
import { failing, impatientClock, listening, never } from '#test/http-lab.ts'
import { TestClock } from '#test/test-clock.ts'

let certificate: { cert: string; private: string }

before(async () => {
  certificate = await generate([{ name: 'commonName', value: 'localhost' }], {
    keySize: 2048,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] },
    ],
  })
})

/** A proxy that knows CONNECT; what it was asked for, and with which authorization. */
async function startProxy(t: TestContext, login?: string) {
  const asked: string[] = []
  const open = new Set<Socket>()
  const server: Server = createServer((_, response) => response.writeHead(400).end())
  server.on('connect', (request, socket: Socket) => {
    asked.push(request.url!)
    if (login !== undefined && request.headers['proxy-authorization'] !== login)
      return socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n')
    const { hostname, port } = new URL(`http://${request.url!}`)
    const host = hostname.replaceAll(/[[\]]/g, '')
    if (host === 'forbidden.test') return socket.end('HTTP/1.1 403 Forbidden\r\n\r\n')
    const onward = connect(Number(port), host)
    for (const each of [socket, onward]) {
      open.add(each)
      each.on('error', () => {})
    }
    onward.once('error', () => socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n'))
    onward.once('connect', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
      socket.pipe(onward).pipe(socket)
    })
    return undefined
  })
  const url = await listening(t, server, 'http')
  t.after(() => open.forEach((socket) => socket.destroy()))
  return { url, asked }
}

async function ask(settings: HttpClientSettings, path = '/') {
  const client = createHttpClient(settings, { clock: impatientClock() })
  try {
    return (await client.json('GET', path, { signal: never })).body
  } finally {
    await client.close()
  }
}

test('a source is reached through a proxy, over http and over https', async (t) => {
  const proxy = await startProxy(t)
  const plain = await listening(
    t,
    createServer((_, response) => response.end('"plain"')),
    'http',
  )
  const sealed = await listening(
    t,
    createTlsServer({ cert: certificate.cert, key: certificate.private }, (_, response) =>
      response.end('"sealed"'),
    ),
    'https',
  )

  assert.equal(await ask({ baseUrl: plain, proxy: { url: proxy.url } }), 'plain')
  assert.equal(
    await ask({ baseUrl: sealed, proxy: { url: proxy.url }, tls: { ca: certificate.cert } }),
    'sealed',
  )
  assert.deepEqual(
    proxy.asked,
    [plain, sealed].map((each) => new URL(each).host),
  )
})

test('behind a proxy a source still has to prove itself', async (t) => {
  const proxy = await startProxy(t)
  let answered = 0
  const sealed = await listening(
    t,
    createTlsServer({ cert: certificate.cert, key: certificate.private }, (_, response) =>
      response.end(String((answered += 1))),
    ),
    'https',
  )
  const through = { baseUrl: sealed, proxy: { url: proxy.url } }

  await assert.rejects(ask(through), failing('SOURCE_NOT_TRUSTED'))
  await assert.rejects(
    ask({ ...through, tls: { fingerprint: '00'.repeat(32) } }),
    failing('SOURCE_NOT_TRUSTED', /another certificate/),
  )
  assert.equal(answered, 0)
})

test('a source that is known by an IPv6 address is asked for in brackets', async (t) => {
  const proxy = await startProxy(t)
  const server = createServer((_, response) => response.end('6'))
  const { port } = new URL(await listening(t, server, 'http'))

  await ask({ baseUrl: `http://[::1]:${port}`, proxy: { url: proxy.url } }).catch(() => {})

  assert.deepEqual(proxy.asked.slice(0, 1), [`[::1]:${port}`])
})

test('the certificate of a source behind a proxy is not fetched past the proxy', async (t) => {
  const proxy = await startProxy(t)
  let opened = 0
  const server = createTlsServer({ cert: certificate.cert, key: certificate.private })
  server.on('connection', () => (opened += 1))
  const sealed = await listening(t, server, 'https')

  await assert.rejects(
    ask({ baseUrl: sealed, proxy: { url: proxy.url } }),
    (error: AppError) =>
      failing('SOURCE_NOT_TRUSTED')(error) && !/certificate is [0-9A-F]{2}:/.test(error.hint ?? ''),
  )
  assert.equal(opened, proxy.asked.length)
})

test('a proxy that wants a login gets it, and one that refuses is told apart from the source', async (t) => {
  const login = `Basic ${Buffer.from('ada:open-sesame').toString('base64')}`
  const proxy = await startProxy(t, login)
  const baseUrl = await listening(
    t,
    createServer((_, response) => response.end('1')),
    'http',
  )
  const named = { url: proxy.url, username: 'ada', password: 'open-sesame' }

  assert.equal(await ask({ baseUrl, proxy: named }), 1)
  await assert.rejects(
    ask({ baseUrl, proxy: { ...named, password: 'wrong-password' } }),
    (error: Error) =>
      failing('SOURCE_REJECTED_LOGIN', /proxy/)(error) && !JSON.stringify(error).includes('wrong-password'),
  )
  await assert.rejects(
    ask({ baseUrl: 'http://forbidden.test', proxy: named }),
    failing('SOURCE_UNREACHABLE', /403/),
  )
})

test('a proxy that is not there is named', async () => {
  await assert.rejects(
    ask({ baseUrl: 'http://source.test', proxy: { url: 'http://127.0.0.1:9' } }),
    failing('SOURCE_UNREACHABLE', /The proxy http:\/\/127\.0\.0\.1:9/),
  )
})

test('requests go no faster than the rate, however many want to at once', async () => {
  const clock = new TestClock()
  const begun = clock.monotonic()
  const sent: number[] = []
  const pace = createPace(4, clock)

  const all = Promise.all(
    Array.from({ length: 5 }, () => pace(never).then(() => sent.push(clock.monotonic() - begun))),
  )
  for (let step = 0; step < 5; step += 1) {
    await new Promise(setImmediate)
    clock.advance(250)
  }
  await all

  assert.deepEqual(sent, [0, 250, 500, 750, 1000])
})

test('Retry-After may be a date, which counts from the date of the answer', async (t) => {
  let asked = 0
  const clock = impatientClock()
  const base = await listening(
    t,
    createServer((_, response) => {
      asked += 1
      if (asked > 1) return response.end('1')
      response.writeHead(503, {
        date: 'Sun, 22 Nov 2015 10:00:00 GMT',
        'retry-after': 'Sun, 22 Nov 2015 10:00:07 GMT',
      })
      return response.end()
    }),
    'http',
  )
  const client = createHttpClient({ baseUrl: base }, { clock })

  await client.json('GET', '/', { signal: never })

  assert.deepEqual([asked, clock.waits], [2, [7000]])
  await client.close()
})
