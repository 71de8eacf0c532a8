import assert from 'node:assert/strict'
import { test } from 'node:test'
import { afterSteps, changes, sentenceOf, undoSteps } from './review.ts'

const host = (id: number, status: 'pending' | 'approved' | 'rejected', notes: string | null = null) => ({
  id,
  status,
  hostType: 'unknown' as const,
  notes,
})

test('undo gives each host back what it had, in one call for each different state', () => {
  const hosts = [host(1, 'pending'), host(2, 'rejected'), host(3, 'pending')]

  const steps = undoSteps(hosts, { status: 'approved' })

  assert.deepEqual(steps, [
    { status: 'pending', ids: [1, 3] },
    { status: 'rejected', ids: [2] },
  ])
})

test('undo touches only what the review changed', () => {
  assert.deepEqual(undoSteps([host(1, 'approved', 'printer')], { notes: null }), [
    { notes: 'printer', ids: [1] },
  ])
})

test('the list shows what is under way, the last word of each host', () => {
  const hosts = [host(1, 'pending'), host(2, 'pending'), host(3, 'pending')]

  const after = afterSteps(hosts, [
    { ids: [2, 3], status: 'approved' },
    { ids: [3], status: 'rejected' },
    { ids: [3], notes: 'printer' },
  ])

  assert.deepEqual(after, [host(1, 'pending'), host(2, 'approved'), host(3, 'rejected', 'printer')])
})

test('a review that says what is so already changes nothing', () => {
  assert.equal(changes(host(1, 'approved'), { status: 'approved' }), false)
  assert.equal(changes(host(1, 'approved'), { status: 'approved', hostType: 'iot' }), true)
})

test('what was done is said in words', () => {
  assert.equal(sentenceOf({ status: 'approved' }, '3 hosts'), 'Approved 3 hosts')
  assert.equal(sentenceOf({ hostType: 'iot' }, 'printer'), 'Classified printer as iot')
  assert.equal(sentenceOf({ notes: 'x' }, 'printer'), 'Noted on printer')
  assert.equal(sentenceOf({ notes: null }, 'printer'), 'Removed the note of printer')
})
