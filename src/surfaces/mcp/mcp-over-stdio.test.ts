import assert from 'node:assert/strict'
import { once } from 'node:events'
import { PassThrough } from 'node:stream'
import { test } from 'node:test'
import { silentLog } from '#kernel/log.ts'
import { answerOperation } from '#surfaces/answer-operation.ts'
import { mcpOverStdio } from '#surfaces/mcp/mcp-over-stdio.ts'
import { sampleWorld } from '#test/sample-operations.ts'
import { actorOf, stubContext } from '#test/sample-server.ts'

const actor = actorOf('viewer')
const parts = {
  operations: sampleWorld().operations,
  version: '1.2.3',
  actor,
  log: silentLog,
  execute: (operation: Parameters<typeof answerOperation>[0], input: unknown, signal: AbortSignal) =>
    answerOperation(operation, stubContext(), actor, input, signal),
}

const initialize = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'test', version: '1' } },
}

test('a program that starts Rollcall talks to it line by line, and ends it by leaving', async () => {
  const [input, output] = [new PassThrough(), new PassThrough()]
  const served = mcpOverStdio(parts, { input, output }, new AbortController().signal)
  input.write(`${JSON.stringify(initialize)}\n`)
  const [line] = (await once(output, 'data')) as [Buffer]
  const answer = JSON.parse(line.toString())
  assert.equal(answer.result.serverInfo.name, 'rollcall')
  assert.equal(answer.result.serverInfo.version, '1.2.3')
  input.end()
  await served
})

test('it ends when it is interrupted', async () => {
  const interrupt = new AbortController()
  const served = mcpOverStdio(
    parts,
    { input: new PassThrough(), output: new PassThrough() },
    interrupt.signal,
  )
  interrupt.abort()
  await served
})
