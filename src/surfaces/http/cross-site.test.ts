import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sampleServer } from '#test/sample-server.ts'

const cases: { what: string; headers: Record<string, string>; allowed: boolean }[] = [
  {
    what: 'our own page',
    headers: { cookie: 'session=ada', 'sec-fetch-site': 'same-origin' },
    allowed: true,
  },
  {
    what: 'an older browser on our page',
    headers: { cookie: 'session=ada', origin: 'http://localhost:8080' },
    allowed: true,
  },
  {
    what: 'a script with a token',
    headers: { authorization: 'Bearer admin', origin: 'http://evil.example' },
    allowed: true,
  },
  {
    what: 'another site',
    headers: { cookie: 'session=ada', 'sec-fetch-site': 'cross-site' },
    allowed: false,
  },
  {
    what: 'a neighbour below the same domain',
    headers: { cookie: 'session=ada', 'sec-fetch-site': 'same-site' },
    allowed: false,
  },
  {
    what: 'another site in an older browser',
    headers: { cookie: 'session=ada', origin: 'http://evil.example' },
    allowed: false,
  },
  { what: 'a sandboxed page', headers: { cookie: 'session=ada', origin: 'null' }, allowed: false },
  {
    what: 'a cookie that does not say where it comes from',
    headers: { cookie: 'session=ada' },
    allowed: false,
  },
]

for (const { what, headers, allowed } of cases) {
  test(`a change by ${what} is ${allowed ? 'made' : 'refused'}`, async () => {
    const { server, world } = sampleServer()
    const answer = await server.inject({
      method: 'POST',
      url: '/api/v1/things',
      headers: { host: 'localhost:8080', ...headers },
      payload: { name: 'new' },
    })
    assert.equal(answer.statusCode, allowed ? 200 : 403)
    assert.equal(world.things.length, allowed ? 4 : 3)
  })
}

test('reading with a cookie is allowed from anywhere', async () => {
  const { server } = sampleServer()
  const headers = { cookie: 'session=ada', 'sec-fetch-site': 'cross-site' }
  assert.equal((await server.inject({ url: '/api/v1/things', headers })).statusCode, 200)
})
