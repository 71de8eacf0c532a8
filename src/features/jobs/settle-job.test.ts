import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AnyJobAction } from '#features/jobs/action.ts'
import { AppError } from '#kernel/errors.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { counting, jobsWorld, nodeNamed } from '#test/jobs-world.ts'

const ending = (finish: NonNullable<AnyJobAction['finish']>) => counting(async () => ({}), { finish })

onEachDatabase('a job whose rows are over', (fresh, engine) => {
  test('gives what its action sums up, and is failed where that fails', async () => {
    let sum: () => Promise<never> | object = () => ({ sheep: 2 })
    const { submit, start, until, trail } = jobsWorld(await fresh(), [ending(async () => sum() as never)])
    start()
    const good = await until(await submit(2))
    sum = () => {
      throw new AppError('SOURCE_FORBIDDEN', 'No sums today')
    }
    const bad = await until(await submit(2))
    sum = () => {
      throw new TypeError('of a stranger')
    }
    const worse = await until(await submit(2))

    assert.deepEqual([good.status, good.result], ['completed', { sheep: 2 }])
    assert.deepEqual([bad.status, bad.errorCode, bad.successfulRows], ['failed', 'SOURCE_FORBIDDEN', 2])
    assert.deepEqual([worse.status, worse.errorCode], ['failed', 'INTERNAL'])
    assert.equal((await trail(bad.id)).at(-1), 'job.end Count sheep: failed, 2 done, 0 failed, 0 skipped')
  })

  test('ends when the database was away in the middle of its end, and by the node that held it', async () => {
    let tries = 0
    const { context, submit, start, until } = jobsWorld(await fresh(), [
      ending(async () => {
        tries += 1
        if (tries === 1) throw new AppError('DATABASE_UNREACHABLE', 'It is away')
        return tries
      }),
    ])
    let isAway = false
    const db = context.db.withPlugin({
      transformQuery({ node }) {
        // It can be asked again, but the job was not let go of.
        const isLettingGo =
          node.kind === 'UpdateQueryNode' && /"node_id".*"value":null/.test(JSON.stringify(node))
        if (tries === 1 && !isAway && isLettingGo) {
          isAway = true
          throw new AppError('DATABASE_UNREACHABLE', 'It is away')
        }
        return node
      },
      transformResult: async ({ result }) => result,
    })
    start(nodeNamed(), {}, { ...context, db })

    const { status, result } = await until(await submit(1))

    assert.deepEqual([status, result, isAway], ['completed', 2, true])
  })

  test('is failed where the database refuses what it gives', { skip: engine === 'sqlite' }, async () => {
    const { submit, start, until } = jobsWorld(await fresh(), [ending(async () => ({ 'a\0b': 1 }))])
    start()

    const { status, errorCode } = await until(await submit(1))

    assert.deepEqual([status, errorCode], ['failed', 'INTERNAL'])
  })

  test('never holds up the end of its process', async () => {
    const begun = Promise.withResolvers<void>()
    const { submit, start, until } = jobsWorld(
      await fresh(),
      [
        ending(async (_call, _parameters, signal) => {
          begun.resolve()
          return signal.aborted ? 'done by another' : new Promise<never>(() => {})
        }),
      ],
      { jobs: { graceSeconds: 0.2 } },
    )
    const end = start()
    const id = await submit(1)
    await begun.promise

    const asked = performance.now()
    await end()

    assert.ok(performance.now() - asked < 3_000)
    assert.equal((await until(id, () => true)).status, 'running')
  })
})
