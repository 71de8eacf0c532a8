import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { type AddressInfo, connect } from 'node:net'
import { before, test, type TestContext } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { generate } from 'selfsigned'
import { type HubClientOptions, openHub, sentencesOf } from '#agent/hub-client.ts'
import { proxyFor } from '#agent/hub-url.ts'

const { signal } = new AbortController()
let pems: { private: string; cert: string }
before(async () => {
  const altNames = [{ type: 2 as const, value: 'localhost' }]
  pems = await generate([{ name: 'commonName', value: 'localhost' }], {
    extensions: [{ name: 'subjectAltName', altNames }],
  })
})

interface Seen {
  url: string | undefined
  headers: IncomingMessage['headers']
  body: Buffer
}

/** A server that takes everything; gives its port and what it saw. */
async function listening(
  context: TestContext,
  server: Server,
): Promise<{ port: number; seen: Seen[]; server: Server }> {
  const seen: Seen[] = []
  server.on('request', async (request, response) => {
    const pieces: Buffer[] = []
    for await (const piece of request) pieces.push(piece as Buffer)
    seen.push({ url: request.url, headers: request.headers, body: Buffer.concat(pieces) })
    response.setHeader('retry-after', '7').end('{"accepted":1}')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  context.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return { port: (server.address() as AddressInfo).port, seen, server }
}

const client = (context: TestContext, options: Omit<HubClientOptions, 'version'>) => {
  const hub = openHub({ version: '1.0.0', ...options })
  context.after(() => hub.close())
  return hub
}

test('heartbeats go over one connection that stays open, with the key, below the path of the hub', async (context) => {
  const { port, seen, server } = await listening(context, createServer())
  let connections = 0
  server.on('connection', () => (connections += 1))
  const hub = client(context, { hub: `http://127.0.0.1:${port}/rollcall/`, key: 'ra_secret' })

  const answer = await hub.post('/api/v1/agents/heartbeat', '{}', signal)
  await hub.post('/api/v1/agents/heartbeat', '{}', signal)

  assert.deepEqual(answer, { status: 200, body: { accepted: 1 }, retryAfter: 7 })
  assert.equal(seen[0]?.url, '/rollcall/api/v1/agents/heartbeat')
  assert.equal(seen[0]?.headers.authorization, 'Bearer ra_secret')
  assert.equal(connections, 1)
})

test('large batches are packed', async (context) => {
  const { port, seen } = await listening(context, createServer())
  const text = JSON.stringify(Array.from({ length: 2_000 }, (_each, number) => ({ number })))

  await client(context, { hub: `http://127.0.0.1:${port}` }).post('/', text, signal)

  assert.equal(seen[0]?.headers['content-encoding'], 'gzip')
  assert.equal(gunzipSync(seen[0]!.body).toString(), text)
})

test('a certificate of the hub’s own is believed by its authority or its fingerprint, and by nothing else', async (context) => {
  const { port, seen } = await listening(context, createTlsServer({ key: pems.private, cert: pems.cert }))
  const hub = `https://localhost:${port}`
  const { fingerprint256 } = new X509Certificate(pems.cert)
  const post = (trust: object) => client(context, { hub, key: 'ra_secret', ...trust }).post('/', '{}', signal)

  assert.equal((await post({ ca: pems.cert })).status, 200)
  assert.equal((await post({ fingerprint: fingerprint256 })).status, 200)
  assert.equal((await post({ fingerprint: fingerprint256.replaceAll(':', '').toLowerCase() })).status, 200)
  await assert.rejects(post({}), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' })
  await assert.rejects(post({ fingerprint: 'ab'.repeat(32) }), /the certificate of the hub is another one/)
  assert.equal(seen.length, 3, 'the key was told to nobody else')
})

test('a hub that takes too long is given up, and so is one that is not there', async (context) => {
  const { port } = await listening(context, createServer())
  const silent = createServer(() => {})
  silent.listen(0, '127.0.0.1')
  await once(silent, 'listening')
  context.after(() => {
    silent.closeAllConnections()
    silent.close()
  })
  const slow = (silent.address() as AddressInfo).port

  await assert.rejects(
    client(context, { hub: `http://127.0.0.1:${slow}`, patience: 100 }).post('/', '{}', signal),
    /the hub did not answer in 0.1 s/,
  )
  await assert.rejects(client(context, { hub: 'http://127.0.0.1:1' }).post('/', '{}', signal), {
    code: 'ECONNREFUSED',
  })
  assert.ok(port)
})

test('a proxy of the environment is used with its login, for plain and for encrypted hubs', async (context) => {
  const plain = await listening(context, createServer())
  const tls = await listening(context, createTlsServer({ key: pems.private, cert: pems.cert }))
  const proxy = await listening(context, createServer())
  const tunnels: string[] = []
  proxy.server.on('connect', (request, socket, head) => {
    tunnels.push(`${request.url} ${request.headers['proxy-authorization']}`)
    const over = connect(tls.port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      over.write(head)
      over.pipe(socket).pipe(over)
    })
    over.on('error', () => socket.destroy())
    socket.on('error', () => over.destroy())
  })
  const address = `http://me:pass@127.0.0.1:${proxy.port}`
  const proxies = { http: address, https: address, none: 'localhost.localdomain' }

  await client(context, { hub: `http://127.0.0.1:${plain.port}`, proxies }).post('/a', '{}', signal)
  await client(context, { hub: `https://localhost:${tls.port}`, ca: pems.cert, proxies }).post(
    '/b',
    '{}',
    signal,
  )

  const login = `Basic ${Buffer.from('me:pass').toString('base64')}`
  assert.equal(proxy.seen[0]?.url, `http://127.0.0.1:${plain.port}/a`)
  assert.equal(proxy.seen[0]?.headers['proxy-authorization'], login)
  assert.deepEqual(tunnels, [`localhost:${tls.port} ${login}`])
  assert.equal(tls.seen[0]?.url, '/b')
})

test('what no_proxy names is asked directly', () => {
  const ask = (url: string, none: string) => proxyFor(new URL(url), { http: 'proxy:3128', none })?.href

  assert.equal(ask('http://hub.example.net/', 'localhost'), 'http://proxy:3128/')
  for (const none of ['*', '.example.net', 'example.net', 'a, hub.example.net:80 ,hub.example.net'])
    assert.equal(ask('http://hub.example.net/', none), undefined, none)
  assert.equal(ask('http://badexample.net/', 'example.net'), 'http://proxy:3128/')
})

test('a refusal is told with the fields that it is about', () => {
  const errors = [{ path: 'token', expected: 'at most 200 characters' }, { path: 'x' }, null]
  assert.equal(
    sentencesOf({ detail: 'agent.enrol cannot use token', errors, hint: 'Correct it.' }),
    'agent.enrol cannot use token. token: at most 200 characters. Correct it.',
  )
})
