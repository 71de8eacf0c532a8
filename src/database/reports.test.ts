import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import type { OpenDatabase } from '#database/open.ts'
import { onEachDatabase } from '#test/each-database.ts'

const tag = (name: string) => ({ name, type: 'label', created_at: 'x', version: 1 })

/** A report that would never end. */
function startEndless({ reports, engine }: OpenDatabase): { stop(): Promise<void>; isOver(): boolean } {
  const controller = new AbortController()
  let over = false
  const query =
    engine === 'sqlite'
      ? sql`with recursive n(i) as (select 1 union all select i + 1 from n) select max(i) from n`
      : sql`with recursive n(i) as (select 1::bigint union all select i + 1 from n) select count(*) from n`
  const running = reports
    .executeQuery(query.compile(reports), { signal: controller.signal })
    .then(
      () => {},
      () => {},
    )
    .finally(() => (over = true))
  return {
    isOver: () => over,
    async stop() {
      controller.abort()
      await running
    },
  }
}

const quick = ({ reports }: OpenDatabase) => reports.selectFrom('tags').selectAll().execute()

onEachDatabase('a report', (fresh, engine) => {
  test('that takes long delays neither writes nor quick reads', async () => {
    const opened = await fresh()
    const report = startEndless(opened)

    for (let number = 0; number < 20; number += 1) {
      await opened.db
        .insertInto('tags')
        .values(tag(`t${number}`))
        .execute()
      await opened.db.selectFrom('tags').selectAll().execute()
    }

    assert.equal((await opened.db.selectFrom('tags').selectAll().execute()).length, 20)
    assert.equal(report.isOver(), false)
    await report.stop()
  })

  test('cannot write in any way', async () => {
    const { reports } = await fresh()
    const attempts = [
      sql`insert into tags (name, type, created_at, version) values ('a', 'b', 'c', 1)`,
      sql`create table mine (id integer)`,
      sql`drop table tags`,
    ]

    for (const attempt of attempts) await assert.rejects(attempt.execute(reports))
    assert.equal((await reports.selectFrom('tags').selectAll().execute()).length, 0)
  })

  test('waits for its turn while two others run, and gets it when one of them ends', async () => {
    const opened = await fresh()
    const first = startEndless(opened)
    const second = startEndless(opened)
    const third = quick(opened)

    await first.stop()

    assert.deepEqual(await third, [])
    assert.equal(second.isOver(), false)
    await second.stop()
  })

  test('that is given up while it waits takes nobody’s turn', async () => {
    const opened = await fresh()
    const running = [startEndless(opened), startEndless(opened)]
    const given = startEndless(opened)
    await given.stop()

    await running[0]!.stop()
    await running[1]!.stop()

    assert.deepEqual(await Promise.all([quick(opened), quick(opened), quick(opened)]), [[], [], []])
  })

  test('that is stopped is stopped in the database too', async () => {
    const opened = await fresh()
    const report = startEndless(opened)
    await quick(opened)

    await report.stop()

    if (engine === 'postgres') {
      for (;;) {
        const { rows } = await sql<{ count: number }>`select count(*) as count from pg_stat_activity
          where datname = current_database() and state = 'active' and query like 'with recursive n%'`.execute(
          opened.db,
        )
        if (rows[0]!.count === 0) break
      }
    }
    assert.deepEqual(await Promise.all([quick(opened), quick(opened)]), [[], []])
  })

  test('is answered while the program is watched for changes, as in development', async (context) => {
    process.env.WATCH_REPORT_DEPENDENCIES = '1'
    context.after(() => delete process.env.WATCH_REPORT_DEPENDENCIES)
    const opened = await fresh()
    await opened.db.insertInto('tags').values(tag('a')).execute()

    const rows = await quick(opened)

    assert.deepEqual(
      rows.map(({ name }) => name),
      ['a'],
    )
  })

  test('ends with the database', async () => {
    const opened = await fresh()
    const report = startEndless(opened)
    await quick(opened)

    if (engine === 'postgres') await report.stop()
    await opened.close()

    assert.equal(report.isOver(), true)
  })

  test('in a transaction sees one moment', async () => {
    const opened = await fresh()
    const { db, reports } = opened

    const counts = await reports
      .transaction()
      .setIsolationLevel('repeatable read')
      .execute(async (transaction) => {
        const before = await transaction.selectFrom('tags').selectAll().execute()
        await db.insertInto('tags').values(tag('late')).execute()
        const after = await transaction.selectFrom('tags').selectAll().execute()
        return [before.length, after.length]
      })

    assert.deepEqual(counts, [0, 0])
    assert.equal((await quick(opened)).length, 1)
  })
})
