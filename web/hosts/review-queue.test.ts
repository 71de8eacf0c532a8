import assert from 'node:assert/strict'
import { setImmediate } from 'node:timers/promises'
import { test } from 'node:test'
import { reviewQueue } from './review-queue.ts'
import type { ReviewStep } from './review.ts'

function slowServer() {
  const sent: (readonly ReviewStep[])[] = []
  const answers: PromiseWithResolvers<void>[] = []
  const page = new EventTarget()
  const queue = reviewQueue((steps) => {
    sent.push(steps)
    answers.push(Promise.withResolvers())
    return answers.at(-1)!.promise
  }, page)
  return { sent, answers, page, queue }
}

const approve = (...ids: number[]): ReviewStep[] => [{ ids, status: 'approved' }]
const reject = (...ids: number[]): ReviewStep[] => [{ ids, status: 'rejected' }]

test('the server is told the next thing once it has answered, also when it refused', async () => {
  const { sent, answers, queue } = slowServer()

  const first = queue.add(approve(1))
  const second = queue.add(reject(1))
  await setImmediate()
  assert.deepEqual(sent, [approve(1)])
  answers[0]!.reject(new Error('refused'))
  await assert.rejects(first, /refused/)
  await setImmediate()
  answers[1]!.resolve()
  await second

  assert.deepEqual(sent, [approve(1), reject(1)])
})

test('what waits when the page goes is sent at once, the last word about each host', async () => {
  const { sent, page, answers, queue } = slowServer()
  const all = [
    queue.add(approve(1)),
    queue.add(approve(2)),
    queue.add(reject(3)),
    queue.add(reject(2)),
    queue.add(approve(4)),
  ]
  await setImmediate()

  page.dispatchEvent(new Event('pagehide'))
  page.dispatchEvent(new Event('pagehide'))

  assert.deepEqual(sent, [approve(1), reject(2, 3), approve(4)])
  answers[0]!.resolve()
  await Promise.all(all)
  assert.equal(sent.length, 3, 'and not again')
})
