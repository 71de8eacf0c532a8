import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runSource } from '#features/sync/run-source.ts'
import { AppError } from '#kernel/errors.ts'
import { JobId } from '#model/ids.ts'
import type { Source } from '#sources/source.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { machines, scriptedSource } from '#test/scripted-source.ts'
import { syncWorld } from '#test/sync-world.ts'
import type { SyncWorld } from '#test/sync-world.ts'

/** A source that stops in the middle of its reading until it is let go on. */
function haltingSource(): { source: Source; halted: Promise<void>; goOn: () => void } {
  const [halt, release] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const source: Source = {
    ...scriptedSource([]),
    async *read() {
      yield { records: machines(2) }
      halt.resolve()
      await release.promise
      yield { records: machines(2, 3) }
      return { complete: true }
    },
  }
  return { source, halted: halt.promise, goOn: release.resolve }
}

const readLab = ({ context }: SyncWorld, source: Source, jobId: JobId | null = null) =>
  runSource(
    context,
    { name: 'lab', system: 'proxmox', provesAbsence: true, source },
    { startedBy: 'test', jobId },
    new AbortController().signal,
  )

const setReader = ({ context }: SyncWorld, reader: object) =>
  context.db
    .updateTable('sync_runs')
    .set({ reader: JSON.stringify(reader) })
    .where('status', '=', 'running')
    .execute()

onEachDatabase('one reading of a source at a time', (fresh) => {
  test('a second reading is refused while the first lasts; another source may be read', async () => {
    const world = syncWorld(await fresh())
    const { source, halted, goOn } = haltingSource()
    const first = readLab(world, source)
    await halted

    await assert.rejects(world.read([machines(1)]), { code: 'CONFLICT' })
    const other = await world.read([machines(1, 50)], { name: 'other' })

    goOn()
    assert.equal(other.status, 'complete')
    assert.equal((await first).status, 'complete')
    assert.equal((await world.read([machines(4)])).status, 'complete')
  })

  test('a run whose database goes away is ended when it is back, and the source can be read again at once', async () => {
    const opened = await fresh()
    const world = syncWorld(opened)
    let isAway = false
    let refusals = 0
    const refusedOften = Promise.withResolvers<void>()
    world.context.db = opened.db.withPlugin({
      transformQuery({ node }) {
        if (!isAway) return node
        refusals += 1
        if (refusals === 5) refusedOften.resolve()
        throw new AppError('DATABASE_UNREACHABLE', 'The database is away')
      },
      transformResult: async ({ result }) => result,
    })
    const { source, halted, goOn } = haltingSource()
    const run = readLab(world, source)
    await halted
    isAway = true
    goOn()
    const tick = setInterval(() => world.context.clock.advance(500), 5)
    await refusedOften.promise
    isAway = false

    const { status, errorCode } = await run
    clearInterval(tick)
    assert.deepEqual([status, errorCode], ['failed', 'DATABASE_UNREACHABLE'])
    assert.equal((await world.read([machines(4)])).status, 'complete')
  })

  test('two that begin at the same moment do not both read', async () => {
    const world = syncWorld(await fresh())

    const results = await Promise.allSettled([world.read([machines(3)]), world.read([machines(3)])])

    const refused = results.filter((each) => each.status === 'rejected')
    assert.equal(refused.length, 1)
    assert.equal((refused[0]!.reason as { code: string }).code, 'CONFLICT')
  })

  test('a reader that has been silent for half a minute is taken for dead and may not write any more', async () => {
    const world = syncWorld(await fresh())
    const { source, halted, goOn } = haltingSource()
    const first = readLab(world, source)
    await halted
    // Its own sign of life comes with the clock, so the silence is written down after it.
    world.context.clock.advance(31_000)
    await world.context.db.updateTable('sync_runs').set({ alive_at: '2026-01-01T00:00:00.000Z' }).execute()

    const second = await world.read([machines(1)])
    goOn()

    assert.equal(second.status, 'complete')
    const ended = await first
    assert.equal(ended.status, 'failed')
    assert.match(ended.reason!, /process that read it ended/)
    assert.equal((await world.devices()).length, 1)
  })

  test('a reader whose process is gone is dead at once', { skip: process.platform !== 'linux' }, async () => {
    const world = syncWorld(await fresh())
    const { source, halted, goOn } = haltingSource()
    const first = readLab(world, source)
    await halted
    const row = await world.context.db.selectFrom('sync_runs').select('reader').executeTakeFirstOrThrow()
    await setReader(world, { ...(JSON.parse(row.reader!) as object), process_started: '1' })

    const second = await world.read([machines(1)])

    goOn()
    assert.equal(second.status, 'complete')
    assert.equal((await first).status, 'failed')
  })

  test('a run whose process died is ended by the next reading, even of another source', async () => {
    const world = syncWorld(await fresh())
    const { source, halted, goOn } = haltingSource()
    const first = readLab(world, source)
    await halted
    world.context.clock.advance(31_000)
    await world.context.db.updateTable('sync_runs').set({ alive_at: '2026-01-01T00:00:00.000Z' }).execute()

    await world.read([machines(1)], { name: 'other' })

    const row = await world.context.db
      .selectFrom('sync_runs')
      .select('status')
      .where('source_identifier', '=', 'lab')
      .executeTakeFirstOrThrow()
    goOn()
    assert.equal(row.status, 'failed')
    assert.equal((await first).status, 'failed')
  })

  test('a job that is done again after its process died takes its own run over', async () => {
    const world = syncWorld(await fresh())
    const { source, halted, goOn } = haltingSource()
    const first = readLab(world, source, JobId.parse(7))
    await halted

    const second = await readLab(world, scriptedSource([machines(2)]), JobId.parse(7))

    goOn()
    assert.equal(second.status, 'complete')
    assert.equal((await first).status, 'failed')
  })
})
