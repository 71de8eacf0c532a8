import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js'
import { systemClock } from '#kernel/clock.ts'
import { silentLog } from '#kernel/log.ts'
import { answerOperation } from '#surfaces/answer-operation.ts'
import { buildMcpServer } from '#surfaces/mcp/mcp-server.ts'
import { runSampleCli } from '#test/run-sample-cli.ts'
import { sampleWorld } from '#test/sample-operations.ts'
import { actorOf, as, sampleServer } from '#test/sample-server.ts'

const questions: { url: string; line: string; tool: string; input: Record<string, unknown> }[] = [
  {
    url: '/things?q=thing&limit=2',
    line: 'thing list thing --limit 2',
    tool: 'thing_list',
    input: { q: 'thing', limit: 2 },
  },
  { url: '/things/thing-2', line: 'thing show thing-2', tool: 'thing_show', input: { id: 'thing-2' } },
  { url: '/things/nobody', line: 'thing show nobody', tool: 'thing_show', input: { id: 'nobody' } },
  {
    url: '/things?limit=0&kind=vmm',
    line: 'thing list --limit 0 --kind vmm',
    tool: 'thing_list',
    input: { limit: 0, kind: 'vmm' },
  },
  { url: '/session', line: 'session show', tool: 'session_show', input: {} },
]

for (const { url, line, tool, input } of questions) {
  test(`HTTP, CLI, CLI over HTTP and MCP answer the same to \`${line}\``, async (t) => {
    const world = sampleWorld()
    const { server, context } = sampleServer({}, world)
    const address = await server.listen({ host: '127.0.0.1', port: 0 })
    t.after(() => server.close())
    const http: unknown = (await server.inject({ url: `/api/v1${url}`, headers: as('admin') })).json()

    const local = await runSampleCli(`${line} --json`, {}, world)
    const environment = { ROLLCALL_URL: address, ROLLCALL_TOKEN: 'admin' }
    const remote = await runSampleCli(`${line} --json`, { environment, clock: systemClock }, world)

    const mcp = buildMcpServer({
      operations: world.operations,
      version: '1',
      actor: actorOf('admin'),
      log: silentLog,
      execute: (operation, given, signal) =>
        answerOperation(operation, context, actorOf('admin'), given, signal),
    })
    const [here, there] = InMemoryTransport.createLinkedPair()
    const client = new Client({ name: 'test', version: '1' })
    await Promise.all([mcp.connect(there), client.connect(here)])
    const answer = await client.callTool({ name: tool, arguments: input })
    const text = (answer.content as { text: string }[])[0]!.text

    assert.deepEqual(withoutPlace(JSON.parse(local.out || local.errors)), withoutPlace(http))
    assert.deepEqual(withoutPlace(JSON.parse(remote.out || remote.errors)), withoutPlace(http))
    assert.deepEqual(withoutPlace(JSON.parse(text)), withoutPlace(http))
  })
}

/** Only HTTP has an address to name in a problem document. */
function withoutPlace(answer: unknown): unknown {
  const { instance: _, ...rest } = answer as { instance?: string }
  return rest
}
