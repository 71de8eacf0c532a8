import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createEventBus } from '#kernel/event-bus.ts'
import type { Happening } from '#kernel/event-bus.ts'
import { silentLog } from '#kernel/log.ts'
import { hearOthers, tellOthers } from '#share-events.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { TestClock } from '#test/test-clock.ts'

onEachDatabase('other processes', (fresh, engine) => {
  test(
    'hear how far each job is, now and then, and of every end',
    { skip: engine === 'sqlite' },
    async (t) => {
      const opened = await fresh()
      const clock = new TestClock()
      const [here, there] = [createEventBus(), createEventBus()]
      const heard: Happening[] = []
      const stop = new AbortController()
      t.after(() => stop.abort())
      const last = Promise.withResolvers<void>()
      there.subscribe((happening) => {
        heard.push(happening)
        if (happening.data['id'] === 99) last.resolve()
      })
      const allTold = tellOthers(opened, { events: here, clock, log: silentLog }, 'here', new WeakSet())
      await hearOthers(opened, { events: there, clock }, 'there', new WeakSet(), stop.signal)
      const publish = (topic: string, id: number) => here.publish({ topic, at: clock.now(), data: { id } })

      for (let time = 0; time < 3; time += 1) for (const id of [1, 2]) publish('job.progress', id)
      clock.advance(1_000)
      publish('job.progress', 1)
      publish('job.finished', 1)
      publish('job.finished', 2)
      await allTold()
      publish('job.finished', 99)
      await last.promise

      const told = heard.map(({ topic, data }) => `${topic} ${String(data['id'])}`)
      assert.deepEqual(told.toSorted(), [
        'job.finished 1',
        'job.finished 2',
        'job.finished 99',
        'job.progress 1',
        'job.progress 1',
        'job.progress 2',
      ])
    },
  )
})
