import assert from 'node:assert/strict'
import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import { listBackups } from '#database/backup.ts'
import type { OpenDatabase } from '#database/open.ts'
import { loadKeys } from '#features/access/key-file.ts'
import { createJobQueue } from '#features/jobs/job-queue.ts'
import { backupAction } from '#features/system/backup-job.ts'
import { maintainAction } from '#features/system/maintain.ts'
import { startUpkeep, submitUpkeep } from '#features/system/upkeep.ts'
import { systemOperations } from '#features/system/system-operations.ts'
import type { AnyOperation } from '#features/operation.ts'
import { findJob, takeJob } from '#features/jobs/job-queries.ts'
import { runJob } from '#features/jobs/run-job.ts'
import { sayAlive } from '#features/jobs/node-queries.ts'
import { systemActor } from '#model/actor.ts'
import type { JobId } from '#model/ids.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { testConfig } from '#test/test-config.ts'
import type { ConfigOverrides } from '#test/test-config.ts'
import { callBy, testContext } from '#test/test-context.ts'
import type { TestContext } from '#test/test-context.ts'

const never = new AbortController().signal
const day = 86_400_000
const hour = 3_600_000

const home = mkdtempSync(path.join(tmpdir(), 'rollcall-upkeep-'))
after(() => rm(home, { recursive: true, force: true }))
let homes = 0

const actions = new Map([backupAction, maintainAction].map((action) => [action.name, action]))
const node = { id: 'n1', hostname: 'here', pid: process.pid, roles: ['worker'] as const }

/** A context with a real queue and a folder of its own; its clock stands where the database was just made. */
function upkeepWorld(opened: OpenDatabase, overrides: ConfigOverrides = {}): TestContext {
  homes += 1
  const folder = path.join(home, String(homes))
  const config = testConfig({
    ...overrides,
    database: { url: opened.url },
    secrets: { keyFile: path.join(folder, 'rollcall.key') },
    backup: { directory: path.join(folder, 'backups'), ...overrides.backup },
  })
  const context = testContext(opened, { config })
  return Object.assign(context, { jobs: createJobQueue(context) })
}

/** The migrations of a test run at the real time; here the database is as old as its clock. */
const bornNow = ({ db, clock }: TestContext): Promise<unknown> =>
  sql`update schema_migrations set applied_at = ${clock.now()}`.execute(db)

async function doJobs(context: TestContext): Promise<void> {
  for (;;) {
    const job = await takeJob(context.db, context.engine, context.clock.now(), node.id)
    if (!job) return
    await runJob(context, actions, node.id, job, never)
  }
}

async function ask(context: TestContext, name: string, input: object = {}): Promise<unknown> {
  const found = systemOperations.find((each) => each.name === name) as AnyOperation
  return found.output.parse(await found.run(callBy(context), found.input.parse(input), never))
}

onEachDatabase('upkeep', (fresh) => {
  test('is submitted at its times, by one process only, and once', async () => {
    const opened = await fresh()
    const context = upkeepWorld(opened, { backup: { schedule: '0 12 * * *' } })
    await bornNow(context)
    const other = upkeepWorld(opened, { backup: { schedule: '0 12 * * *' } })

    const early = await submitUpkeep(context, context.jobs)
    context.clock.advance(day)
    const both = await Promise.all([
      submitUpkeep(context, context.jobs),
      submitUpkeep(Object.assign(other, { clock: context.clock }), context.jobs),
    ])
    const again = await submitUpkeep(context, context.jobs)

    assert.deepEqual(early, [])
    assert.deepEqual(both.flat().toSorted(), ['backup', 'maintain'])
    assert.deepEqual(again, [])
    const jobs = await context.db.selectFrom('jobs').select(['action', 'requested_by']).execute()
    assert.deepEqual(jobs.map((job) => `${job.action} by ${job.requested_by}`).toSorted(), [
      'backup by system:schedule',
      'maintain by system:schedule',
    ])
  })

  test('is made up for once after a time in which nobody ran', async () => {
    const context = upkeepWorld(await fresh(), { backup: { schedule: '0 12 * * *' } })
    await bornNow(context)
    context.clock.advance(10 * day)

    const first = await submitUpkeep(context, context.jobs)
    context.clock.advance(hour)
    const then = await submitUpkeep(context, context.jobs)

    assert.deepEqual([first, then], [['backup', 'maintain'], []])
  })

  test('leaves backups out where they are switched off', async () => {
    const context = upkeepWorld(await fresh(), { backup: { enabled: false } })
    await bornNow(context)
    context.clock.advance(2 * day)

    assert.deepEqual(await submitUpkeep(context, context.jobs), ['maintain'])
  })

  test('goes on until it is told to stop, and looks again when a setting changes', async () => {
    const context = upkeepWorld(await fresh())
    await bornNow(context)
    context.clock.advance(2 * day)
    const sleep = context.clock.sleep.bind(context.clock)
    let asleep = Promise.withResolvers<void>()
    context.clock.sleep = (milliseconds, signal) => {
      asleep.resolve()
      return sleep(milliseconds, signal)
    }
    const end = new AbortController()
    const running = startUpkeep(context, context.jobs, end.signal)
    await asleep.promise
    asleep = Promise.withResolvers()
    context.events.publish({ topic: 'setting.changed', at: '', data: { key: 'backup.schedule' } })
    await asleep.promise
    end.abort()
    await running

    assert.equal((await context.db.selectFrom('jobs').selectAll().execute()).length, 2)
  })

  test('backs up with what must be kept beside it, and lets old ones go', async () => {
    const context = upkeepWorld(await fresh(), { backup: { keep: 2 } })
    const [key] = loadKeys(context.config.secrets.keyFile)
    await sayAlive(context.db, context.clock, node)
    const results: Record<string, unknown>[] = []

    for (let count = 1; count <= 3; count += 1) {
      context.clock.advance(day)
      const id = await context.jobs.submit({
        action: 'backup',
        name: 'Back up',
        parameters: { reason: 'schedule' },
        actor: systemActor('schedule'),
      })
      await doJobs(context)
      results.push((await findJob(context.db, id))!.result as Record<string, unknown>)
    }

    assert.deepEqual(results[0]!['keyIds'], [key!.id])
    assert.equal(results[0]!['keyFile'], context.config.secrets.keyFile)
    assert.deepEqual(results[2]!['removed'], [results[0]!['file']])
    const left = await listBackups(context.config.backup.directory)
    assert.deepEqual(
      left.map(({ file, reason }) => [file, reason]),
      [
        [results[2]!['file'], 'schedule'],
        [results[1]!['file'], 'schedule'],
      ],
    )
  })
})

onEachDatabase('the database', (fresh, engine) => {
  test('is backed up by a job that anybody can follow, and its backups are listed page by page', async () => {
    const context = upkeepWorld(await fresh())
    await sayAlive(context.db, context.clock, node)
    for (let count = 1; count <= 3; count += 1) {
      context.clock.advance(1_000)
      const { jobId } = (await ask(context, 'db.backup')) as { jobId: JobId }
      await doJobs(context)
      assert.equal((await findJob(context.db, jobId))!.status, 'completed')
    }

    type Page = { items: { takenAt: string; reason: string }[]; nextCursor: string | null; total: number }
    const first = (await ask(context, 'db.backups', { limit: 2 })) as Page
    const second = (await ask(context, 'db.backups', { limit: 2, cursor: first.nextCursor })) as Page

    assert.equal(first.total, 3)
    assert.equal(second.nextCursor, null)
    const all = [...first.items, ...second.items]
    assert.equal(all.length, 3)
    assert.deepEqual(
      all,
      all.toSorted((left, right) => (left.takenAt > right.takenAt ? -1 : 1)),
    )
    assert.ok(all.every((each) => each.reason === 'manual'))
  })

  test('tells what it is, how large, and who uses it, without its password', async () => {
    const context = upkeepWorld(await fresh())
    loadKeys(context.config.secrets.keyFile)
    await sayAlive(context.db, context.clock, { ...node, roles: ['api', 'worker'] })

    const status = (await ask(context, 'db.status')) as {
      engine: string
      bytes: number
      pending: string[]
      newestBackup: object | null
      keyFile: { path: string }
      file: string | null
      nodes: { id: string; roles: string[] }[]
      tables: { table: string; rows: number; isEstimate: boolean }[]
    }

    assert.equal(status.engine, engine)
    assert.doesNotMatch(JSON.stringify(status), /rollcall:rollcall@/)
    assert.ok(status.bytes > 10_000)
    assert.deepEqual(status.pending, [])
    assert.equal(status.newestBackup, null)
    assert.equal(status.keyFile.path, context.config.secrets.keyFile)
    assert.deepEqual(
      status.nodes.map(({ id, roles }) => [id, roles]),
      [['n1', ['api', 'worker']]],
    )
    assert.equal(status.tables.find(({ table }) => table === 'devices')!.rows, 0)
    assert.ok(status.tables.some(({ table, isEstimate }) => table === 'sync_history' && isEstimate))
    if (engine === 'sqlite') assert.ok(status.file!.endsWith('.db'))
  })
})
