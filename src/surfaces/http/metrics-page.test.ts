import assert from 'node:assert/strict'
import { test } from 'node:test'
import { as, sampleServer } from '#test/sample-server.ts'

test('metrics count requests by route and tell what others collect', async () => {
  const { server } = sampleServer({
    collect: async () => [
      {
        name: 'rollcall_jobs',
        help: 'Jobs.',
        type: 'gauge',
        labels: { status: 'a "quoted"\nword' },
        value: 3,
      },
      { name: 'rollcall_jobs', help: 'Jobs.', type: 'gauge', labels: { status: 'failed' }, value: 0 },
    ],
  })
  await server.inject({ url: '/api/v1/things/1', headers: as('viewer') })
  await server.inject({ url: '/api/v1/things/2', headers: as('viewer') })
  await server.inject({ url: '/nowhere/at/all' })
  const answer = await server.inject({ url: '/metrics', headers: as('viewer') })
  assert.equal(answer.statusCode, 200)
  assert.match(String(answer.headers['content-type']), /^text\/plain; version=0\.0\.4/)
  const name = 'rollcall_http_request_duration_seconds'
  const labels = 'method="GET",route="/api/v1/things/:id",status="200"'
  assert.ok(answer.body.includes(`${name}_count{${labels}} 2\n`))
  assert.ok(answer.body.includes(`${name}_bucket{${labels},le="+Inf"} 2\n`))
  assert.ok(answer.body.includes('route="unmatched",status="404"'))
  assert.ok(answer.body.includes('rollcall_jobs{status="a \\"quoted\\"\\nword"} 3\n'))
  assert.equal(answer.body.match(/# TYPE rollcall_jobs gauge/g)?.length, 1)
  assert.match(answer.body, /process_resident_memory_bytes \d+/)
  assert.match(answer.body, /nodejs_eventloop_lag_p99_seconds \d/)
})

test('metrics are not for strangers', async () => {
  const { server } = sampleServer()
  assert.equal((await server.inject({ url: '/metrics' })).statusCode, 401)
})
