import assert from 'node:assert/strict'
import { test } from 'node:test'
import fastify from 'fastify'
import { systemActor } from '#model/actor.ts'
import type { Permission } from '#model/actor.ts'
import { answerErrorsAsProblems } from '#surfaces/http/problem-replies.ts'
import { guardRoutes } from '#surfaces/http/request-actor.ts'
import { addUploadRoute } from '#surfaces/http/upload-route.ts'
import { stubContext } from '#test/sample-server.ts'
import { testConfig } from '#test/test-config.ts'

async function serverFor(permissions: Permission[]) {
  const kept: { name: string; text: string; by: string }[] = []
  const defaults = testConfig()
  const context = stubContext({ config: testConfig({ jobs: { ...defaults.jobs, uploadBytes: 1_000_000 } }) })
  const server = fastify()
  answerErrorsAsProblems(server, context.log)
  guardRoutes(server, async () => ({ ...systemActor('ci'), permissions: new Set(permissions) }), undefined)
  addUploadRoute(server, context, async (_, actor, name, bytes) => {
    let text = ''
    for await (const piece of bytes) text += Buffer.from(piece).toString()
    kept.push({ name, text, by: actor.name })
    return { id: 'one', name, bytes: text.length }
  })
  const put = (url: string, payload: string, headers: Record<string, string> = {}) =>
    server.inject({ method: 'PUT', url, payload, headers: { authorization: 'Bearer x', ...headers } })
  return { put, kept }
}

test('a file is taken as it is sent, whatever kind it is said to be', async () => {
  const { put, kept } = await serverFor(['jobs.submit'])

  const csv = await put('/api/v1/uploads?name=a.csv', 'id\n1\n', { 'content-type': 'text/csv' })
  const json = await put('/api/v1/uploads?name=b.jsonl', '{"a":1', { 'content-type': 'application/json' })

  assert.deepEqual([csv.statusCode, csv.json().id], [201, 'one'])
  assert.equal(json.statusCode, 201)
  assert.deepEqual(
    kept.map(({ name, text, by }) => [name, text, by]),
    [
      ['a.csv', 'id\n1\n', 'system:ci'],
      ['b.jsonl', '{"a":1', 'system:ci'],
    ],
  )
})

test('a file larger than allowed is refused before it is read, one without a name too', async () => {
  const { put, kept } = await serverFor(['jobs.submit'])

  const large = await put('/api/v1/uploads?name=a.csv', 'x'.repeat(1_000_001))
  const nameless = await put('/api/v1/uploads', 'id\n')

  assert.deepEqual([large.statusCode, large.json().code], [422, 'INPUT_INVALID'])
  assert.equal(nameless.statusCode, 422)
  assert.deepEqual(kept, [])
})

test('who may not make jobs may not upload files for them', async () => {
  const { put, kept } = await serverFor(['jobs.read'])

  assert.equal((await put('/api/v1/uploads?name=a.csv', 'id\n')).statusCode, 403)
  assert.deepEqual(kept, [])
})
