import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js'
import { z } from 'zod'
import { type AnyOperation, operation } from '#features/operation.ts'
import { operations } from '#features/operations.ts'
import { AppError } from '#kernel/errors.ts'
import { silentLog } from '#kernel/log.ts'
import type { Actor } from '#model/actor.ts'
import { answerOperation } from '#surfaces/answer-operation.ts'
import { buildMcpServer, isTool } from '#surfaces/mcp/mcp-server.ts'
import { type SampleWorld, sampleWorld } from '#test/sample-operations.ts'
import { actorOf, stubContext } from '#test/sample-server.ts'

async function connect(actor: Actor, operations: readonly AnyOperation[]): Promise<Client> {
  const context = stubContext()
  const server = buildMcpServer({
    operations,
    version: '1.2.3',
    actor,
    log: silentLog,
    execute: (each, input, signal) => answerOperation(each, context, actor, input, signal),
  })
  const [here, there] = InMemoryTransport.createLinkedPair()
  const client = new Client({ name: 'test', version: '1' })
  await Promise.all([server.connect(there), client.connect(here)])
  return client
}

const asAdmin = (world: SampleWorld = sampleWorld()) => connect(actorOf('admin'), world.operations)

test('reads and previews are tools; what changes or endangers is not', async () => {
  const { tools } = await (await asAdmin()).listTools()
  assert.deepEqual(
    tools.map((tool) => tool.name).sort((left, right) => (left < right ? -1 : 1)),
    ['job_show', 'session_show', 'system_health', 'thing_list', 'thing_preview', 'thing_show'],
  )
  for (const tool of tools) {
    assert.equal(tool.annotations?.readOnlyHint, true)
    assert.equal(tool.inputSchema.additionalProperties, false)
  }
})

test('an operation with an effect is no tool, whatever else it says', () => {
  const { operations } = sampleWorld()
  const [first] = operations
  for (const effect of ['change', 'danger'] as const) {
    assert.equal(isTool({ ...first!, effect }), false)
    assert.equal(isTool({ ...first!, effect, preview: true }), false)
  }
  assert.equal(isTool({ ...first!, effect: 'danger', leavesWaiting: { without: [] } }), false)
  assert.equal(isTool({ ...first!, http: 'POST /x' }), false, 'a POST must say that it is a preview')
})

test('of what changes something only the making of a preview is a tool, and it cannot be told to go on by itself', async () => {
  const given: Record<string, unknown>[] = []
  const preview = operations.find(({ name }) => name === 'job.preview')!
  const spied = {
    ...preview,
    run: async (_call: unknown, input: Record<string, unknown>) => {
      given.push(input)
      throw new AppError('BUSY', 'not here')
    },
  }
  const client = await connect(actorOf('admin'), [spied])
  const [tool] = (await client.listTools()).tools
  const rows = { action: 'tag', parameters: { add: ['web'] }, rowsFrom: { kind: 'query', q: 'type:vm' } }
  const refused = await client.callTool({ name: 'job_preview', arguments: { ...rows, mode: 'auto' } })
  await client.callTool({ name: 'job_preview', arguments: rows })

  assert.deepEqual(
    operations.filter((each) => isTool(each) && each.effect !== 'read').map(({ name }) => name),
    ['job.preview'],
  )
  assert.equal(tool?.annotations?.readOnlyHint, false)
  assert.ok(!('mode' in tool!.inputSchema.properties!))
  assert.match(JSON.stringify(refused.content), /INPUT_INVALID.*mode/)
  assert.deepEqual(
    given.map(({ mode }) => mode),
    [undefined],
  )
})

test('what makes a pending job is a tool that does not call itself read-only', async () => {
  const propose = operation({
    name: 'batch.propose',
    summary: 'Leave a batch waiting for a person.',
    http: 'POST /batches',
    effect: 'read',
    preview: true,
    job: true,
    permission: 'inventory.read',
    input: z.object({}),
    output: z.object({ jobId: z.number() }),
    run: async () => ({ jobId: 1 }),
  })
  const { tools } = await (await connect(actorOf('viewer'), [propose])).listTools()
  assert.equal(tools[0]?.annotations?.readOnlyHint, false)
  assert.equal(tools[0]?.annotations?.destructiveHint, false)
})

test('a tool answers with structure and text, both checked by the client against its schema', async () => {
  const client = await asAdmin()
  await client.listTools()
  const answer = await client.callTool({ name: 'thing_list', arguments: { limit: 2 } })
  const structured = answer.structuredContent as { items: object[]; nextCursor: string; total: number }
  assert.equal(structured.items.length, 2)
  assert.equal(structured.nextCursor, '2')
  const [text] = answer.content as { text: string }[]
  assert.deepEqual(JSON.parse(text!.text), structured)
})

test('an answer that is a list is put into an object', async () => {
  const client = await asAdmin()
  await client.listTools()
  const answer = await client.callTool({ name: 'thing_preview', arguments: { names: ['thing-1', 'other'] } })
  assert.deepEqual(answer.structuredContent, { result: ['thing-1'] })
})

test('errors are told to the model as problem documents', async () => {
  const client = await asAdmin()
  const problemOf = async (name: string, given: Record<string, unknown>) => {
    const answer = await client.callTool({ name, arguments: given })
    assert.equal(answer.isError, true)
    return JSON.parse((answer.content as { text: string }[])[0]!.text)
  }
  assert.equal((await problemOf('thing_show', { id: 'nobody' })).code, 'NOT_FOUND')
  const invalid = await problemOf('thing_list', { limit: 5_000, kinds: 'vm' })
  assert.deepEqual(
    invalid.errors.map((each: { path: string }) => each.path),
    ['kinds', 'limit'],
  )
})

test('a tool that was never offered cannot be called', async () => {
  const world = sampleWorld()
  const client = await asAdmin(world)
  await assert.rejects(
    client.callTool({ name: 'thing_remove', arguments: { id: '1' } }),
    /no tool thing_remove/,
  )
  assert.equal(world.things.length, 3)
})

test('only what the actor may do is offered and answered', async () => {
  const nobody: Actor = { kind: 'token', name: 'token:x', permissions: new Set() }
  const client = await connect(nobody, sampleWorld().operations)
  const { tools } = await client.listTools()
  assert.deepEqual(
    tools.map((tool) => tool.name),
    ['system_health', 'session_show'],
  )
  await assert.rejects(client.callTool({ name: 'thing_list' }), /no tool/)
})
