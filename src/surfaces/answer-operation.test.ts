import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AuditEntry } from '#features/context.ts'
import { AppError } from '#kernel/errors.ts'
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

test('the trail tells what its schema allows of an input, and of a secret only whether it is the same', async () => {
  const [line] = await trailOf('token.create', { name: 'ci', password: 'correct horse' })
  const [same] = await trailOf('token.create', { name: 'other', password: 'correct horse' })
  const [other] = await trailOf('token.create', { name: 'ci', password: 'wrong horse' })

  const secretOf = (entry: AuditEntry | undefined) =>
    (entry!.details as { input: { password: string } }).input.password
  assert.deepEqual(line!.details, { input: { name: 'ci', password: secretOf(line) } })
  assert.match(secretOf(line), /^secret:[0-9a-f]{12}$/)
  assert.equal(secretOf(line), secretOf(same))
  assert.notEqual(secretOf(line), secretOf(other))
  assert.doesNotMatch(JSON.stringify([line, same, other]), /horse/)
})

test('what cannot be undone is told of before it begins, and again when it failed', async () => {
  const done = await trailOf('thing.remove', { id: 'thing-1' })
  const failed = await trailOf('thing.remove', { id: 'thing-99' })

  assert.deepEqual(
    done.map((line) => line.message),
    ['token:admin is asking for thing.remove of thing-1', 'token:admin asked for thing.remove of thing-1'],
  )
  assert.deepEqual(
    failed.map((line) => [line.level ?? 'INFO', line.eventType ?? 'api_call']),
    [
      ['INFO', 'api_call'],
      ['WARNING', 'error'],
    ],
  )
  assert.match(failed[1]!.message, /which failed: NOT_FOUND/)
})

test('a trail that cannot be written makes the call fail and says that the work was done', async () => {
  const audit = () => Promise.reject(new AppError('DATABASE_UNREACHABLE', 'The database does not answer'))
  const operation = sampleWorld().operations.find((each) => each.name === 'thing.update')!

  await assert.rejects(
    answerOperation(operation, stubContext({ audit }), actorOf('admin'), { id: 'thing-2', size: 7 }, never),
    (error: AppError) =>
      error.code === 'DATABASE_UNREACHABLE' && /thing.update was done, but/.test(error.message),
  )
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
