import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nextJob } from '#features/jobs/fair-turn.ts'
import type { JobInWork } from '#features/jobs/job-in-work.ts'

/** As much of a job as its turn depends on; it has rows at hand and a place. */
const job = (priority: number, servedAt = 0, running = 0) =>
  ({
    job: { priority },
    servedAt,
    running: new Set(Array.from({ length: running }, (_, each) => each)),
    queue: [{}],
    concurrency: 9,
    hasPlace: true,
    takesAhead: false,
  }) as unknown as JobInWork

const turn = (jobs: JobInWork[], now: number) => jobs.indexOf(nextJob(jobs, new Map(), now, () => true)!)

test('a job that waits gains a step of priority every half minute, so none waits for ever', () => {
  const low = job(-2)
  const busy = (now: number) => job(0, now)

  assert.equal(turn([low, busy(59_000)], 59_000), 1)
  assert.equal(turn([low, busy(90_000)], 90_000), 0)
})

test('among equals the one with the fewest rows in work goes first, then who waited longest', () => {
  assert.equal(turn([job(0, 5, 2), job(0, 9, 1)], 10), 1)
  assert.equal(turn([job(0, 9, 1), job(0, 5, 1)], 10), 1)
})

test('none of a lower priority takes a place while rows of a higher one are being claimed', () => {
  const empty = { queue: [], takesAhead: true, isClaiming: true }
  const claiming = { ...job(5), ...empty, hasDue: true } as unknown as JobInWork
  const dry = { ...job(5), ...empty, hasDue: false } as unknown as JobInWork
  const next = (...jobs: JobInWork[]) => nextJob(jobs, new Map(), 1, (each) => !each.isClaiming)
  const low = job(0)
  const equal = job(5)

  assert.equal(next(claiming, low), undefined)
  assert.equal(next(claiming, equal), equal)
  assert.equal(next(dry, low), low)
})
