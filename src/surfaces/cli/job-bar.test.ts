import assert from 'node:assert/strict'
import { test } from 'node:test'
import { progressLine } from '#surfaces/cli/follow-job.ts'
import { createJobBar, timeText } from '#surfaces/cli/job-bar.ts'

const running = { id: 7, status: 'running', totalRows: 2000, processedRows: 500 }

test('a bar tells percent, rows, troubles, rate, time left and cost', () => {
  const show = createJobBar()
  const later = { ...running, processedRows: 1000, failedRows: 3, skippedRows: 2, totalCostCents: 1250 }

  const lines = [show(running, 0), show(later, 5_000)]

  assert.deepEqual(lines, [
    'job 7 [######------------------]  25 %  500 of 2,000',
    'job 7 [############------------]  50 %  1,000 of 2,000  3 failed  2 skipped  100/s  10 s left  cost 12.50',
  ])
})

test('the rate is that of the last quarter of a minute, and begins anew with rows that are tried again', () => {
  const show = createJobBar()
  show({ ...running, processedRows: 0 }, 0)
  show({ ...running, processedRows: 10 }, 100_000)

  assert.match(show({ ...running, processedRows: 40 }, 110_000), / 3\.0\/s {2}11 min left/)
  assert.doesNotMatch(show({ ...running, processedRows: 5 }, 120_000), /\/s|left/)
})

test('a job of one row has the bar of what it tells, and no bar while it tells no end', () => {
  const show = createJobBar()
  const one = { id: 7, status: 'running', totalRows: 1, processedRows: 0, failedRows: 1 }

  assert.equal(
    show({ ...one, progress: { done: 1, total: 4, message: 'reading leases' } }, 0),
    'job 7 [######------------------]  25 %  1 of 4  reading leases',
  )
  assert.equal(show({ ...one, progress: { done: 120, total: null } }, 0), 'job 7 running: 120')
})

test('a line says what a job waits for, and nothing of that when it is over', () => {
  assert.equal(
    progressLine({
      id: 7,
      status: 'paused',
      waitingFor: 'budget',
      totalRows: 3,
      processedRows: 1,
      failedRows: 1,
    }),
    'job 7 paused, waits for somebody to look at its cost or its failures: 1 of 3 (33 %), 1 failed',
  )
  assert.equal(
    progressLine({ id: 7, status: 'pending', waitingFor: 'time' }),
    'job 7 pending, waits for its time',
  )
  assert.equal(progressLine({ id: 7, status: 'cancelled', waitingFor: 'approval' }), 'job 7 cancelled')
})

for (const [seconds, text] of [
  [0.2, '1 s'],
  [89, '89 s'],
  [90, '2 min'],
  [12_000, '3 h 20 min'],
  [200_000, '2 d 7 h'],
] as const)
  test(`${seconds} seconds are told as ${text}`, () => assert.equal(timeText(seconds), text))
