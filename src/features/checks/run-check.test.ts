import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer as createWeb, type RequestListener } from 'node:http'
import { createServer as createSecureWeb } from 'node:https'
import { createServer, type AddressInfo, type Server } from 'node:net'
import { after, test } from 'node:test'
import { decode, encode } from 'dns-packet'
import { generate } from 'selfsigned'
import { checkSettings, type CheckKind } from '#features/checks/check-settings.ts'
import { runCheck } from '#features/checks/run-check.ts'
import { systemClock } from '#kernel/clock.ts'

const never = new AbortController().signal
const open = new Set<{ close(): unknown }>()
after(() => {
  for (const each of open) each.close()
})

async function portOf(server: Server): Promise<number> {
  open.add(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

const check = (
  kind: CheckKind,
  target: string,
  settings: object = {},
  { timeoutMs = 2_000, reach = {}, signal = never } = {},
) =>
  runCheck(
    kind,
    {
      target,
      settings: checkSettings[kind].parse(settings),
      timeoutMs,
      reach: { allow: [], deny: [], ...reach },
      clock: systemClock,
    },
    signal,
  )

const certificateFor = (days: number, name = 'localhost') => {
  const notBeforeDate = new Date(Date.now() - 86_400_000)
  return generate([{ name: 'commonName', value: name }], {
    notBeforeDate,
    notAfterDate: new Date(Date.now() + days * 86_400_000),
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: name }] }],
  })
}

test('a port is up when it is open, says what is expected, and down when nothing listens', async () => {
  const port = await portOf(
    createServer((socket) => {
      socket.on('error', () => {})
      socket.write('220 mail.example.net ESMTP\r\n')
    }),
  )
  const found = await check('tcp', '127.0.0.1', { port })
  assert.equal(found.result, 'up')
  assert.ok(found.latency! >= 0)
  assert.equal((await check('tcp', 'localhost', { port, expect: '^220 .*ESMTP' })).result, 'up')
  const other = await check('tcp', '127.0.0.1', { port, expect: '^SSH-' }, { timeoutMs: 150 })
  assert.deepEqual([other.result, other.message], ['down', 'no answer within 0.15 s'])

  const closed = createServer()
  const free = await portOf(closed)
  closed.close()
  await once(closed, 'close')
  assert.deepEqual(await check('tcp', '127.0.0.1', { port: free }), {
    result: 'down',
    message: 'nothing listens there',
  })
})

test('a web server is held to its status, its text and the values of its JSON', async () => {
  const seen: (string | undefined)[] = []
  const answer: RequestListener = ({ url, headers }, response) => {
    seen.push(headers.authorization)
    if (url === '/moved') response.writeHead(302, { location: `http://localhost:${port}/health` }).end()
    else if (url === '/gone') response.writeHead(404).end()
    else response.end('{"status":"ok","parts":[{"up":true}]}')
  }
  const port = await portOf(createWeb(answer))
  const url = `http://127.0.0.1:${port}`
  const results: [path: string, settings: object, result: string, message?: string][] = [
    ['/health', {}, 'up', 'status 200'],
    ['/gone', {}, 'down', 'status 404'],
    ['/gone', { statuses: ['404'] }, 'up'],
    ['/health', { contains: '"ok"', matches: 'up.:true' }, 'up'],
    ['/health', { contains: 'nothing' }, 'down', 'the text is not in its body'],
    ['/health', { json: { path: 'parts[0].up', equals: true } }, 'up'],
    ['/health', { json: { path: '$.status', equals: 'bad' } }, 'down', '$.status is another value'],
    ['/health', { json: { path: '__proto__', equals: 'x' } }, 'down'],
    ['/moved', { headers: { authorization: 'secret' } }, 'up'],
    ['/moved', { followRedirects: false, statuses: ['302'] }, 'up'],
  ]
  for (const [path, settings, result, message] of results) {
    const found = await check('http', url + path, settings)
    assert.equal(found.result, result, `${path} ${JSON.stringify(settings)}: ${found.message}`)
    if (message !== undefined) assert.equal(found.message, message)
  }
  // What is for one server is not told to the one that it sends to.
  assert.deepEqual(
    seen.filter((each) => each !== undefined),
    ['secret'],
  )
  assert.equal((await check('http', '127.0.0.1', { url: `http://{address}:${port}/health` })).result, 'up')
})

test('a certificate is trusted only by its authority, for its name, and while it lasts long enough', async () => {
  const { cert, private: key } = await certificateFor(20)
  const port = await portOf(createSecureWeb({ cert, key }, (_, response) => response.end('x')))
  const settings = { port, trust: { ca: cert } }
  const good = await check('certificate', 'localhost', settings)
  assert.equal(good.message, 'certificate of localhost for 19 days')
  assert.ok(Math.abs(good.values!['certificate_days']! - 20) < 0.1)
  const short = await check('certificate', 'localhost', { ...settings, minDays: 30 })
  assert.deepEqual([short.result, short.message], ['down', 'its certificate expires in 19 days'])
  const stranger = await check('certificate', 'localhost', { port })
  assert.deepEqual([stranger.result, stranger.message], ['down', 'its certificate is signed by itself'])
  const otherName = await check('certificate', '127.0.0.1', settings)
  assert.deepEqual([otherName.result, otherName.message], ['down', 'its certificate is for another name'])
  assert.equal(
    (await check('certificate', '127.0.0.1', { ...settings, serverName: 'localhost' })).result,
    'up',
  )

  const url = `https://localhost:${port}/`
  const web = await check('http', url, { trust: { ca: cert }, minDays: 10 })
  assert.equal(web.message, 'status 200, certificate of localhost for 19 days')
  assert.equal((await check('http', url, { trust: { ca: cert }, minDays: 25 })).result, 'down')
  assert.equal((await check('http', url)).message, 'its certificate is signed by itself')
  assert.equal((await check('tcp', 'localhost', { port, tls: true, trust: { ca: cert } })).result, 'up')
})

test('a name server is held to its answers, over TCP where they are long', async () => {
  const records: Record<string, string[]> = {
    'web.example.net': ['192.0.2.1', '192.0.2.2'],
    'long.example.net': ['192.0.2.9'],
  }
  const reply = (query: Buffer, isTcp: boolean): Buffer => {
    const { id, questions } = decode(query)
    const { name, type } = questions![0]!
    const isCut = name.startsWith('long') && !isTcp
    const answers = isCut ? [] : (records[name] ?? []).map((data) => ({ type, name, data }))
    // 3 is NXDOMAIN, 0x0200 says that it was cut.
    const flags = isCut ? 0x0200 : records[name] === undefined ? 3 : 0
    return encode({ type: 'response', id: id!, flags, questions: questions!, answers })
  }
  const port = await portOf(
    createServer((socket) =>
      socket.once('data', (query: Buffer) => {
        const answer = reply(query.subarray(2), true)
        const length = Buffer.alloc(2)
        length.writeUInt16BE(answer.length)
        socket.end(Buffer.concat([length, answer]))
      }),
    ),
  )
  const udp = createSocket('udp4')
  open.add(udp)
  udp.on('message', (query, from) => udp.send(reply(query, false), from.port, from.address))
  udp.bind(port, '127.0.0.1')
  await once(udp, 'listening')

  const asked = { resolver: '127.0.0.1', port }
  const found = await check('dns', 'web.example.net', asked)
  assert.deepEqual([found.result, found.message], ['up', '192.0.2.1, 192.0.2.2'])
  assert.equal(
    (await check('dns', 'web.example.net', { ...asked, expected: ['192.0.2.2', '192.0.2.1'] })).result,
    'up',
  )
  assert.equal((await check('dns', 'web.example.net', { ...asked, expected: ['192.0.2.1'] })).result, 'down')
  assert.equal((await check('dns', 'no.example.net', asked)).message, 'the answer is NXDOMAIN')
  assert.equal((await check('dns', 'long.example.net', asked)).message, '192.0.2.9')
  // The target is the server when the settings name what is asked for.
  assert.equal((await check('dns', '127.0.0.1', { name: 'web.example.net', port })).result, 'up')
  udp.close()
  open.delete(udp)
  assert.equal((await check('dns', 'web.example.net', asked, { timeoutMs: 200 })).result, 'down')
})

test('what this machine may not or cannot reach tells nothing of the other', async () => {
  const port = await portOf(
    createWeb((_, response) => response.writeHead(302, { location: 'http://169.254.169.254/' }).end()),
  )
  const deny = { deny: ['169.254.169.254'] }
  for (const target of [
    'http://169.254.169.254/',
    'http://2852039166/',
    'http://[::ffff:169.254.169.254]/',
    `http://127.0.0.1:${port}/`,
  ]) {
    const found = await check('http', target, {}, { reach: deny })
    assert.deepEqual(
      [found.result, found.message],
      ['unable', '169.254.169.254 may not be reached by checks (monitoring.checks)'],
      target,
    )
  }
  for (const network of ['127.0.0.0/8', '127.0.0.1']) {
    const denied = await check('http', `http://127.0.0.1:${port}/`, {}, { reach: { deny: [network] } })
    assert.equal(denied.message, '127.0.0.1 may not be reached by checks (monitoring.checks)', network)
  }
  for (const kind of ['ping', 'snmp'] as const) {
    const settings = kind === 'snmp' ? { community: 'public' } : {}
    const found = await check(kind, '198.51.100.1', settings, { reach: { allow: ['192.0.2.0/24'] } })
    assert.equal(found.result, 'unable', kind)
  }
})

test('a check ends when it is told to, and throws why', async () => {
  const port = await portOf(createServer(() => {}))
  const stop = new AbortController()
  const waiting = check('http', `http://127.0.0.1:${port}/`, {}, { signal: stop.signal })
  stop.abort(new Error('enough'))
  await assert.rejects(waiting, { message: 'enough' })
  const silent = await check('http', `http://127.0.0.1:${port}/`, {}, { timeoutMs: 120 })
  assert.deepEqual(silent, { result: 'down', message: 'no answer within 0.12 s' })
})

test('a machine that answers echoes is up, with its loss and its time', async (context) => {
  const found = await check('ping', '127.0.0.1', { count: 2 })
  if (found.result === 'unable') return context.skip(found.message)
  assert.equal(found.result, 'up')
  assert.equal(found.values!['loss_percent'], 0)
  assert.ok(found.latency! > 0)
})
