import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nextBeat, phaseOf } from '#agent/beat-times.ts'

const minute = 60_000

test('heartbeats come at the same part of each interval, however long one took', () => {
  const phase = phaseOf('nas-01', minute)
  let now = 1_000 * minute + 12_345
  const beats: number[] = []
  for (const late of [0, 900, 29_000, -1]) {
    const beat = nextBeat('nas-01', now, minute)
    beats.push(beat)
    now = beat + late
  }

  assert.deepEqual([...new Set(beats.map((beat) => beat % minute))], [phase])
  assert.deepEqual(
    beats.slice(1).map((beat, index) => beat - beats[index]!),
    [minute, minute, minute],
  )
})

test('a thousand servers with names alike spread over the interval', () => {
  const buckets = Array.from({ length: 10 }, () => 0)
  for (let number = 0; number < 1_000; number += 1)
    buckets[Math.floor(phaseOf(`web-${number}`, minute) / 6_000)]! += 1

  assert.ok(Math.min(...buckets) > 60 && Math.max(...buckets) < 140, buckets.join(' '))
})
