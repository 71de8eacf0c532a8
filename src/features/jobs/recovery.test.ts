import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'
import { activateJob } from '#features/jobs/activate-queries.ts'
import { claim } from '#features/jobs/claim.ts'
import { followHere } from '#features/jobs/follow-here.ts'
import { forgetNodes, liveNodes, sayAlive } from '#features/jobs/node-queries.ts'
import { recoverRows } from '#features/jobs/recover.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { counting, jobsWorld, nodeNamed, untilAborted } from '#test/jobs-world.ts'
import type { JobsWorld } from '#test/jobs-world.ts'

/** A process that takes rows and holds them until it is killed; resolves when it holds so many. */
async function holder(url: string, node: string, effect: string, rows: number) {
  const child = spawn(process.execPath, ['test/job-child.ts', url, node, effect], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let text = ''
  for await (const piece of child.stdout) {
    text += String(piece)
    if (text.split('\n').length > rows) break
  }
  return async () => {
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
}

/** Work that ends at once, of this effect class. */
const quick = (effect: 'read' | 'keyed' | 'probe' | 'once', asked: number[] = []) =>
  counting(async () => ({}), {
    effect,
    ...(effect === 'read'
      ? {}
      : {
          effectOf: (_context: unknown, _parameters: unknown, _input: unknown, row: { key: string }) => ({
            key: row.key,
          }),
        }),
    probe: async ({ row }) => {
      asked.push(row.number)
      return { outcome: 'not_done' }
    },
  })

/** Rows of a job, taken by a node that is not there. */
async function takenBy({ context, submit }: JobsWorld, node: string, rows: number, effect: 'read' | 'once') {
  const id = await submit(rows)
  await activateJob(context.db, context.clock.now(), id)
  const job = { id, action: 'count', effect, concurrency: 100, limits: null, isGuarded: false }
  return { id, claimed: await claim(context, job, node, rows) }
}

onEachDatabase('rows of a process that was killed', (fresh) => {
  for (const effect of ['read', 'keyed', 'probe', 'once'] as const)
    test(`are taken back at once on the same machine (${effect})`, async () => {
      const opened = await fresh()
      const asked: number[] = []
      const { submit, start, until, rows } = jobsWorld(opened, [quick(effect, asked)])
      const id = await submit(6)
      const kill = await holder(opened.url, `holder-${effect}`, effect, 4)
      await kill()

      const begun = performance.now()
      start()
      const job = await until(id, (each) => each.processedRows === 6 && each.status !== 'running')

      // Only Linux tells when a process began; elsewhere the silence has to do.
      if (process.platform === 'linux') assert.ok(performance.now() - begun < 10_000)
      const states = await rows(id)
      if (effect === 'once') {
        assert.deepEqual([job.status, job.waitingFor, job.ambiguousRows], ['paused', 'review', 4])
        assert.equal(states.filter((each) => each === 'failed 1 OUTCOME_UNKNOWN ambiguous').length, 4)
      } else {
        assert.deepEqual([job.status, job.successfulRows, job.ambiguousRows], ['completed', 6, 0])
        assert.equal(states.filter((each) => each === 'completed 2').length, 4)
      }
      assert.equal(asked.length, effect === 'probe' ? 4 : 0)
    })

  test('are done by the command line that asked for them', async () => {
    const opened = await fresh()
    const { context, actions, submit } = jobsWorld(opened, [quick('read')])
    const id = await submit(6)
    const kill = await holder(opened.url, 'server', 'read', 4)
    const following = followHere(
      context,
      actions,
      nodeNamed('cli'),
      id,
      () => {},
      new AbortController().signal,
    )
    await kill()

    const job = await following

    assert.deepEqual([job.status, job.successfulRows], ['completed', 6])
  })

  test('fail when they killed three', async () => {
    const world = jobsWorld(await fresh(), [quick('read')])
    const { context, rows, trail } = world
    const { id } = await takenBy(world, 'dead-0', 1, 'read')
    const job = {
      id,
      action: 'count',
      effect: 'read' as const,
      concurrency: 9,
      limits: null,
      isGuarded: false,
    }

    const states = []
    for (const node of ['dead-1', 'dead-2', 'dead-3']) {
      await recoverRows(context, 'me')
      states.push(...(await rows(id)))
      await claim(context, job, node, 1)
    }

    assert.deepEqual(states, ['pending 1', 'pending 2', 'failed 3 JOB_INTERRUPTED'])
    assert.equal((await trail(id)).filter((line) => line === 'job.row 1 taken back').length, 2)
  })
})

onEachDatabase('a node', (fresh, engine) => {
  test('elsewhere is gone after a silence, by the clock of the database', async () => {
    const world = jobsWorld(await fresh(), [quick('once')])
    const { context } = world
    const elsewhere = nodeNamed('elsewhere')
    await sayAlive(context, elsewhere)
    await context.db.updateTable('nodes').set({ boot_id: 'another', process_started: '1' }).execute()
    const { id } = await takenBy(world, elsewhere.id, 2, 'once')
    const away = { ...context, clock: { ...context.clock, now: () => '2031-01-01T00:00:00.000Z' } }

    const early = await recoverRows(engine === 'postgres' ? away : context, 'me')
    await context.db.updateTable('nodes').set({ heartbeat_at: '2020-01-01T00:00:00.000Z' }).execute()
    const late = await recoverRows(context, 'me')

    assert.deepEqual([early, late], [0, 2])
    assert.equal((await world.job(id)).ambiguousRows, 2)
  })

  test('of this machine is gone when its process is, and not because a clock jumped', async () => {
    const { context } = jobsWorld(await fresh(), [quick('read')])
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
    await once(child, 'spawn')
    await sayAlive(context, nodeNamed('here'))
    await sayAlive(context, { ...nodeNamed('killed'), pid: child.pid! })
    const jumped = (by: string) => ({ ...context, clock: { ...context.clock, now: () => by } })
    const before = (await liveNodes(jumped('2036-01-01T00:00:00.000Z'))).map(({ id }) => id)
    child.kill('SIGKILL')
    await once(child, 'exit')

    const after = (await liveNodes(jumped('2016-01-01T00:00:00.000Z'))).map(({ id }) => id)

    // Only Linux tells when a process began; elsewhere the silence has to do.
    if (process.platform !== 'linux') return
    assert.deepEqual(before.toSorted(), ['here', 'killed'])
    assert.deepEqual(after, ['here'])
  })

  test(
    'of an earlier boot is gone although the clock was put back since',
    { skip: engine === 'postgres' },
    async () => {
      const { context } = jobsWorld(await fresh(), [quick('read')])
      await sayAlive(context, nodeNamed('before'))
      await context.db
        .updateTable('nodes')
        .set({ boot_id: 'another ns', heartbeat_at: '2999-01-01T00:00:00.000Z' })
        .execute()

      assert.deepEqual(await liveNodes(context), [])
    },
  )

  test('that lives is not forgotten when the clock jumps', async () => {
    const { context } = jobsWorld(await fresh(), [quick('read')])
    await sayAlive(context, nodeNamed('here'))
    await sayAlive(context, nodeNamed('gone'))
    await context.db.updateTable('nodes').set({ heartbeat_at: '2020-01-01T00:00:00.000Z' }).execute()
    await context.db.updateTable('nodes').set({ boot_id: 'another' }).where('id', '=', 'gone').execute()

    await forgetNodes(context)

    const left = (await context.db.selectFrom('nodes').select('id').execute()).map(({ id }) => id)
    if (process.platform === 'linux') assert.deepEqual(left, ['here'])
  })

  test(
    'stops its work when it could not say for long that it lives',
    { skip: engine === 'sqlite' },
    async () => {
      const begun = Promise.withResolvers<void>()
      const stopped = Promise.withResolvers<void>()
      const { context, submit, start, until } = jobsWorld(
        await fresh(),
        [
          counting(async (_call, _input, signal) => {
            begun.resolve()
            return untilAborted(signal).finally(stopped.resolve)
          }),
        ],
        { jobs: { leaseSeconds: 1 } },
      )
      let isAway = false
      const plugged = context.db.withPlugin({
        transformQuery({ node }) {
          if (isAway) throw new Error('The database is away')
          return node
        },
        transformResult: async ({ result }) => result,
      })
      start(nodeNamed(), {}, { ...context, db: plugged })
      const id = await submit(1)
      await begun.promise

      isAway = true
      await stopped.promise
      isAway = false

      await until(id, (job) => job.status === 'running')
    },
  )
})
