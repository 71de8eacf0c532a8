import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AuditEntry } from '#features/context.ts'
import { answerOperation } from '#surfaces/answer-operation.ts'
import { sampleWorld } from '#test/sample-operations.ts'
import { actorOf, stubContext } from '#test/sample-server.ts'

const never = new AbortController().signal

/** Asks an operation of the sample world as an admin; gives what the trail says of it. */
async function trailOf(name: string, input: object): Promise<AuditEntry[]> {
  const lines: AuditEntry[] = []
  const context = stubContext({ audit: async (entry) => void lines.push(entry) })
  const operation = sampleWorld().operations.find((each) => each.name === name)!
  await answerOperation(operation, context, actorOf('admin'), input, never).catch(() => undefined)
  return lines
}

test('every operation with an effect leaves one line: who, what, to what', async () => {
  const [line, ...more] = await trailOf('thing.update', { id: 'thing-2', size: 7 })

  assert.deepEqual(more, [])
  assert.equal(line!.actor, 'token:admin')
  assert.equal(line!.operation, 'thing.update')
  assert.equal(line!.subject, 'thing:thing-2')
})

test('the trail names the fields that were given and none of their values', async () => {
  const [line] = await trailOf('token.create', { name: 'ci', password: 'correct horse' })

  assert.deepEqual(line!.details, { fields: ['name', 'password'] })
  assert.doesNotMatch(JSON.stringify(line), /correct horse/)
})

test('a job is found from the line of who asked for it', async () => {
  const [line] = await trailOf('thing.refresh', { names: ['a', 'b'] })

  assert.equal(line!.jobId, 7)
  assert.equal(line!.subject, 'thing:a, b')
})

test('reading leaves no line, and neither does what failed', async () => {
  assert.deepEqual(await trailOf('thing.list', {}), [])
  assert.deepEqual(await trailOf('thing.create', { name: 'thing-1' }), [])
})
