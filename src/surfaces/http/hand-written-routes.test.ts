import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import { AppError } from '#kernel/errors.ts'
import { as, sampleServer, stubContext } from '#test/sample-server.ts'

test('devices leave as a CSV file, streamed piece by piece', async () => {
  const { server } = sampleServer({
    exportDevices: async function* ({ actor }, { q, columns }) {
      yield `${(columns ?? ['name']).join(',')}\n`
      yield `${actor.name} asked ${q}\n`
    },
  })
  const answer = await server.inject({
    url: '/api/v1/devices.csv?q=type:vm&columns=a,b',
    headers: as('viewer'),
  })
  assert.equal(answer.statusCode, 200)
  assert.equal(answer.headers['content-type'], 'text/csv; charset=utf-8')
  assert.equal(answer.headers['content-disposition'], 'attachment; filename="devices.csv"')
  assert.equal(answer.body, 'a,b\ntoken:viewer asked type:vm\n')
})

test('the trail leaves as JSON Lines, for those who may read it and times that are some', async () => {
  const { server } = sampleServer({
    exportAudit: async function* ({ actor }, { from }) {
      yield `{"from":"${from}"}\n`
      yield `{"by":"${actor.name}"}\n`
    },
  })
  const ask = (query: string, role: 'admin' | 'viewer') =>
    server.inject({ url: `/api/v1/audit.jsonl${query}`, headers: as(role) })

  const answer = await ask('?from=2026-01-01', 'admin')
  const refused = await ask('', 'viewer')
  const wrong = await ask('?from=yesterday', 'admin')

  assert.equal(answer.headers['content-type'], 'application/jsonl; charset=utf-8')
  assert.equal(answer.body, '{"from":"2026-01-01T00:00:00.000Z"}\n{"by":"token:admin"}\n')
  assert.deepEqual([refused.statusCode, wrong.statusCode], [403, 422])
})

test('a bad query is a problem document and not half a file', async () => {
  const { server } = sampleServer({
    // oxlint-disable-next-line require-yield -- it fails before there is anything to yield
    exportDevices: async function* () {
      throw new AppError('QUERY_INVALID', 'The query is wrong')
    },
  })
  const answer = await server.inject({ url: '/api/v1/devices.csv?q=:::', headers: as('viewer') })
  assert.equal(answer.statusCode, 422)
  assert.equal(answer.json().code, 'QUERY_INVALID')
  const unknown = await server.inject({ url: '/api/v1/devices.csv?query=x', headers: as('viewer') })
  assert.equal(unknown.statusCode, 422)
})

test('a file that a job wrote leaves with its size and its type, to whoever may have it', async () => {
  const { server } = sampleServer({
    async openExport({ actor }, name) {
      if (actor.name !== 'token:viewer') throw new AppError('NOT_FOUND', `There is no export ${name}`)
      return { stream: Readable.from(['a,b\r\n']), bytes: 5, name }
    },
  })
  const answer = await server.inject({ url: '/api/v1/exports/devices-7.csv', headers: as('viewer') })
  const refused = await server.inject({ url: '/api/v1/exports/devices-7.csv', headers: as('admin') })

  assert.deepEqual([answer.statusCode, answer.body], [200, 'a,b\r\n'])
  assert.equal(answer.headers['content-type'], 'text/csv; charset=utf-8')
  assert.equal(answer.headers['content-disposition'], 'attachment; filename="devices-7.csv"')
  assert.equal(refused.statusCode, 404)
})

test('sign-in gets the request as it came, with the caller’s true address', async () => {
  let seen: { url: string; body: string; headers: Headers } | undefined
  const handle = async (request: Request) => {
    seen = { url: request.url, body: await request.text(), headers: request.headers }
    const headers = new Headers({ 'content-type': 'application/json' })
    headers.append('set-cookie', 'a=1; HttpOnly')
    headers.append('set-cookie', 'b=2; HttpOnly')
    return new Response('{"ok":true}', { status: 200, headers })
  }
  const { server } = sampleServer({
    access: { identify: () => Promise.reject(new Error('not asked')), handle },
  })
  const answer = await server.inject({
    method: 'POST',
    url: '/api/auth/sign-in/email?x=1',
    headers: {
      host: 'rollcall.lan:8080',
      'x-forwarded-for': '6.6.6.6',
      'x-rollcall-client-address': '6.6.6.6',
      'content-type': 'application/json',
    },
    payload: '{"email" : "ada@example.net"}',
  })
  assert.equal(answer.statusCode, 200)
  assert.deepEqual(answer.headers['set-cookie'], ['a=1; HttpOnly', 'b=2; HttpOnly'])
  assert.equal(seen?.url, 'http://rollcall.lan:8080/api/auth/sign-in/email?x=1')
  assert.equal(seen?.body, '{"email" : "ada@example.net"}')
  assert.equal(seen?.headers.get('x-forwarded-for'), '127.0.0.1')
  assert.equal(seen?.headers.get('x-rollcall-client-address'), null)
})

test('only a trusted proxy is believed about the caller’s address', async () => {
  for (const [trustedProxies, expected] of [
    [[], '127.0.0.1'],
    [['127.0.0.0/8'], '192.0.2.7'],
  ] as const) {
    const context = stubContext()
    context.config = {
      ...context.config,
      server: { ...context.config.server, trustedProxies: [...trustedProxies] },
    }
    let address = ''
    const identify = async (request: { address: string }) => {
      ;({ address } = request)
      throw new AppError('UNAUTHENTICATED', 'no')
    }
    const { server } = sampleServer({ context, access: { identify, handle: async () => new Response() } })
    await server.inject({ url: '/api/v1/session', headers: { 'x-forwarded-for': '192.0.2.7' } })
    assert.equal(address, expected)
  }
})
