import assert from 'node:assert/strict'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import type { Config } from '#config.ts'
import { backupDatabase } from '#database/backup.ts'
import { migrations } from '#database/migrate.ts'
import { openDatabase } from '#database/open.ts'
import type { OpenDatabase } from '#database/open.ts'
import { loadKeys } from '#features/access/key-file.ts'
import { sayAlive } from '#features/jobs/node-queries.ts'
import { backupKey } from '#features/system/backup-job.ts'
import { migrateDatabase } from '#features/system/migrate-database.ts'
import { restoredLines, restoreFromBackup } from '#features/system/restore-from-backup.ts'
import { systemClock } from '#kernel/clock.ts'
import { AppError } from '#kernel/errors.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { testConfig } from '#test/test-config.ts'

const never = new AbortController().signal
const clock = systemClock
const names = Object.keys(migrations)

function installation(t: TestContext, url: string): Config {
  const folder = mkdtempSync(path.join(tmpdir(), 'rollcall-restore-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  return testConfig({
    database: { url },
    backup: { directory: path.join(folder, 'backups') },
    secrets: { keyFile: path.join(folder, 'rollcall.key') },
    audit: { checkpointFile: path.join(folder, 'audit-checkpoints.jsonl') },
  })
}

const addTag = ({ db }: OpenDatabase, name: string) =>
  db.insertInto('tags').values({ name, type: 'x', created_at: clock.now(), version: 1 }).execute()

async function tagsOf(url: string): Promise<string[]> {
  const opened = await openDatabase({ url })
  try {
    const rows = await opened.db.selectFrom('tags').select('name').orderBy('name').execute()
    return rows.map((row) => row.name)
  } finally {
    await opened.close()
  }
}

const backUp = async (opened: OpenDatabase, config: Config) =>
  backupDatabase(
    opened,
    { directory: config.backup.directory, clock, reason: 'manual', key: await backupKey(config) },
    never,
  )

const failing = (code: string) => (error: unknown) => error instanceof AppError && error.code === code

onEachDatabase('a restore', (fresh) => {
  test('brings back what was there, keeps what it replaces, and says which key the secrets need', async (t) => {
    const opened = await fresh()
    const config = installation(t, opened.url)
    const [key] = loadKeys(config.secrets.keyFile)
    await addTag(opened, 'before')
    const { file } = await backUp(opened, config)
    await addTag(opened, 'after')
    await opened.close()

    const restored = await restoreFromBackup({ config, clock, file }, never)
    await rm(config.secrets.keyFile)
    const strange = await restoreFromBackup({ config, clock, file }, never)

    assert.deepEqual([restored.isNoted, strange.isNoted], [true, false])
    assert.deepEqual(await tagsOf(opened.url), ['before'])
    assert.ok(restored.replaced)
    assert.deepEqual(restored.missingKeys, [])
    assert.deepEqual(strange.missingKeys, [key!.id])
    assert.match(restoredLines(strange).join('\n'), new RegExp(`need key ${key!.id}`))
    assert.doesNotMatch(restoredLines(restored).join('\n'), /need key/)
  })

  test('is refused while a server runs', async (t) => {
    const opened = await fresh()
    const config = installation(t, opened.url)
    const { file } = await backUp(opened, config)
    await addTag(opened, 'kept')
    await sayAlive({ ...opened, clock }, { id: 'n', hostname: 'here', pid: process.pid, roles: ['api'] })

    await assert.rejects(restoreFromBackup({ config, clock, file }, never), failing('CONFLICT'))

    assert.equal((await opened.db.selectFrom('tags').selectAll().execute()).length, 1)
  })

  test('of a file that is no backup changes nothing', async (t) => {
    const opened = await fresh()
    const config = installation(t, opened.url)
    await addTag(opened, 'kept')
    await opened.close()
    const file = `${config.secrets.keyFile}.db`
    writeFileSync(file, 'SQLite format 3\0 and then nothing')

    await assert.rejects(restoreFromBackup({ config, clock, file }, never), failing('BACKUP_INVALID'))

    assert.deepEqual(await tagsOf(opened.url), ['kept'])
  })
})

onEachDatabase('a migration from the command line', (fresh) => {
  test('does nothing, and makes no backup, where all is up to date', async (t) => {
    const opened = await fresh()
    const config = installation(t, opened.url)
    await opened.close()

    assert.deepEqual(await migrateDatabase({ config, clock }, never), {
      up: [],
      down: [],
      backup: undefined,
      schema: names.at(-1),
    })
  })

  test('goes back to an older schema and forth again, each after a backup', async (t) => {
    const opened = await fresh()
    const config = installation(t, opened.url)
    await opened.close()
    const to = names.at(-2)!

    const back = await migrateDatabase({ config, clock, to: to.slice(0, 4) }, never)
    const forth = await migrateDatabase({ config, clock }, never)

    assert.deepEqual([back.down, back.schema], [[names.at(-1)], to])
    assert.deepEqual([forth.up, forth.schema], [[names.at(-1)], names.at(-1)])
    assert.ok(back.backup && forth.backup && back.backup !== forth.backup)
  })

  test('does not go back under a running server, and knows no schema that is none', async (t) => {
    const opened = await fresh()
    const config = installation(t, opened.url)
    await sayAlive({ ...opened, clock }, { id: 'n', hostname: 'here', pid: process.pid, roles: ['api'] })

    await assert.rejects(migrateDatabase({ config, clock, to: names[0] }, never), failing('CONFLICT'))
    await assert.rejects(migrateDatabase({ config, clock, to: '9999' }, never), failing('NOT_FOUND'))
  })
})
