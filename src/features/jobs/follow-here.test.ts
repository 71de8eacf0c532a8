import assert from 'node:assert/strict'
import { test } from 'node:test'
import { followHere } from '#features/jobs/follow-here.ts'
import { sayAlive } from '#features/jobs/node-queries.ts'
import type { Job } from '#features/jobs/job-shapes.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { counting, jobsWorld, nodeNamed, untilAborted } from '#test/jobs-world.ts'

onEachDatabase('a job that is followed', (fresh) => {
  test('and interrupted is cancelled where this process does it, and the trail tells of the wish once', async () => {
    const begun = Promise.withResolvers<void>()
    const { context, actions, submit, rows, trail } = jobsWorld(await fresh(), [
      counting(async (_call, _input, signal) => {
        begun.resolve()
        await untilAborted(signal).catch(() => undefined)
        // Winding up takes a moment, in which the one who waits looks again and again.
        await new Promise((resolve) => setTimeout(resolve, 300))
        throw signal.reason
      }),
    ])
    const interrupt = new AbortController()
    const id = await submit(1)
    const following = followHere(context, actions, nodeNamed(), id, () => {}, interrupt.signal)
    await begun.promise

    interrupt.abort()
    const { status } = await following

    assert.equal(status, 'cancelled')
    assert.deepEqual(await rows(id), ['pending 0'])
    assert.equal((await trail(id)).filter((line) => line.startsWith('job.cancel')).length, 1)
  })

  test('and interrupted goes on where a server does it', async () => {
    const { context, actions, submit, job } = jobsWorld(await fresh(), [counting(async () => ({}))])
    await sayAlive(context, nodeNamed('server'))
    const interrupt = new AbortController()
    const id = await submit(1)
    const reported: Job[] = []

    const following = followHere(
      context,
      actions,
      { ...nodeNamed('cli'), roles: [] },
      id,
      (each) => {
        reported.push(each)
        interrupt.abort(new Error('interrupted'))
      },
      interrupt.signal,
    )

    await assert.rejects(following, /interrupted/)
    assert.equal((await job(id)).status, 'pending')
    assert.ok(reported.length > 0)
  })
})
