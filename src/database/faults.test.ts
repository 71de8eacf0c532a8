import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { sql } from 'kysely'
import { AppError } from '#kernel/errors.ts'
import type { ErrorCode } from '#kernel/errors.ts'
import { backupDatabase, restoreDatabase } from '#database/backup.ts'
import { migrate } from '#database/migrate.ts'
import { openDatabase } from '#database/open.ts'
import type { OpenDatabase } from '#database/open.ts'
import { DatabaseClass } from '#database/sqlite/sqlite-handle.ts'
import { databaseChild } from '#test/database-child.ts'
import { TestClock } from '#test/test-clock.ts'

const folder = mkdtempSync(join(tmpdir(), 'rollcall-faults-'))
const mounts: string[] = []
after(() => {
  for (const mount of mounts) execFileSync('umount', ['-l', mount])
  rmSync(folder, { recursive: true, force: true })
})

const tag = (name: string) => ({ name, type: 'label', created_at: 'x', version: 1 })
const count = async ({ db }: OpenDatabase) => (await db.selectFrom('tags').select('id').execute()).length

/** An error that a person can act on: its code, a sentence that names what it is about, a way out. */
const says = (code: ErrorCode, about: RegExp) => (error: unknown) => {
  assert.ok(error instanceof AppError, String(error))
  assert.equal(error.code, code, error.message)
  assert.match(error.message, about)
  assert.ok(error.hint, 'the way out')
  return true
}

async function freshFile(name: string, place = folder): Promise<OpenDatabase> {
  const opened = await openDatabase({ url: `sqlite:${join(place, name)}`, patience: 200 })
  await migrate(opened)
  return opened
}

/** A small file system of its own; undefined where this user may not mount one. */
function mount(name: string, options: string): string | undefined {
  const place = join(folder, name)
  mkdirSync(place, { recursive: true })
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', place], { stdio: 'ignore' })
  } catch {
    return undefined
  }
  mounts.push(place)
  return place
}

const canMount = process.platform === 'linux' && mount('probe', 'size=64k') !== undefined
const skip = canMount ? false : 'needs the right to mount file systems'

test('a file that lost its beginning is refused as it is, log and all, and a backup replaces it', async () => {
  const opened = await freshFile('header.db')
  await opened.db.insertInto('tags').values(tag('saved')).execute()
  const clock = new TestClock()
  const signal = new AbortController().signal
  const { file } = await backupDatabase(opened, { directory: folder, clock, reason: 'manual' }, signal)
  await opened.close()
  const bytes = readFileSync(opened.path!)
  bytes.fill(0, 0, 100)
  writeFileSync(opened.path!, bytes)
  writeFileSync(`${opened.path}-wal`, 'its log')

  await assert.rejects(openDatabase({ url: opened.url }), says('DATABASE_CORRUPT', /header\.db/))

  assert.ok(readFileSync(opened.path!).equals(bytes))
  assert.equal(readFileSync(`${opened.path}-wal`, 'utf8'), 'its log')
  await restoreDatabase({ url: opened.url, file, clock }, signal)
  const again = await openDatabase({ url: opened.url })
  assert.equal(await count(again), 1)
  await again.close()
})

test('an emptied file whose log is still there is not taken for a new one', async () => {
  const opened = await freshFile('emptied.db')
  await opened.close()
  truncateSync(opened.path!, 0)
  writeFileSync(`${opened.path}-wal`, 'all that is left')

  await assert.rejects(openDatabase({ url: opened.url }), says('DATABASE_CORRUPT', /emptied\.db/))

  assert.equal(readFileSync(`${opened.path}-wal`, 'utf8'), 'all that is left')
})

test('a damaged page is an error for who reads it; other tables are still read, and a backup is refused', async () => {
  const opened = await freshFile('page.db')
  for (let number = 0; number < 300; number += 1)
    await opened.db
      .insertInto('tags')
      .values(tag(`${number}${'x'.repeat(500)}`))
      .execute()
  const { rows } = await sql<{ page: number }>`
    select rootpage as page from sqlite_schema where name = 'tags'`.execute(opened.db)
  await opened.close()
  const bytes = readFileSync(opened.path!)
  bytes.fill(0xff, (rows[0]!.page - 1) * 4096, rows[0]!.page * 4096)
  writeFileSync(opened.path!, bytes)

  const again = await openDatabase({ url: opened.url })

  await assert.rejects(
    again.db.selectFrom('tags').select('description').execute(),
    says('DATABASE_CORRUPT', /page\.db/),
  )
  await assert.rejects(
    again.reports.selectFrom('tags').select('description').execute(),
    says('DATABASE_CORRUPT', /page\.db/),
  )
  assert.deepEqual(await again.db.selectFrom('devices').selectAll().execute(), [])
  await assert.rejects(
    backupDatabase(
      again,
      { directory: join(folder, 'none'), clock: new TestClock(), reason: 'manual' },
      new AbortController().signal,
    ),
    says('DATABASE_CORRUPT', /page\.db/),
  )
  await again.close()
})

test('a file of another kind is refused and left alone', async () => {
  const path = join(folder, 'letter.txt')
  writeFileSync(path, 'Dear database, '.repeat(1_000))

  await assert.rejects(openDatabase({ url: `sqlite:${path}` }), says('DATABASE_CORRUPT', /letter\.txt/))

  assert.equal(readFileSync(path, 'utf8').length, 15_000)
})

test('the database of another program is not built into', async () => {
  const path = join(folder, 'other.db')
  const other = new DatabaseClass(path)
  other.exec('create table customers (id integer)')
  other.close()
  const opened = await openDatabase({ url: `sqlite:${path}` })

  await assert.rejects(migrate(opened), says('CONFLICT', /customers/))

  const { rows } = await sql<{ name: string }>`select name from sqlite_schema`.execute(opened.db)
  assert.deepEqual(
    rows.map((row) => row.name),
    ['customers'],
  )
  await opened.close()
})

test('while another process holds the write lock, writes fail after their patience, reads go on, and later both work', async () => {
  const opened = await freshFile('locked.db')
  const child = databaseChild(
    opened.url,
    `await opened.db.transaction().execute(async (transaction) => {
       await transaction.insertInto('tags').values(tag('theirs')).execute()
       print('held')
       await heard
     })`,
  )
  await child.line()

  await assert.rejects(
    opened.db.insertInto('tags').values(tag('ours')).execute(),
    says('DATABASE_LOCKED', /locked\.db/),
  )
  assert.equal(await count(opened), 0)
  child.say('let go')
  await child.ended
  await opened.db.insertInto('tags').values(tag('ours')).execute()

  assert.equal(await count(opened), 2)
  await opened.close()
})

test('a write that waits for another process does not stop the event loop', async () => {
  const opened = await openDatabase({ url: `sqlite:${join(folder, 'patient.db')}` })
  await migrate(opened)
  const child = databaseChild(
    opened.url,
    `await opened.db.transaction().execute(async (transaction) => {
       await transaction.insertInto('tags').values(tag('theirs')).execute()
       print('held')
       await heard
     })`,
  )
  await child.line()
  const write = opened.db.insertInto('tags').values(tag('ours')).execute()

  const turns: number[] = []
  for (let turn = 0; turn < 21; turn += 1) {
    const start = performance.now()
    await wait(10)
    turns.push(performance.now() - start)
  }
  child.say('let go')
  await write
  await child.ended

  // Inside of SQLite it would sleep for 100 ms and more at a time.
  const usual = turns.toSorted((left, right) => left - right)[10]!
  assert.ok(usual < 80, `${usual} ms`)
  assert.equal(await count(opened), 2)
  await opened.close()
})

test('a disk mounted read-only is an error when the database is opened', { skip }, async () => {
  const place = mount('readonly', 'size=16m')!
  const opened = await freshFile('rollcall.db', place)
  await opened.close()
  execFileSync('mount', ['-o', 'remount,ro', place])

  await assert.rejects(openDatabase({ url: opened.url }), says('DATABASE_READ_ONLY', /rollcall\.db/))
  await assert.rejects(
    openDatabase({ url: `sqlite:${join(place, 'new', 'rollcall.db')}` }),
    says('DATABASE_READ_ONLY', /new/),
  )
  execFileSync('mount', ['-o', 'remount,rw', place])
  const again = await openDatabase({ url: opened.url })
  await again.db.insertInto('tags').values(tag('after')).execute()
  await again.close()
})

test(
  'a full disk fails the writes it has no room for, loses nothing else, and they go on when there is room',
  { skip },
  async () => {
    const place = mount('full', 'size=6m')!
    const opened = await freshFile('rollcall.db', place)
    await opened.db.insertInto('tags').values(tag('before')).execute()
    let acknowledged = 1
    let failure: unknown
    for (let number = 0; number < 200 && failure === undefined; number += 1) {
      await opened.db
        .transaction()
        .execute(async (transaction) => {
          await transaction
            .insertInto('tags')
            .values(tag(`a${number}`))
            .execute()
          await transaction
            .insertInto('tags')
            .values({ ...tag(`b${number}`), description: 'x'.repeat(100_000) })
            .execute()
        })
        .then(
          () => (acknowledged += 2),
          (error: unknown) => (failure = error),
        )
    }

    says('DATABASE_FULL', /rollcall\.db/)(failure)
    assert.equal(await count(opened), acknowledged)
    await assert.rejects(
      backupDatabase(
        opened,
        { directory: join(place, 'backups'), clock: new TestClock(), reason: 'manual' },
        new AbortController().signal,
      ),
      says('DATABASE_FULL', /full/),
    )
    execFileSync('mount', ['-o', 'remount,size=32m', place])
    await opened.db.insertInto('tags').values(tag('after')).execute()
    assert.equal(await count(opened), acknowledged + 1)
    await opened.close()
    const again = await openDatabase({ url: opened.url })
    assert.equal(await count(again), acknowledged + 1)
    await again.close()
  },
)
