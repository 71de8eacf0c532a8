import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import { openDatabase } from '#database/open.ts'
import type { OpenDatabase } from '#database/open.ts'
import { SqliteHandle } from '#database/sqlite/sqlite-handle.ts'
import { writerPragmas } from '#database/sqlite/sqlite-pragmas.ts'
import { SqliteWriter } from '#database/sqlite/sqlite-writer.ts'
import { databaseChild } from '#test/database-child.ts'
import { onEachDatabase } from '#test/each-database.ts'

const tag = (name: string) => ({ name, type: 'label', created_at: 'x', version: 1 })

/** One transaction of two rows: half of it must never be seen. */
const pair = ({ db }: OpenDatabase, name: string, fails = false) =>
  db.transaction().execute(async (transaction) => {
    await transaction
      .insertInto('tags')
      .values(tag(`${name}-a`))
      .execute()
    if (fails) throw new Error(name)
    await transaction
      .insertInto('tags')
      .values(tag(`${name}-b`))
      .execute()
  })

async function names({ db }: OpenDatabase): Promise<string[]> {
  return (await db.selectFrom('tags').select('name').orderBy('name').execute()).map((row) => row.name)
}

onEachDatabase('writing', (fresh, engine) => {
  test('of 200 transactions at once those that fail leave nothing, the others everything', async () => {
    const opened = await fresh()
    const numbers = Array.from({ length: 200 }, (_, number) => number)

    const outcomes = await Promise.allSettled(
      numbers.map((number) => pair(opened, String(number), number % 7 === 0)),
    )

    const failed = numbers.filter((number) => number % 7 === 0)
    assert.deepEqual(
      numbers.filter((number) => outcomes[number]!.status === 'rejected'),
      failed,
    )
    assert.deepEqual(
      await names(opened),
      numbers
        .filter((number) => number % 7 !== 0)
        .flatMap((number) => [`${number}-a`, `${number}-b`])
        .toSorted(),
    )
  })

  test('a reader sees the last committed state while a transaction is open, and does not wait', async () => {
    const opened = await fresh()
    await pair(opened, 'old')
    const seen: string[][] = []

    await opened.db.transaction().execute(async (transaction) => {
      await transaction.insertInto('tags').values(tag('open')).execute()
      seen.push(await names(opened))
      seen.push((await opened.reports.selectFrom('tags').select('name').execute()).map((row) => row.name))
    })

    assert.deepEqual(
      seen.map((each) => each.toSorted()),
      [
        ['old-a', 'old-b'],
        ['old-a', 'old-b'],
      ],
    )
    assert.equal((await names(opened)).length, 3)
  })

  test('a process that is killed loses nothing that it acknowledged and leaves no half', async () => {
    const opened = await fresh()
    const child = databaseChild(
      opened.url,
      `for (let round = 0; ; round += 1) {
         await Promise.all(Array.from({ length: 8 }, async (_, number) => {
           const name = round + '.' + number
           await opened.db.transaction().execute(async (transaction) => {
             await transaction.insertInto('tags').values(tag(name + '-a')).execute()
             await transaction.insertInto('tags').values(tag(name + '-b')).execute()
           })
           print(name)
         }))
       }`,
    )
    for (let count = 0; count < 100; count += 1) await child.line()

    await child.kill()

    const found = new Set(await names(opened))
    assert.ok(child.lines.length >= 100)
    assert.deepEqual(
      child.lines.filter((name) => !found.has(`${name}-a`) || !found.has(`${name}-b`)),
      [],
    )
    const halves = [...found].filter(
      (name) => !found.has(name.replace(/-.$/, name.endsWith('a') ? '-b' : '-a')),
    )
    assert.deepEqual(halves, [])
    await pair(opened, 'later')
  })

  test('two processes write at the same time, and all of it lands', async () => {
    const opened = await fresh()
    const child = databaseChild(
      opened.url,
      `print('ready')
       await heard
       for (let number = 0; number < 100; number += 1) await opened.db.insertInto('tags').values(tag('theirs' + number)).execute()`,
    )
    await child.line()
    child.say('go')

    for (let number = 0; number < 100; number += 1) await pair(opened, `ours${number}`)

    assert.equal(await child.ended, 0)
    assert.equal((await names(opened)).length, 300)
  })

  test('a value of 20 MB comes back as it was', async () => {
    const { db } = await fresh()
    const text = 'ü🦆\n"'.repeat(2_500_000)
    const bytes = Buffer.alloc(20_000_000, 'abc')
    await db
      .insertInto('embeddings')
      .values({
        content_type: 'device',
        content_id: Number.MAX_SAFE_INTEGER,
        chunk_index: 0,
        text_content: text,
        embedding_vector: bytes,
        embedding_model: 'test',
        created_at: 'x',
      })
      .execute()

    const row = await db.selectFrom('embeddings').selectAll().executeTakeFirstOrThrow()

    assert.ok(row.text_content === text)
    assert.ok(bytes.equals(row.embedding_vector))
    assert.equal(row.content_id, Number.MAX_SAFE_INTEGER)
  })

  test('what is open when the database closes is finished first, and nothing is accepted after', async () => {
    const opened = await fresh()
    const started = Promise.withResolvers<void>()
    const goOn = Promise.withResolvers<void>()
    const open = opened.db.transaction().execute(async (transaction) => {
      await transaction.insertInto('tags').values(tag('first')).execute()
      started.resolve()
      await goOn.promise
      await transaction.insertInto('tags').values(tag('second')).execute()
    })
    await started.promise

    const closing = opened.close()
    const late = assert.rejects(pair(opened, 'late'))
    goOn.resolve()

    await open
    await late
    await closing
    const again = await openDatabase({ url: opened.url })
    assert.deepEqual(await names(again), ['first', 'second'])
    await again.close()
  })

  test(`a wrong statement inside of a transaction ends ${engine === 'sqlite' ? 'that statement' : 'it'} only`, async () => {
    const opened = await fresh()
    await pair(opened, 'before')

    await assert.rejects(
      opened.db.transaction().execute(async (transaction) => {
        await transaction.insertInto('tags').values(tag('lost')).execute()
        await sql`select nonsense from nowhere`.execute(transaction)
      }),
    )
    await pair(opened, 'after')

    assert.deepEqual(await names(opened), ['after-a', 'after-b', 'before-a', 'before-b'])
  })
})

class CountingHandle extends SqliteHandle {
  readonly done: string[] = []

  override exec(text: string): void {
    super.exec(text)
    if (!text.startsWith('pragma')) this.done.push(text)
  }
}

const folder = mkdtempSync(join(tmpdir(), 'rollcall-writer-'))
after(() => rmSync(folder, { recursive: true, force: true }))

function countingWriter(name: string): { writer: SqliteWriter; handle: CountingHandle } {
  const handle = new CountingHandle(join(folder, name), { readOnly: false, pragmas: [] })
  // Pragmas run while the list is not there yet, so they are set afterwards.
  for (const pragma of writerPragmas) handle.pragma(pragma)
  handle.exec('create table things (id integer primary key)')
  return { writer: new SqliteWriter(handle, 1_000), handle }
}

test('what is asked for at the same time shares one commit, and is acknowledged after it', async () => {
  const { writer, handle } = countingWriter('shared.db')
  const commits: number[] = []

  await Promise.all(
    Array.from({ length: 50 }, async (_, number) => {
      await writer.run((open) => open.execute(`insert into things values (${number})`, []))
      commits.push(handle.done.filter((text) => text === 'commit').length)
    }),
  )

  const count = handle.done.filter((text) => text === 'commit').length
  assert.ok(count >= 1 && count < 10, String(count))
  assert.ok(commits.every((seen) => seen >= 1))
  await writer.drain()
  handle.close()
})

test('a commit that fails is an error for everybody who shared it, and leaves nothing', async () => {
  const { writer, handle } = countingWriter('failing.db')
  handle.exec('pragma foreign_keys = on')
  handle.exec('create table parts (thing integer references things (id) deferrable initially deferred)')

  const outcomes = await Promise.allSettled([
    writer.run((open) => open.execute('insert into things values (1)', [])),
    writer.run((open) => open.execute('insert into parts values (7)', [])),
  ])

  assert.deepEqual(
    outcomes.map((outcome) => outcome.status),
    ['rejected', 'rejected'],
  )
  await writer.run((open) => open.execute('insert into things values (2)', []))
  assert.deepEqual(
    handle.execute<{ id: number }>('select id from things', []).rows.map((row) => row.id),
    [2],
  )
  await writer.drain()
  handle.close()
})
