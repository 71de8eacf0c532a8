import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import type { TestContext as Running } from 'node:test'
import { sql } from 'kysely'
import type { Config } from '#config.ts'
import { backupDatabase } from '#database/backup.ts'
import { migrations } from '#database/migrate.ts'
import type { OpenDatabase } from '#database/open.ts'
import { writeAudit } from '#features/access/audit.ts'
import { openSecretBox } from '#features/access/secret-box.ts'
import type { Check } from '#features/system/check.ts'
import { diagnose } from '#features/system/diagnose.ts'
import { systemOperations } from '#features/system/system-operations.ts'
import type { AnyOperation } from '#features/operation.ts'
import { shift, systemClock } from '#kernel/clock.ts'
import { AppError } from '#kernel/errors.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { addJob, waiting } from '#test/job-world.ts'
import { machine, scriptedSource } from '#test/scripted-source.ts'
import { testConfig } from '#test/test-config.ts'
import type { ConfigOverrides } from '#test/test-config.ts'
import { callBy, testContext } from '#test/test-context.ts'
import type { TestContext } from '#test/test-context.ts'
import { runSource } from '#features/sync/run-source.ts'
import { sourceTypes } from '#sources/sources.ts'

const never = new AbortController().signal
const day = 86_400_000

function folderOf(t: Running): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'rollcall-doctor-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** An installation in a folder of its own, on the real clock. */
function installation(t: Running, opened: OpenDatabase, overrides: ConfigOverrides = {}) {
  const folder = folderOf(t)
  const config = testConfig({
    ...overrides,
    dataDirectory: folder,
    database: { url: opened.url },
    secrets: { keyFile: path.join(folder, 'rollcall.key') },
    backup: { directory: path.join(folder, 'backups'), ...overrides.backup },
    server: { port: 0, ...overrides.server },
  })
  const context = testContext(opened, { config })
  const late = systemClock
  return { folder, config, context: Object.assign(context, { clock: late }) as TestContext }
}

async function look(context: TestContext): Promise<Map<string, Check[]>> {
  const { config, clock } = context
  return Map.groupBy(await diagnose({ config, clock, context }, never), (each) => each.name)
}

const one = (checks: Map<string, Check[]>, name: string): Check => {
  const found = checks.get(name) ?? []
  assert.equal(found.length, 1, `${name}: ${JSON.stringify(found)}`)
  return found[0]!
}

const complaints = (checks: readonly Check[] = []): string[] =>
  checks.filter((each) => each.status !== 'ok').map((each) => each.message)

onEachDatabase('the doctor', (fresh, engine) => {
  test('looks at everything, says what to do where something is wrong, and changes nothing', async (t) => {
    const { context, folder } = installation(t, await fresh())

    const checks = await look(context)

    for (const name of ['node', 'configuration', 'data-directory', 'key-file', 'database', 'schema'])
      assert.equal(one(checks, name).status, 'ok', name)
    for (const name of ['integrity', 'backups', 'server', 'address', 'clock', 'jobs', 'scan-tools'])
      assert.ok(checks.has(name), name)
    assert.equal(checks.has('write-ahead-log'), engine === 'sqlite')
    for (const check of [...checks.values()].flat())
      assert.equal(check.remedy === null, check.status === 'ok', JSON.stringify(check))
    assert.deepEqual(readdirSync(folder), [], 'no key file, no folder of backups is made')
  })

  test('answers as an operation with the worst of what it found', async (t) => {
    const { context } = installation(t, await fresh())
    const found = systemOperations.find((each) => each.name === 'system.doctor') as AnyOperation

    const answer = found.output.parse(await found.run(callBy(context), {}, never)) as { status: string }

    assert.equal(answer.status, 'problem')
  })

  test('tells whether the stored secrets can be opened, and shows neither secret nor key', async (t) => {
    const { context, config } = installation(t, await fresh())
    const sealed = openSecretBox(config.secrets.keyFile).seal('a secret of ours')
    await context.db
      .insertInto('access_secrets')
      .values({ name: 'auth', sealed, created_at: context.clock.now() })
      .execute()

    const good = one(await look(context), 'key-file')
    rmSync(config.secrets.keyFile)
    const gone = one(await look(context), 'key-file')
    openSecretBox(config.secrets.keyFile)
    const wrong = one(await look(context), 'key-file')
    chmodSync(config.secrets.keyFile, 0o644)
    const open = one(await look(context), 'key-file')

    assert.deepEqual([good.status, gone.status, wrong.status], ['ok', 'problem', 'problem'])
    assert.match(good.message, /opens the 1 stored secrets/)
    assert.doesNotMatch(JSON.stringify([good, gone, wrong]), /a secret of ours/)
    if (process.platform !== 'win32') assert.match(open.message, /open to other users/)
  })

  test('warns of a key file among the backups', async (t) => {
    const opened = await fresh()
    const folder = folderOf(t)
    const { context } = installation(t, opened)
    const config = {
      ...context.config,
      secrets: { keyFile: path.join(folder, 'rollcall.key') },
      backup: { ...context.config.backup, directory: folder },
    } as Config
    openSecretBox(config.secrets.keyFile)

    const checks = await look(Object.assign(context, { config }))

    assert.match(complaints(checks.get('key-file')).join(), /lies in the folder of backups/)
  })

  test('opens the newest backup and says when it is old, damaged or failed', async (t) => {
    const opened = await fresh()
    const { context, config } = installation(t, opened)
    const { directory } = config.backup
    const clock = { ...systemClock, now: () => shift(systemClock.now(), -5 * day) }
    const { file } = await backupDatabase(opened, { directory, clock, reason: 'schedule' }, never)

    const old = complaints((await look(context)).get('backups'))
    await backupDatabase(opened, { directory, clock: systemClock, reason: 'manual' }, never)
    const good = (await look(context)).get('backups')!
    const { file: bad } = await backupDatabase(
      opened,
      { directory, clock: { ...systemClock, now: () => shift(systemClock.now(), 1_000) }, reason: 'manual' },
      never,
    )
    writeFileSync(bad, 'damaged')
    const damaged = complaints((await look(context)).get('backups'))

    assert.ok(file)
    assert.match(old.join(), /newest backup is 5 days old/)
    assert.deepEqual(complaints(good), [])
    assert.match(good[0]!.message, /was opened and is whole/)
    assert.match(damaged.join(), /is no backup that can be restored/)
  })

  test('tells of sources that fail, were never read, or are of a kind that is not known', async (t) => {
    const opened = await fresh()
    const { context } = installation(t, opened)
    context.sourceTypes = sourceTypes
    const row = { settings: '{}', enabled: true, version: 1, created_at: '', updated_at: '' }
    await context.db
      .insertInto('sources')
      .values([
        { ...row, name: 'gone', type: 'vanished' },
        { ...row, name: 'lab', type: 'csv' },
        { ...row, name: 'new', type: 'csv', schedule: '@daily' },
        { ...row, name: 'off', type: 'csv', enabled: false },
      ])
      .execute()
    const read = (scene: Error | ReturnType<typeof machine>[]) =>
      runSource(
        context,
        { name: 'lab', system: 'csv', provesAbsence: true, source: scriptedSource([scene]) },
        { startedBy: 'system:test', jobId: null },
        never,
      )

    await read([machine(1)])
    const well = await look(context)
    for (let count = 1; count <= 3; count += 1)
      await read(new AppError('SOURCE_UNREACHABLE', 'Nobody is there'))
    const ill = await look(context)

    assert.equal(one(well, 'source lab').status, 'ok')
    assert.equal(one(well, 'source gone').status, 'problem')
    assert.equal(one(well, 'source new').status, 'warning')
    assert.equal(one(well, 'source off').status, 'ok')
    assert.equal(one(ill, 'source lab').status, 'problem')
    assert.match(one(ill, 'source lab').message, /3 times in a row: .*Nobody is there/)
  })

  test('tells that nobody can sign in, and which tokens end soon', async (t) => {
    const { context } = installation(t, await fresh())
    const now = context.clock.now()
    const token = { hash: '', prefix: 'rc_', created_by: 'x', role: 'viewer', created_at: now }
    await context.db
      .insertInto('api_tokens')
      .values([
        { ...token, hash: '1', name: 'soon', expires_at: shift(now, 3 * day) },
        { ...token, hash: '2', name: 'later', expires_at: shift(now, 60 * day) },
        { ...token, hash: '3', name: 'over', expires_at: shift(now, -day) },
      ])
      .execute()

    const before = await look(context)
    const person = { name: 'Ada', role: 'admin', created_at: now, updated_at: now, version: 1 }
    await context.db
      .insertInto('users')
      .values({ ...person, id: 'u1', email: 'ada@example.net', email_verified: true, disabled_at: now })
      .execute()
    const disabled = await look(context)
    await context.db.updateTable('users').set({ disabled_at: null }).execute()
    const after = await look(context)

    assert.equal(one(before, 'access').status, 'problem')
    assert.match(one(disabled, 'access').message, /disabled/)
    assert.equal(one(after, 'access').status, 'ok')
    assert.match(one(before, 'tokens').message, /^Tokens end within two weeks: soon \([\d-]+\)$/)
  })

  test('tells of jobs that nobody does', async (t) => {
    const { context } = installation(t, await fresh())
    const old = shift(context.clock.now(), -3_600_000)
    await addJob(context, old, { name: 'waiting' }, [{}])
    const begun = { status: 'processing', node_id: 'nobody', started_at: old }
    await addJob(context, old, { name: 'lost', status: 'running' }, [begun, begun])
    await addJob(context, old, { ...waiting, name: 'for a person, not for long' }, [{}])

    const said = complaints((await look(context)).get('jobs'))

    assert.equal(said.length, 2)
    assert.match(said.join(), /1 jobs wait, waiting for 1 hour/)
    assert.match(said.join(), /lost \(job \d+\) belongs to a process that is gone/)
  })

  test('tells of jobs that wait for a person for days, and what that person does', async (t) => {
    const { context } = installation(t, await fresh())
    const old = shift(context.clock.now(), -3 * 86_400_000)
    const paused = (reason: string) => ({ name: reason, status: 'paused', waiting_for: reason })
    await addJob(context, old, { ...waiting, name: 'tag' }, [{}])
    await addJob(context, old, { ...waiting, name: 'late', approval: 'expired' }, [{}])
    await addJob(context, old, paused('review'), [{ status: 'failed', review: 'ambiguous' }])
    await addJob(context, old, paused('person'), [{}])

    const said = complaints((await look(context)).get('jobs'))

    assert.equal(said.length, 3)
    assert.match(said.join('\n'), /tag \(job 1\) waits for a person for 3 days/)
    assert.match(said.join('\n'), /late \(job 2\)/)
    assert.match(said.join('\n'), /review \(job 3\)/)
  })

  test('compares the clocks', async (t) => {
    const { context } = installation(t, await fresh())
    const right = one(await look(context), 'clock')
    await writeAudit(context.db, context.clock, { actor: 'x', operation: 'test.look', message: '' })
    const slow = { ...systemClock, now: () => shift(systemClock.now(), -2 * 3_600_000) }
    const wrong = one(await look(Object.assign(context, { clock: slow })), 'clock')
    const ancient = { ...systemClock, now: () => '2001-01-01T00:00:00.000Z' }
    const reset = one(await look(Object.assign(context, { clock: ancient })), 'clock')

    assert.equal(right.status, 'ok')
    assert.equal(wrong.status, engine === 'postgres' ? 'problem' : 'warning')
    assert.match(wrong.message, engine === 'postgres' ? /2 hours behind/ : /2 hours from now/)
    assert.equal(reset.status, 'problem')
  })

  test('says which migrations are to come', async (t) => {
    const { context } = installation(t, await fresh())
    const newest = Object.keys(migrations).at(-1)!
    await sql`delete from schema_migrations where name = ${newest}`.execute(context.db)

    const { status, message } = one(await look(context), 'schema')

    assert.equal(status, 'problem')
    assert.match(message, new RegExp(newest))
  })
})
