import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { sql } from 'kysely'
import { mostAtOnce, mostInWindow, withNodes } from '#test/kill-nodes.ts'
import { nothingWrong, tally } from '#test/kill-tally.ts'
import { killJob } from '#test/kill-world.ts'
import { onEachDatabase } from '#test/each-database.ts'

onEachDatabase('several workers on one database', (fresh, engine) => {
  if (engine === 'postgres') {
    test('a worker that hung for longer than its lease changes nothing when it goes on', async () => {
      const opened = await fresh()
      const effects = ['keyed' as const, 'once' as const]
      const given = { effects, concurrency: 6, asksWithin: 2, answersWithin: 40, leaseSeconds: 1 }

      await withNodes(opened, given, async ({ sink, work, context, begin, untilDone }) => {
        for (const effect of effects) await killJob(context, work, effect, 0, 200)
        const hung = await begin()
        await sink.heard(hung.pid, 10_000)
        hung.signal('SIGSTOP')
        await begin()
        await untilDone(60)
        hung.signal('SIGCONT')
        await hung.end()

        const tallies = await tally(context, sink.effects(), { effects, kills: 1, concurrency: 6 })
        const late = tallies.reduce((sum, { wrong }) => sum + wrong.late, 0)
        assert.ok(late >= 1 && late <= 12, `${late} results came late`)
        for (const { wrong, effect } of tallies) assert.deepEqual({ ...wrong, late: 0 }, nothingWrong, effect)
      })
    })

    test('a database that ends every connection again and again loses and doubles nothing', async () => {
      const opened = await fresh()
      const effects = ['read' as const, 'keyed' as const, 'probe' as const, 'once' as const]
      const given = { effects, concurrency: 6, asksWithin: 2, answersWithin: 5, leaseSeconds: 15 }

      await withNodes(opened, given, async ({ sink, work, context, begin, untilDone }) => {
        for (const effect of effects) await killJob(context, work, effect, 0, 200)
        const worker = await begin()
        await sink.heard(worker.pid, 10_000)
        for (let times = 0; times < 8; times += 1) {
          await pause(Math.random() * 100)
          await sql`select pg_terminate_backend(pid) from pg_stat_activity
            where datname = current_database() and pid <> pg_backend_pid()`
            .execute(opened.db)
            .catch(() => undefined)
        }
        await untilDone(60)
        await worker.end()

        const tallies = await tally(context, sink.effects(), { effects, kills: 0, concurrency: 6 })
        for (const { wrong, effect } of tallies) assert.deepEqual(wrong, nothingWrong, effect)
      })
    })
  }

  test('limits of a target and of a rate hold over all processes, as the other side sees it', async () => {
    const opened = await fresh()
    const rate = { key: 'api', limit: 60, seconds: 1 }
    const limits = { perTarget: 2, rate }
    const effects = ['read' as const, 'once' as const]
    const given = {
      effects,
      concurrency: 20,
      asksWithin: 0,
      answersWithin: 30,
      leaseSeconds: 15,
      limits,
      targets: 5,
    }

    await withNodes(opened, given, async ({ sink, work, context, begin, untilDone }) => {
      for (const effect of effects) await killJob(context, work, effect, 0, 50)
      await Promise.all(Array.from({ length: engine === 'postgres' ? 4 : 2 }, begin))
      await untilDone(60)

      const done = sink.effects()
      const seconds =
        (Math.max(...done.map((each) => each.ended)) - Math.min(...done.map((each) => each.begun))) / 1000
      assert.equal(done.length, 100)
      assert.ok(mostAtOnce(done) <= 2, `${mostAtOnce(done)} at once`)
      assert.ok(mostInWindow(done, 1) <= 60, `${mostInWindow(done, 1)} in a second`)
      assert.ok(new Set(done.map((each) => each.pid)).size > 1, 'several processes worked')
      assert.ok(seconds < 30, `${seconds} s`)
    })
  })
})
