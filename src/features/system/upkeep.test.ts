import assert from 'node:assert/strict'
import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, test } from 'node:test'
import { listBackups } from '#database/backup.ts'
import type { OpenDatabase } from '#database/open.ts'
import { loadKeys } from '#features/access/key-file.ts'
import type { AnyJobAction } from '#features/jobs/action.ts'
import { createJobQueue } from '#features/jobs/job-queue.ts'
import { backupAction } from '#features/system/backup-job.ts'
import { maintainAction } from '#features/system/maintain.ts'
import { systemOperations } from '#features/system/system-operations.ts'
import type { AnyOperation } from '#features/operation.ts'
import { followHere } from '#features/jobs/follow-here.ts'
import { findJob } from '#features/jobs/job-queries.ts'
import { sayAlive } from '#features/jobs/node-queries.ts'
import { systemActor } from '#model/actor.ts'
import { JobId } from '#model/ids.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { testConfig } from '#test/test-config.ts'
import type { ConfigOverrides } from '#test/test-config.ts'
import { callBy, testContext } from '#test/test-context.ts'
import type { TestContext } from '#test/test-context.ts'

const never = new AbortController().signal
const day = 86_400_000

const home = mkdtempSync(path.join(tmpdir(), 'rollcall-upkeep-'))
after(() => rm(home, { recursive: true, force: true }))
let homes = 0

const actions = new Map<string, AnyJobAction>(
  [backupAction, maintainAction].map((action) => [action.name, action]),
)
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
  return Object.assign(context, { jobs: createJobQueue(context, actions) })
}

async function doJobs(context: TestContext): Promise<void> {
  const jobs = await context.db.selectFrom('jobs').select('id').where('status', '=', 'pending').execute()
  for (const { id } of jobs) await followHere(context, actions, node, JobId.parse(id), () => {}, never)
}

async function ask(context: TestContext, name: string, input: object = {}): Promise<unknown> {
  const found = systemOperations.find((each) => each.name === name) as AnyOperation
  return found.output.parse(await found.run(callBy(context), found.input.parse(input), never))
}

onEachDatabase('upkeep', (fresh) => {
  test('backs up with what must be kept beside it, and lets old ones go', async () => {
    const context = upkeepWorld(await fresh(), { backup: { keep: 2 } })
    const [key] = loadKeys(context.config.secrets.keyFile)
    await sayAlive(context, node)
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
    await sayAlive(context, node)
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
    await sayAlive(context, { ...node, roles: ['api', 'worker'] })

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
