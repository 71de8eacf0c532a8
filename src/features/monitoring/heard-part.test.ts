import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Watch } from '#features/monitoring/watch.ts'
import { createHeardPart } from '#features/monitoring/heard-part.ts'
import { createEventBus, type Happening } from '#kernel/event-bus.ts'
import type { Entry } from '#model/sample.ts'

const never = new AbortController().signal
const entry = (subject: string): Entry => ({ subject, at: 0, received: 0, core: [], backfill: false })

async function world() {
  let monotonic = 0
  const events = createEventBus()
  const told: Happening[] = []
  events.subscribe((happening) => told.push(happening))
  const clock = { monotonic: () => monotonic, now: () => '2026-03-01T00:00:00.000Z' }
  const part = createHeardPart()
  await part.start?.({ context: { clock, events } } as unknown as Watch, never)
  return {
    told,
    hear: (subjects: readonly string[], replayed = false) => part.hear?.(subjects.map(entry), { replayed }),
    async after(milliseconds: number) {
      monotonic += milliseconds
      await part.tick?.(never)
    },
  }
}

test('what is heard is told at most every two seconds, with everybody who was heard since', async () => {
  const { told, hear, after } = await world()

  hear(['a'])
  await after(0)
  hear(['b'])
  await after(1_000)
  hear(['b', 'c'])
  await after(1_000)
  await after(5_000)

  assert.deepEqual(
    told.map(({ topic, data }) => [topic, data]),
    [
      ['metrics.heard', { subjects: ['a'] }],
      ['metrics.heard', { subjects: ['b', 'c'] }],
    ],
  )
})

test('a whole fleet is not named, and what is read from the log again is no news', async () => {
  const { told, hear, after } = await world()

  hear(['old'], true)
  await after(0)
  hear(Array.from({ length: 5_000 }, (_, at) => `srv-${at}`))
  await after(5_000)

  assert.deepEqual(
    told.map(({ data }) => data),
    [{}],
  )
})
