import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test, type TestContext } from 'node:test'
import { gzipSync } from 'node:zlib'
import { generate } from 'selfsigned'
import type { Clock } from '#kernel/clock.ts'
import { systemClock } from '#kernel/clock.ts'
import { AppError, type ErrorCode } from '#kernel/errors.ts'
import { createHttpClient, type HttpClient, type HttpClientSettings } from '#sources/http-client.ts'
import { fingerprintOf } from '#sources/http-tls.ts'

const never = new AbortController().signal
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

const folders: string[] = []
after(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))))
async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-http-'))
  folders.push(folder)
  return folder
}

async function listening(
  t: TestContext,
  server: Server,
  scheme: string,
  host = 'localhost',
): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, host, resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return `${scheme}://${host}:${(server.address() as AddressInfo).port}`
}

/** Waits are noted, not waited. */
function impatientClock(): Clock & { waits: number[] } {
  const waits: number[] = []
  return { ...systemClock, waits, sleep: async (milliseconds) => void waits.push(milliseconds) }
}

async function serving(
  t: TestContext,
  listener: RequestListener,
  settings: Partial<HttpClientSettings> = {},
  clock: Clock = impatientClock(),
): Promise<HttpClient & { base: string }> {
  const base = await listening(t, createServer(listener), 'http')
  const client = createHttpClient({ baseUrl: base, ...settings }, { clock })
  t.after(() => client.close())
  return { ...client, base }
}

const text = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}

const failing =
  (code: ErrorCode, matching = /./) =>
  (error: unknown) => {
    assert.ok(error instanceof AppError, String(error))
    assert.equal(error.code, code, error.message)
    assert.match(error.message, matching)
    return true
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

test('an unknown certificate is not trusted, and the error tells its fingerprint for comparing', async (t) => {
  let asked = 0
  const server = createTlsServer({ cert: certificate.cert, key: certificate.private }, (_, response) =>
    response.end(String((asked += 1))),
  )
  const base = await listening(t, server, 'https')
  const raw = Buffer.from(certificate.cert.replaceAll(/-----[^-]+-----|\s/g, ''), 'base64')
  const ask = async (tls: HttpClientSettings['tls']) => {
    const client = createHttpClient({ baseUrl: base, tls }, { clock: impatientClock() })
    return client.json('GET', '/', { signal: never }).finally(() => client.close())
  }
  await assert.rejects(ask({}), (error: AppError) => {
    failing('SOURCE_NOT_TRUSTED', /DEPTH_ZERO_SELF_SIGNED_CERT/)(error)
    return error.hint!.includes(fingerprintOf(raw))
  })
  await assert.rejects(
    ask({ fingerprint: '00'.repeat(32) }),
    failing('SOURCE_NOT_TRUSTED', /another certificate/),
  )
  assert.equal(asked, 0)
  const folder = await newFolder()
  await writeFile(join(folder, 'ca.pem'), certificate.cert)
  const trusts = [
    { ca: certificate.cert },
    { ca: join(folder, 'ca.pem') },
    { fingerprint: fingerprintOf(raw) },
    { fingerprint: fingerprintOf(raw).replaceAll(':', '').toLowerCase(), ca: certificate.cert },
  ]
  for (const tls of trusts) assert.equal((await ask(tls)).status, 200)
  await assert.rejects(ask({ ca: join(folder, 'gone.pem') }), failing('SOURCE_FILE_UNREADABLE'))
  await assert.rejects(ask({ ca: '-----BEGIN CERTIFICATE-----\nnone\n' }), failing('SOURCE_FILE_UNREADABLE'))
})

test('a trusted authority does not excuse a wrong name', async (t) => {
  const server = createTlsServer({ cert: certificate.cert, key: certificate.private }, (_, response) =>
    response.end('{}'),
  )
  const base = await listening(t, server, 'https', '127.0.0.1')
  const client = createHttpClient(
    { baseUrl: base, tls: { ca: certificate.cert } },
    { clock: impatientClock() },
  )
  await assert.rejects(client.json('GET', '/', { signal: never }), failing('SOURCE_NOT_TRUSTED', /ALTNAME/))
  await client.close()
})

test('TLS to a plain server says so', async (t) => {
  const base = await listening(
    t,
    createServer((_, response) => response.end('{}')),
    'http',
  )
  const client = createHttpClient({ baseUrl: base.replace('http:', 'https:') }, { clock: impatientClock() })
  await assert.rejects(
    client.json('GET', '/', { signal: never }),
    failing('SOURCE_ANSWER_INVALID', /does not speak HTTPS/),
  )
  await client.close()
})

test('an address with a password in it is refused without showing it', () => {
  const open = () => createHttpClient({ baseUrl: 'https://ada:hunter2@example.net' }, { clock: systemClock })
  assert.throws(
    open,
    (error: AppError) => failing('CONFIG_INVALID')(error) && !error.message.includes('hunter2'),
  )
})

test('a recording holds no secret and answers without the network, page by page', async (t) => {
  const folder = await newFolder()
  let page = 0
  const server = (request: IncomingMessage): object => {
    if (request.url === '/login')
      return {
        data: { ticket: 'PVE:ada:ticket-secret', CSRFPreventionToken: 'csrf-secret', username: 'ada' },
      }
    if (request.url!.startsWith('/pages')) return { page: (page += 1), nextPageToken: 'page-secret' }
    return {
      name: 'web',
      cipassword: 'cloud-secret',
      password_set: true,
      note: 'echo my-header-secret',
      list: [{ sshkeys: 'ssh-secret' }],
    }
  }
  const client = await serving(
    t,
    (request, response) => {
      response.setHeader('set-cookie', ['session=cookie-secret; Path=/', 'b=other-secret'])
      response.end(JSON.stringify(server(request)))
    },
    { record: folder, headers: { authorization: 'Custom id=my-header-secret' } },
  )
  const walk = async (from: HttpClient) => [
    (
      await from.json('POST', '/login', {
        body: { username: 'ada', password: 'login-secret' },
        signal: never,
      })
    ).body,
    (await from.json('GET', '/pages', { query: { token: 'first-secret' }, signal: never })).body,
    (await from.json('GET', '/pages', { query: { token: 'second-secret' }, signal: never })).body,
    (await from.json('GET', '/thing', { signal: never })).body,
  ]
  await walk(client)
  const files = await readdir(folder)
  assert.equal(files.length, 4)
  const all =
    (await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')))).join('\n') +
    files.join('\n')
  assert.ok(!/-secret/.test(all), all)
  const replay = createHttpClient(
    { baseUrl: 'https://nowhere.invalid', replay: folder },
    { clock: impatientClock() },
  )
  assert.deepEqual(await walk(replay), [
    { data: { ticket: '[redacted]', CSRFPreventionToken: '[redacted]', username: 'ada' } },
    { page: 1, nextPageToken: '[redacted]' },
    { page: 2, nextPageToken: '[redacted]' },
    {
      name: 'web',
      cipassword: '[redacted]',
      password_set: true,
      note: 'echo [redacted]',
      list: [{ sshkeys: '[redacted]' }],
    },
  ])
  await assert.rejects(
    replay.json('GET', '/never-asked', { signal: never }),
    failing('SOURCE_FILE_UNREADABLE', /no recording of GET \/never-asked/),
  )
  await replay.close()
})

test('errors and bytes are recorded too, and a new recording replaces an old one', async (t) => {
  const folder = await newFolder()
  const listener: RequestListener = (request, response) => {
    if (request.url === '/gone') response.writeHead(403, 'No right').end('{"why":"no"}')
    else response.end(Buffer.from([0x61, 0xff, 0xfe]))
  }
  const client = await serving(t, listener, { record: folder })
  await client.bytes('GET', '/bytes', { signal: never })
  await client.bytes('GET', '/bytes', { signal: never })
  const again = createHttpClient({ baseUrl: client.base, record: folder }, { clock: impatientClock() })
  const { body } = await again.bytes('GET', '/bytes', { signal: never })
  await assert.rejects(again.json('GET', '/gone', { signal: never }), failing('SOURCE_FORBIDDEN'))
  assert.equal((await readdir(folder)).length, 2)
  const replay = createHttpClient({ baseUrl: client.base, replay: folder }, { clock: impatientClock() })
  assert.deepEqual((await replay.bytes('GET', '/bytes', { signal: never })).body, body)
  const gone = await replay.json('GET', '/gone', { expect: [403], signal: never })
  assert.deepEqual([gone.status, gone.statusText, gone.body], [403, 'No right', { why: 'no' }])
  await Promise.all([again.close(), replay.close()])
})
