import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { chmodSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { gunzipSync, gzipSync } from 'node:zlib'
import { sql } from 'kysely'
import { AppError } from '#kernel/errors.ts'
import { backupDatabase, listBackups, pruneBackups, restoreDatabase, verifyBackup } from '#database/backup.ts'
import { migrate, migrateDown, migrations } from '#database/migrate.ts'
import { openDatabase } from '#database/open.ts'
import type { OpenDatabase } from '#database/open.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { allRows, fillTables } from '#test/sample-rows.ts'
import { TestClock } from '#test/test-clock.ts'

const signal = new AbortController().signal
const folders: string[] = []
after(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))))

async function folder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'rollcall-backup-'))
  folders.push(made)
  return made
}

const clock = new TestClock('2026-06-01T00:00:00.000Z')
const key = { path: '/data/rollcall.key', ids: ['0011aabb'] }
const tag = (name: string) => ({ name, type: 'label', created_at: clock.now(), version: 1 })
const withCode =
  (code: string, pattern = /./) =>
  (error: unknown) => {
    assert.ok(error instanceof AppError, String(error))
    assert.equal(error.code, code)
    assert.match(error.message, pattern)
    assert.ok(error.hint)
    return true
  }

/** A file that differs from a good backup by one change in the middle. */
function damage(file: string): string {
  const damaged = join(file, '..', `damaged-${file.split('/').at(-1)}`)
  const bytes = readFileSync(file)
  bytes.fill(0x55, Math.floor(bytes.length / 2), Math.floor(bytes.length / 2) + 600)
  writeFileSync(damaged, bytes)
  return damaged
}

onEachDatabase('a backup', (fresh, engine) => {
  test('holds every row of one moment, says what it is and which key it needs, and is for its owner only', async () => {
    const opened = await fresh()
    await fillTables(opened)
    const directory = await folder()

    const backup = await backupDatabase(opened, { directory, clock, reason: 'manual', key }, signal)

    assert.equal(backup.tables.devices, 2)
    assert.equal(backup.tables.sync_history, 2)
    assert.match(backup.schema, /^\d{4}-/)
    assert.deepEqual(backup.key, key)
    assert.equal(statSync(backup.file).mode & 0o777, 0o600)
    assert.equal(statSync(backup.file).size, backup.bytes)
    assert.deepEqual(await verifyBackup(backup.file, signal), backup)
    assert.deepEqual(readdirSync(directory), [backup.file.split('/').at(-1)])
  })

  test('brings everything back, numbering included, and keeps what it replaces', async () => {
    const opened = await fresh()
    await fillTables(opened)
    await opened.db.updateTable('devices').set({ merged_into: 2 }).where('id', '=', 1).execute()
    // Numbers once given out are not given out again after a restore.
    await opened.db.insertInto('tags').values(tag('third')).execute()
    await opened.db.deleteFrom('tags').where('name', '=', 'third').execute()
    const rows = await allRows(opened)
    const directory = await folder()
    const { file } = await backupDatabase(opened, { directory, clock, reason: 'manual', key }, signal)
    await opened.db.deleteFrom('devices').execute()
    await opened.db.insertInto('tags').values(tag('after')).execute()
    await opened.close()

    const restored = await restoreDatabase({ url: opened.url, file, clock }, signal)

    const again = await openDatabase({ url: opened.url })
    assert.deepEqual(await allRows(again), rows)
    const { id } = await again.db
      .insertInto('tags')
      .values(tag('next'))
      .returning('id')
      .executeTakeFirstOrThrow()
    assert.equal(id, 4)
    assert.deepEqual(restored.migrated, [])
    assert.deepEqual(restored.key, key)
    await again.close()
    await expectReplaced(restored.replaced!)
  })

  test('is refused while a server runs on the database, and nothing changes', async () => {
    const opened = await fresh()
    const directory = await folder()
    const { file } = await backupDatabase(opened, { directory, clock, reason: 'manual' }, signal)
    await opened.db.insertInto('tags').values(tag('kept')).execute()

    await assert.rejects(
      restoreDatabase({ url: opened.url, file, clock }, signal),
      withCode('CONFLICT', /running/),
    )

    assert.equal((await opened.db.selectFrom('tags').selectAll().execute()).length, 1)
  })

  test('that is damaged, cut off, of something else or not there is refused with what is wrong', async () => {
    const opened = await fresh()
    await fillTables(opened)
    const directory = await folder()
    const { file } = await backupDatabase(opened, { directory, clock, reason: 'manual' }, signal)
    const rows = await allRows(opened)
    await opened.close()
    const cut = join(directory, 'cut')
    writeFileSync(cut, readFileSync(file).subarray(0, Math.floor(statSync(file).size / 2)))
    const text = join(directory, 'text')
    writeFileSync(text, 'no database')
    const restore = (from: string) => restoreDatabase({ url: opened.url, file: from, clock }, signal)

    await assert.rejects(restore(damage(file)), withCode('BACKUP_INVALID', /damaged|checksum|JSON/))
    await assert.rejects(restore(cut), withCode('BACKUP_INVALID', /damaged|cut off/))
    await assert.rejects(restore(text), withCode('BACKUP_INVALID', /another kind/))
    await assert.rejects(restore(join(directory, 'nothing')), withCode('BACKUP_INVALID', /no such file/))

    const again = await openDatabase({ url: opened.url })
    assert.deepEqual(await allRows(again), rows)
    await again.close()
  })

  test('of a newer schema is refused', async () => {
    const opened = await fresh()
    const directory = await folder()
    const { file } = await backupDatabase(opened, { directory, clock, reason: 'manual' }, signal)
    await opened.close()
    const newer = await newerBackup(file, opened)

    await assert.rejects(
      restoreDatabase({ url: opened.url, file: newer, clock }, signal),
      withCode('DATABASE_NEWER', /9999-future/),
    )
  })

  test('that is cancelled leaves no file', async () => {
    const opened = await fresh()
    const directory = await folder()
    const stop = new AbortController()
    const running = backupDatabase(opened, { directory, clock, reason: 'manual' }, stop.signal)
    stop.abort(new Error('enough'))

    await assert.rejects(running, /enough/)
    assert.deepEqual(existsSync(directory) ? readdirSync(directory) : [], [])
  })

  test('is taken while others write, and holds what was acknowledged before it began', async () => {
    const opened = await fresh()
    await opened.db.insertInto('tags').values(tag('before')).execute()
    const directory = await folder()
    const stop = new AbortController()
    let count = 0
    const writing = (async () => {
      while (!stop.signal.aborted) {
        await opened.db
          .insertInto('tags')
          .values(tag(`during-${count}`))
          .execute()
        count += 1
      }
    })()

    const backup = await backupDatabase(opened, { directory, clock, reason: 'manual' }, signal)
    stop.abort()
    await writing

    assert.ok(count > 0)
    assert.ok(backup.tables.tags! >= 1 && backup.tables.tags! <= count + 1)
  })

  async function expectReplaced(file: string): Promise<void> {
    assert.match(file, /before-restore/)
    if (engine === 'postgres') {
      const { tables, reason } = await verifyBackup(file, signal)
      assert.deepEqual([tables.devices, tables.tags, reason], [0, 3, 'before-restore'])
      return
    }
    const replaced = await openDatabase({ url: `sqlite:${file}` })
    assert.equal((await replaced.db.selectFrom('devices').selectAll().execute()).length, 0)
    await replaced.close()
  }
})

/** The same backup as a later version would have written it. */
async function newerBackup(file: string, { path }: OpenDatabase): Promise<string> {
  const newer = `${file}.newer`
  if (file.endsWith('.gz')) {
    const lines = gunzipSync(readFileSync(file))
      .toString()
      .replace(/"schema":"[^"]+"/, '"schema":"9999-future"')
    const body = lines.slice(0, lines.lastIndexOf('{"end"'))
    const end = JSON.parse(lines.slice(body.length)) as { sha256: string }
    end.sha256 = createHash('sha256').update(body).digest('hex')
    writeFileSync(newer, gzipSync(`${body}${JSON.stringify(end)}\n`))
    return newer
  }
  writeFileSync(newer, readFileSync(path!))
  const opened = await openDatabase({ url: `sqlite:${newer}` })
  await sql`insert into schema_migrations values ('9999-future', 'x')`.execute(opened.db)
  await opened.close()
  return newer
}

onEachDatabase('an older schema', (fresh) => {
  test('is migrated after it was restored', async () => {
    const opened: OpenDatabase = await fresh()
    const [first] = Object.keys(migrations)
    await migrateDown(opened, first)
    await fillTables(opened, first)
    const directory = await folder()
    const { file, schema } = await backupDatabase(opened, { directory, clock, reason: 'migration' }, signal)
    await opened.close()

    const { migrated } = await restoreDatabase({ url: opened.url, file, clock }, signal)

    assert.equal(schema, first)
    assert.deepEqual(migrated, Object.keys(migrations).slice(1))
    const again = await openDatabase({ url: opened.url })
    assert.equal((await again.db.selectFrom('devices').selectAll().execute()).length, 2)
    assert.equal((await again.db.selectFrom('jobs').selectAll().execute()).length, 0)
    await again.close()
  })
})

test('a damaged database is replaced by a backup, and kept with its neighbours', async () => {
  const directory = await folder()
  const url = `sqlite:${join(directory, 'rollcall.db')}`
  const opened = await openDatabase({ url })
  await migrate(opened)
  await opened.db.insertInto('tags').values(tag('saved')).execute()
  const { file } = await backupDatabase(opened, { directory, clock, reason: 'manual' }, signal)
  await opened.close()
  writeFileSync(join(directory, 'rollcall.db'), 'damaged')
  writeFileSync(join(directory, 'rollcall.db-wal'), 'its log')

  const restored = await restoreDatabase({ url, file, clock }, signal)

  assert.equal(readFileSync(restored.replaced!, 'utf8'), 'damaged')
  assert.equal(readFileSync(`${restored.replaced!}-wal`, 'utf8'), 'its log')
  const again = await openDatabase({ url })
  assert.equal((await again.db.selectFrom('tags').selectAll().execute()).length, 1)
  await again.close()
})

test('a backup of one engine is not restored into the other', async () => {
  const directory = await folder()
  const opened = await openDatabase({ url: `sqlite:${join(directory, 'a.db')}` })
  await migrate(opened)
  const { file } = await backupDatabase(opened, { directory, clock, reason: 'manual' }, signal)
  await opened.close()

  await assert.rejects(
    restoreDatabase({ url: 'postgres://127.0.0.1:1/none', file, clock }, signal),
    withCode('BACKUP_INVALID', /other kind of database/),
  )
})

test('only scheduled backups are cleaned up, the newest stay, and two of one moment are two files', async () => {
  const directory = await folder()
  const opened = await openDatabase({ url: `sqlite:${join(directory, 'a.db')}` })
  await migrate(opened)
  const time = new TestClock()
  const made: string[] = []
  for (const reason of ['schedule', 'manual', 'schedule', 'schedule', 'migration'] as const) {
    made.push((await backupDatabase(opened, { directory, clock: time, reason }, signal)).file)
    if (made.length !== 3) time.advance(60_000)
  }
  await opened.close()
  writeFileSync(join(directory, 'rollcall-20260101T000000000Z-schedule.db.7.partial'), 'unfinished')

  const removed = await pruneBackups(directory, 2)

  assert.equal(new Set(made).size, 5)
  assert.deepEqual(removed, [made[0]])
  assert.deepEqual(
    (await listBackups(directory)).map((each) => each.file),
    [made[4], made[3], made[2], made[1]],
  )
})

test('a folder for backups that cannot be made is an error that names it', async () => {
  const directory = await folder()
  const opened = await openDatabase({ url: `sqlite:${join(directory, 'a.db')}` })
  await migrate(opened)
  writeFileSync(join(directory, 'file'), '')
  chmodSync(join(directory, 'file'), 0o600)

  await assert.rejects(
    backupDatabase(opened, { directory: join(directory, 'file'), clock, reason: 'manual' }, signal),
    withCode('DATABASE_READ_ONLY', /file/),
  )
  await opened.close()
})
