import assert from 'node:assert/strict'
import { test } from 'node:test'
import { validate } from '@readme/openapi-parser'
import { z } from 'zod'
import { writeDescriptions } from '#features/ingest/write-descriptions.ts'
import { operation } from '#features/operation.ts'
import { heartbeatDescription } from '#features/servers/heartbeat-description.ts'
import { openApiDocument } from '#surfaces/http/openapi.ts'
import { sampleWorld } from '#test/sample-operations.ts'
import { as, sampleServer } from '#test/sample-server.ts'

type Given = Parameters<typeof validate>[0]

/** The validator follows and replaces references in place, so it gets a copy. */
const complaintsAbout = async (document: object): Promise<unknown> => {
  const result = await validate(structuredClone(document) as Given)
  return result.valid ? undefined : result.errors
}

interface Tree {
  name: string
  children: Tree[]
}
const Tree: z.ZodType<Tree> = z.object({ name: z.string(), children: z.lazy(() => z.array(Tree)) })
const Named = z.object({ id: z.number(), label: z.string().default('x') }).meta({ id: 'Named' })

const shapes = [
  operation({
    name: 'tree.show',
    summary: 'Show a tree.',
    http: 'GET /tree',
    effect: 'read',
    permission: 'session',
    input: z.object({}),
    output: z.object({ tree: Tree, named: Named, also: z.array(Named) }),
    run: async () => ({ tree: { name: 'a', children: [] }, named: { id: 1 }, also: [] }),
  }),
  operation({
    name: 'tree.set',
    summary: 'Set a tree.',
    http: 'PUT /tree',
    effect: 'change',
    permission: 'session',
    input: z.object({ tree: Tree, named: Named }),
    output: z.discriminatedUnion('is', [
      z.object({ is: z.literal('a') }),
      z.object({ is: z.literal('b'), n: z.number() }),
    ]),
    run: async () => ({ is: 'a' as const }),
  }),
]

test('the OpenAPI document is valid, also with named and recursive shapes', async () => {
  const document = openApiDocument([...sampleWorld().operations, ...shapes], '1.2.3')
  assert.equal(await complaintsAbout(document), undefined)
  const components = Object.keys((document.components as { schemas: object }).schemas)
  assert.ok(components.includes('Named'))
  assert.doesNotMatch(JSON.stringify(document), /\$defs|"\$ref":"#"/)
})

test('routes written by hand are in the document: with JSON, and with bodies of others', async () => {
  const described = [heartbeatDescription, ...writeDescriptions]
  const document = openApiDocument(sampleWorld().operations, '1.2.3', described)

  assert.equal(await complaintsAbout(document), undefined)
  const write = document.paths['/api/v1/write']!['post'] as {
    requestBody: { content: object }
    responses: object
  }
  assert.deepEqual(Object.keys(write.requestBody.content), Object.keys(writeDescriptions[0].body))
  assert.deepEqual(Object.keys(write.responses), ['204', 'default'])
})

test('every operation is in the document under its name', async () => {
  const { operations } = sampleWorld()
  const document = openApiDocument(operations, '1.2.3')
  const ids = Object.values(document.paths).flatMap((methods) =>
    Object.values(methods).map((each) => each.operationId),
  )
  assert.deepEqual(new Set(ids), new Set(operations.map((each) => each.name)))
})

test('the document and its reference page are served to those who are signed in', async () => {
  const { server } = sampleServer()
  for (const url of ['/api/openapi.json', '/api/docs', '/api/docs/reference.js']) {
    assert.equal((await server.inject({ url })).statusCode, 401)
    const answer = await server.inject({ url, headers: as('viewer') })
    assert.equal(answer.statusCode, 200)
  }
  const page = await server.inject({ url: '/api/docs', headers: as('viewer') })
  assert.doesNotMatch(page.body, /https?:\/\//, 'nothing comes from elsewhere')
  assert.match(String(page.headers['content-security-policy']), /script-src 'self';/)
})
