import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { test } from 'node:test'
import { sampleWorld } from '#test/sample-operations.ts'
import { as, sampleServer } from '#test/sample-server.ts'

test('a query string is turned into the kinds the schema wants', async () => {
  const { server } = sampleServer()
  const url = '/api/v1/things?least=15&tag=even&hidden=false&limit=1'
  const answer = await server.inject({ url, headers: as('viewer') })
  assert.equal(answer.statusCode, 200)
  assert.deepEqual(
    answer.json().items.map((each: { id: number }) => each.id),
    [2],
  )
})

test('a listing is paged to its end and tells the total', async () => {
  const { server } = sampleServer({}, sampleWorld(5))
  const seen: number[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const url = `/api/v1/things?limit=2${cursor && `&cursor=${cursor}`}`
    const page: { items: { id: number }[]; nextCursor: string | null; total: number } = (
      await server.inject({ url, headers: as('viewer') })
    ).json()
    assert.equal(page.total, 5)
    seen.push(...page.items.map((each) => each.id))
    cursor = page.nextCursor
  }
  assert.deepEqual(seen, [1, 2, 3, 4, 5])
})

test('what the output schema does not name never leaves', async () => {
  const { server } = sampleServer()
  const answer = await server.inject({ url: '/api/v1/things', headers: as('viewer') })
  assert.doesNotMatch(answer.body, /secretColumn/)
})

test('a job is accepted with the address where it is followed', async () => {
  const { server } = sampleServer()
  const answer = await server.inject({
    method: 'POST',
    url: '/api/v1/things/refresh',
    headers: as('operator'),
  })
  assert.equal(answer.statusCode, 202)
  assert.equal(answer.headers.location, '/api/v1/jobs/7')
  assert.deepEqual(answer.json(), { jobId: 7 })
})

test('an operation without an answer says 204', async () => {
  const { server, world } = sampleServer()
  const answer = await server.inject({
    method: 'DELETE',
    url: '/api/v1/things/thing-2?force=true',
    headers: as('admin'),
  })
  assert.equal(answer.statusCode, 204)
  assert.equal(world.things.length, 2)
})

test('health answers without sign-in, at both addresses, and tells of a lost database with 503', async () => {
  const { server, world } = sampleServer()
  for (const url of ['/healthz', '/api/v1/system/health']) {
    world.healthy = true
    const well = await server.inject({ url })
    assert.equal(well.statusCode, 200)
    assert.deepEqual(well.json(), { status: 'healthy', database: 'connected' })
    world.healthy = false
    const ill = await server.inject({ url })
    assert.equal(ill.statusCode, 503)
    assert.equal(ill.json().status, 'unhealthy')
  }
})

test('health answers even when nobody can be identified because the database is gone', async () => {
  const { server } = sampleServer({
    access: { identify: () => Promise.reject(new Error('no database')), handle: async () => new Response() },
  })
  assert.equal((await server.inject({ url: '/healthz', headers: { cookie: 'session=ada' } })).statusCode, 200)
})

test('an unchanged answer is not sent twice', async () => {
  const { server, world } = sampleServer()
  const request = { url: '/api/v1/things/1', headers: as('viewer') }
  const first = await server.inject(request)
  const etag = first.headers.etag as string
  assert.match(etag, /^"1-[\w-]+"$/)
  const again = await server.inject({
    ...request,
    headers: { ...request.headers, 'if-none-match': `W/${etag}` },
  })
  assert.equal(again.statusCode, 304)
  assert.equal(again.body, '')
  world.things[0]!.lastSeen = '2026-01-01T00:00:00.000Z'
  const fresh = await server.inject({ ...request, headers: { ...request.headers, 'if-none-match': etag } })
  assert.equal(fresh.statusCode, 200, 'a fact beside the version changed')
})

test('an edit of what somebody else changed meanwhile is refused with 412', async () => {
  const { server } = sampleServer()
  const { etag } = (await server.inject({ url: '/api/v1/things/1', headers: as('operator') })).headers
  const edit = (name: string, ifMatch: string) =>
    server.inject({
      method: 'PATCH',
      url: '/api/v1/things/1',
      headers: { ...as('operator'), 'if-match': ifMatch },
      payload: { name },
    })
  const mine = await edit('mine', etag as string)
  assert.equal(mine.statusCode, 200)
  const theirs = await edit('theirs', etag as string)
  assert.equal(theirs.statusCode, 412)
  assert.equal(theirs.json().code, 'CHANGED_SINCE')
  assert.equal((await edit('next', mine.headers.etag as string)).statusCode, 200)
  assert.equal((await edit('any', '*')).statusCode, 200)
  assert.equal((await edit('odd', '"not ours"')).statusCode, 412)
})

test('If-Match on what has no versions is refused instead of ignored', async () => {
  const { server, world } = sampleServer()
  const headers = { ...as('operator'), 'if-match': '"1"' }
  const answer = await server.inject({
    method: 'POST',
    url: '/api/v1/things',
    headers,
    payload: { name: 'new' },
  })
  assert.equal(answer.statusCode, 422)
  assert.equal(world.things.length, 3)
})

test('a caller who leaves stops the work', async () => {
  const { server, world } = sampleServer()
  await server.listen({ host: '127.0.0.1', port: 0 })
  try {
    const { port } = server.server.address() as { port: number }
    const socket = connect(port, '127.0.0.1')
    await once(socket, 'connect')
    socket.write('POST /api/v1/things/wait HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer operator\r\n')
    socket.write('Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}')
    const signal = await world.waiting
    assert.equal(signal.aborted, false)
    const aborted = once(signal, 'abort')
    socket.destroy()
    await aborted
    assert.equal((signal.reason as Error).name, 'AbortError')
  } finally {
    await server.close()
  }
})

test('a page of 100 is answered with a p95 under 30 ms', async () => {
  const { server } = sampleServer({}, sampleWorld(1_000))
  const times: number[] = []
  for (let at = 0; at < 120; at += 1) {
    const before = performance.now()
    const answer = await server.inject({ url: '/api/v1/things?limit=100', headers: as('viewer') })
    times.push(performance.now() - before)
    assert.equal(answer.json().items.length, 100)
  }
  const sorted = times.slice(20).sort((left, right) => left - right)
  assert.ok(sorted[95]! < 30, `p95 was ${sorted[95]} ms`)
})
