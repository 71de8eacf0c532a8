import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js'
import { mcpOverHttp } from '#surfaces/mcp/mcp-over-http.ts'
import { sampleWorld } from '#test/sample-operations.ts'
import { sampleServer, stubContext } from '#test/sample-server.ts'

async function start(t: TestContext) {
  const world = sampleWorld()
  const context = stubContext()
  const answerMcp = mcpOverHttp({ context, operations: world.operations, version: '1.2.3' })
  const { server } = sampleServer({ context, answerMcp }, world)
  const url = new URL('/api/v1/mcp', await server.listen({ host: '127.0.0.1', port: 0 }))
  t.after(() => server.close())
  const connect = async (token: string) => {
    const requestInit = { headers: { authorization: `Bearer ${token}` } }
    const client = new Client({ name: 'test', version: '1' })
    await client.connect(new StreamableHTTPClientTransport(url, { requestInit }) as Transport)
    t.after(() => client.close())
    return client
  }
  return { connect, url }
}

test('a model asks over HTTP with a token and sees what that token may see', async (t) => {
  const { connect } = await start(t)
  const client = await connect('viewer')
  const { tools } = await client.listTools()
  assert.ok(tools.some((tool) => tool.name === 'thing_list'))
  const answer = await client.callTool({ name: 'thing_show', arguments: { id: 'thing-2' } })
  assert.equal((answer.structuredContent as { id: number }).id, 2)
  const limited = await (await connect('nothing')).listTools()
  assert.deepEqual(
    limited.tools.map((tool) => tool.name),
    ['system_health', 'session_show'],
  )
})

test('without a token there is no model', async (t) => {
  const { url } = await start(t)
  const { server } = sampleServer()
  const answer = await server.inject({ method: 'POST', url: url.pathname, payload: {} })
  assert.equal(answer.statusCode, 404, 'not offered unless the server is given it')
  const client = new Client({ name: 'test', version: '1' })
  await assert.rejects(
    client.connect(new StreamableHTTPClientTransport(url) as Transport),
    /401|UNAUTHENTICATED/,
  )
})
