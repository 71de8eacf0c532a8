import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { test } from 'node:test'
import { sql } from 'kysely'
import { notifyChange, watchChanges } from '#database/change-feed.ts'
import { openDatabase } from '#database/open.ts'
import type { OpenDatabase } from '#database/open.ts'
import { onEachDatabase } from '#test/each-database.ts'

/** Another process, as the command line is beside a server, adds a tag. */
const writeElsewhere = (url: string) =>
  promisify(execFile)(process.execPath, [
    '--input-type=module',
    '--eval',
    `const { openDatabase } = await import(${JSON.stringify(import.meta.resolve('#database/open.ts'))})
     const { notifyChange } = await import(${JSON.stringify(import.meta.resolve('#database/change-feed.ts'))})
     const opened = await openDatabase({ url: ${JSON.stringify(url)} })
     await opened.db.insertInto('tags').values({ name: 'elsewhere', type: 'label', created_at: 'x', version: 1 }).execute()
     await notifyChange(opened, 'tag.changed')
     await opened.close()`,
  ])

/** Collects notices; `next()` waits for one more. */
function ear() {
  const heard: (string | undefined)[] = []
  let waiting: (() => void) | undefined
  let taken = 0
  return {
    heard,
    hear(payload: string | undefined) {
      heard.push(payload)
      waiting?.()
    },
    async next() {
      // Watching alone does not keep a process alive.
      const alive = setInterval(() => {}, 1_000)
      while (heard.length <= taken) await new Promise<void>((resolve) => (waiting = resolve))
      clearInterval(alive)
      return heard[taken++]
    },
  }
}

onEachDatabase('a change notice', (fresh, engine) => {
  test('comes when another process wrote, and what it wrote can be read by then', async (t) => {
    const opened = await fresh()
    const { hear, next } = ear()
    await watchChanges(opened, t.signal, hear)

    await writeElsewhere(opened.url)

    assert.equal(await next(), engine === 'postgres' ? 'tag.changed' : undefined)
    assert.equal((await opened.db.selectFrom('tags').selectAll().execute()).length, 1)
  })

  test('does not come after the signal aborted', async () => {
    const opened = await fresh()
    const stop = new AbortController()
    const { hear, heard } = ear()
    const second = ear()
    await watchChanges(opened, stop.signal, hear)
    const still = new AbortController()
    await watchChanges(opened, still.signal, second.hear)
    stop.abort()

    await writeElsewhere(opened.url)

    await second.next()
    assert.deepEqual(heard, [])
    still.abort()
  })

  if (engine === 'sqlite') {
    test('does not come of our own writes', async (t) => {
      const opened: OpenDatabase = await fresh()
      const { hear, next, heard } = ear()
      await watchChanges(opened, t.signal, hear)
      await opened.db
        .insertInto('tags')
        .values({ name: 'own', type: 'label', created_at: 'x', version: 1 })
        .execute()
      await notifyChange(opened, 'tag.changed')

      await writeElsewhere(opened.url)

      await next()
      assert.equal(heard.length, 1)
    })
    return
  }

  test('comes with an empty payload where it would be too long', async (t) => {
    const opened = await fresh()
    const { hear, next } = ear()
    await watchChanges(opened, t.signal, hear)

    await notifyChange(opened, 'ü'.repeat(3_999))
    await notifyChange(opened, 'ü'.repeat(4_000))

    assert.equal(await next(), 'ü'.repeat(3_999))
    assert.equal(await next(), undefined)
  })

  test('comes again after the connection was lost, and says that some may have been missed', async (t) => {
    const opened = await fresh()
    const other = await openDatabase({ url: opened.url })
    const { hear, next } = ear()
    await watchChanges(opened, t.signal, hear)

    await sql`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and application_name = 'rollcall-changes'`.execute(other.db)

    assert.equal(await next(), undefined)
    await notifyChange(other, 'again')
    assert.equal(await next(), 'again')
    await other.close()
  })
})
