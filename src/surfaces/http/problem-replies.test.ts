import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Log } from '#kernel/log.ts'
import { silentLog } from '#kernel/log.ts'
import { as, sampleServer, stubContext } from '#test/sample-server.ts'

const json = { 'content-type': 'application/json' }
const operator = as('operator')

const refusals: {
  what: string
  method?: 'GET' | 'POST' | 'PATCH' | 'DELETE' | 'PUT'
  url: string
  headers?: Record<string, string>
  payload?: string | object
  status: number
  code: string
  paths?: string[]
}[] = [
  { what: 'no token', url: '/api/v1/things', status: 401, code: 'UNAUTHENTICATED' },
  {
    what: 'an unknown token',
    url: '/api/v1/things',
    headers: { authorization: 'Bearer x' },
    status: 401,
    code: 'UNAUTHENTICATED',
  },
  {
    what: 'a missing right',
    method: 'DELETE',
    url: '/api/v1/things/1',
    headers: operator,
    status: 403,
    code: 'FORBIDDEN',
  },
  { what: 'an unknown address', url: '/api/v1/nothing', headers: operator, status: 404, code: 'NOT_FOUND' },
  {
    what: 'an unknown method',
    method: 'PUT',
    url: '/api/v1/things/1',
    headers: operator,
    status: 405,
    code: 'NOT_FOUND',
  },
  {
    what: 'a thing that is not there',
    url: '/api/v1/things/99',
    headers: operator,
    status: 404,
    code: 'NOT_FOUND',
  },
  {
    what: 'a duplicate',
    method: 'POST',
    url: '/api/v1/things',
    headers: operator,
    payload: { name: 'thing-1' },
    status: 409,
    code: 'ALREADY_EXISTS',
  },
  {
    what: 'a number that is text',
    url: '/api/v1/things?limit=many',
    headers: operator,
    status: 422,
    code: 'INPUT_INVALID',
    paths: ['limit'],
  },
  {
    what: 'a page that is too large',
    url: '/api/v1/things?limit=1001',
    headers: operator,
    status: 422,
    code: 'INPUT_INVALID',
    paths: ['limit'],
  },
  {
    what: 'a misspelt parameter',
    url: '/api/v1/things?limt=5',
    headers: operator,
    status: 422,
    code: 'INPUT_INVALID',
    paths: ['limt'],
  },
  {
    what: 'a missing field',
    method: 'POST',
    url: '/api/v1/things',
    headers: operator,
    payload: {},
    status: 422,
    code: 'INPUT_INVALID',
    paths: ['name'],
  },
  {
    what: 'an unknown field',
    method: 'POST',
    url: '/api/v1/things',
    headers: operator,
    payload: { name: 'a', color: 1 },
    status: 422,
    code: 'INPUT_INVALID',
    paths: ['color'],
  },
  {
    what: 'an id given twice',
    method: 'PATCH',
    url: '/api/v1/things/1',
    headers: operator,
    payload: { id: '2' },
    status: 422,
    code: 'INPUT_INVALID',
    paths: ['id'],
  },
  {
    what: 'a query string on a POST',
    method: 'POST',
    url: '/api/v1/things?name=x',
    headers: operator,
    status: 422,
    code: 'INPUT_INVALID',
    paths: ['name'],
  },
  {
    what: 'a body that is a list',
    method: 'POST',
    url: '/api/v1/things',
    headers: operator,
    payload: [],
    status: 422,
    code: 'INPUT_INVALID',
    paths: [''],
  },
  {
    what: 'malformed JSON',
    method: 'POST',
    url: '/api/v1/things',
    headers: { ...operator, ...json },
    payload: '{"name":',
    status: 422,
    code: 'INPUT_INVALID',
  },
  {
    what: 'a poisoned prototype',
    method: 'POST',
    url: '/api/v1/things',
    headers: { ...operator, ...json },
    payload: '{"__proto__":{"x":1}}',
    status: 422,
    code: 'INPUT_INVALID',
  },
  {
    what: 'a body that is no JSON',
    method: 'POST',
    url: '/api/v1/things',
    headers: { ...operator, 'content-type': 'text/xml' },
    payload: '<a/>',
    status: 415,
    code: 'INPUT_INVALID',
  },
  {
    what: 'a body that is too large',
    method: 'POST',
    url: '/api/v1/things',
    headers: { ...operator, ...json },
    payload: `"${'x'.repeat(4_200_000)}"`,
    status: 413,
    code: 'INPUT_INVALID',
  },
  ...(
    [
      ['CHANGED_SINCE', 412],
      ['TOO_MANY_REQUESTS', 429],
      ['SOURCE_UNREACHABLE', 502],
      ['DATABASE_UNREACHABLE', 503],
      ['DATABASE_CORRUPT', 500],
      ['AMBIGUOUS_NAME', 409],
      ['QUERY_INVALID', 422],
    ] as const
  ).map(([code, status]) => ({
    what: code,
    method: 'POST' as const,
    url: '/api/v1/things/fail',
    headers: operator,
    payload: { code },
    status,
    code,
  })),
]

for (const { what, method = 'GET', url, headers = {}, payload, status, code, paths } of refusals) {
  test(`${what} is a problem document with ${status} ${code}`, async () => {
    const { server } = sampleServer()
    const answer = await server.inject({
      method,
      url,
      headers,
      ...(payload === undefined ? {} : { payload }),
    })
    assert.equal(answer.statusCode, status)
    assert.match(String(answer.headers['content-type']), /^application\/problem\+json/)
    const problem = answer.json()
    assert.equal(problem.code, code)
    assert.equal(problem.status, status)
    assert.equal(problem.type, `urn:rollcall:error:${code}`)
    assert.equal(problem.instance, url.split('?')[0])
    for (const field of ['title', 'detail']) assert.ok(problem[field].length > 0)
    if (paths) {
      assert.deepEqual(
        problem.errors.map((each: { path: string }) => each.path),
        paths,
      )
      for (const each of problem.errors) assert.ok(each.expected.length > 0)
    }
  })
}

test('throttled and busy answers say when to come back', async () => {
  const { server } = sampleServer()
  for (const code of ['TOO_MANY_REQUESTS', 'DATABASE_LOCKED']) {
    const answer = await server.inject({
      method: 'POST',
      url: '/api/v1/things/fail',
      headers: operator,
      payload: { code },
    })
    assert.equal(answer.headers['retry-after'], '5')
  }
})

test('an unknown method names the methods there are', async () => {
  const { server } = sampleServer()
  const answer = await server.inject({ method: 'PUT', url: '/api/v1/things/1', headers: operator })
  assert.equal(answer.headers.allow, 'GET, HEAD, PATCH, DELETE')
})

test('a misspelt field is answered with what was meant', async () => {
  const { server } = sampleServer()
  const answer = await server.inject({ url: '/api/v1/things?limt=5', headers: operator })
  assert.match(answer.json().errors[0].expected, /did you mean limit\?/)
})

test('a stranger’s error is logged and never shown', async () => {
  const logged: object[] = []
  const log: Log = { ...silentLog, error: (fields) => logged.push(fields) }
  const { server } = sampleServer({ context: stubContext({ log }) })
  const request = { method: 'POST', url: '/api/v1/things/fail', headers: operator } as const
  const answer = await server.inject({ ...request, payload: { code: 'STRANGER' } })
  assert.equal(answer.statusCode, 500)
  assert.doesNotMatch(answer.body, /hunter2|secret/)
  assert.match(String((logged[0] as { err: Error }).err), /hunter2/)
})

test('the value of a secret field is never read back', async () => {
  const { server } = sampleServer()
  const answer = await server.inject({
    method: 'POST',
    url: '/api/v1/tokens',
    headers: as('admin'),
    payload: { name: 'ci', password: 'short' },
  })
  assert.equal(answer.statusCode, 422)
  assert.doesNotMatch(answer.body, /short/)
  assert.deepEqual(answer.json().errors, [{ path: 'password', expected: 'at least 8 characters' }])
})
