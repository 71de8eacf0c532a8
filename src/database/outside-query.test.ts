import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import pg from 'pg'
import { outsideColumns, readOutside } from '#database/outside-query.ts'
import type { OutsideDatabase } from '#database/outside-query.ts'
import { AppError } from '#kernel/errors.ts'
import { startPostgres } from '#test/postgres-server.ts'
import type { PostgresServer } from '#test/postgres-server.ts'

const never = new AbortController().signal

async function rowsOf(database: OutsideDatabase, query: string, orderBy?: string[], signal = never) {
  const rows: unknown[][] = []
  for await (const page of readOutside(database, query, { orderBy }, signal)) rows.push(...page.rows)
  return rows
}

async function refusal(work: Promise<unknown>): Promise<AppError> {
  const error = await work.then(
    () => assert.fail('it was not refused'),
    (thrown: unknown) => thrown,
  )
  assert.ok(error instanceof AppError, String(error))
  return error
}

const setUp = [
  'create table machines (id integer primary key, name text, big bigint)',
  `insert into machines values (3, 'c', 9007199254740993), (1, 'a', 1), (2, 'b', null)`,
]

interface Given {
  database(timeoutSeconds?: number): OutsideDatabase
  /** Rows that the table holds now, asked with full rights. */
  count(): Promise<number>
}

const endless = 'with recursive n(i) as (select 1 union all select i + 1 from n) select i from n where i < 0'

/** The same holds for both kinds of databases. */
function declareSame(given: () => Given): void {
  test('rows come with their columns, sorted as wanted, and numbers keep their digits', async () => {
    const query = 'select id, name, big from machines'

    assert.deepEqual(await rowsOf(given().database(), query, ['id']), [
      [1, 'a', 1],
      [2, 'b', null],
      [3, 'c', '9007199254740993'],
    ])
    assert.deepEqual(await outsideColumns(given().database(), `${query};`, never), ['id', 'name', 'big'])
    assert.deepEqual(await rowsOf(given().database(), 'select id from machines where id > 9'), [])
  })

  test('many rows come in pages', async () => {
    const many =
      'with recursive n(i) as (select 1 union all select i + 1 from n where i < 2500) select i from n order by i'

    const rows = await rowsOf(given().database(), many)

    assert.equal(rows.length, 2_500)
    assert.deepEqual(rows.at(-1), [2_500])
  })

  test('nothing but reading is possible, in whatever words', async () => {
    for (const query of [
      `insert into machines values (9, 'x', 1)`,
      `update machines set name = 'x' returning id`,
      'delete from machines returning id',
      'drop table machines',
      'create table other (id integer)',
      `select 1; delete from machines`,
      `select 1; insert into machines values (9, 'x', 1); select 2`,
      'with gone as (delete from machines returning id) select * from gone',
      'begin',
      'vacuum',
    ]) {
      const error = await refusal(rowsOf(given().database(), query))
      assert.equal(error.code, 'ROWS_INVALID', query)
    }
    assert.equal(await given().count(), 3)
  })

  test('a query without an end is stopped when its time is over', async () => {
    const began = performance.now()

    const error = await refusal(rowsOf(given().database(0.5), endless))

    assert.equal(error.code, 'SOURCE_TIMEOUT')
    assert.ok(performance.now() - began < 8_000)
  })

  test('a query is stopped when nobody waits for it any more', async () => {
    const reason = new Error('enough')

    const work = rowsOf(given().database(60), endless, undefined, AbortSignal.timeout(300))

    await assert.rejects(work, { name: 'TimeoutError' })
    await assert.rejects(rowsOf(given().database(), 'select 1', undefined, AbortSignal.abort(reason)), reason)
  })

  test('what the database says of a query is passed on', async () => {
    const error = await refusal(rowsOf(given().database(), 'select nothing from machines'))

    assert.match(error.message, /database theirs refused the query: .*nothing/)
  })
}

describe('rows of a SQLite file', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'rollcall-outside-'))
  const file = path.join(folder, 'theirs.db')
  after(() => rmSync(folder, { recursive: true, force: true }))
  const ours = new DatabaseSync(file)
  setUp.forEach((statement) => ours.exec(statement))
  after(() => ours.close())

  declareSame(() => ({
    database: (timeoutSeconds = 20) => ({ name: 'theirs', url: `sqlite:${file}`, timeoutSeconds }),
    count: async () => (ours.prepare('select count(*) as n from machines').get() as { n: number }).n,
  }))

  test('neither other files nor settings can be reached', async () => {
    const other = path.join(folder, 'other.db')
    for (const query of [
      `attach '${other}' as other`,
      'pragma journal_mode = delete',
      "select * from pragma_table_info('machines')",
      `select load_extension('x')`,
      `vacuum into '${other}'`,
    ]) {
      const error = await refusal(
        rowsOf({ name: 'theirs', url: `sqlite:${file}`, timeoutSeconds: 20 }, query),
      )
      assert.equal(error.code, 'ROWS_INVALID', query)
    }
  })

  test('a value that takes the memory of the machine is refused', async () => {
    const theirs = { name: 'theirs', url: `sqlite:${file}`, timeoutSeconds: 20 }

    for (const query of ['select zeroblob(900000000)', `select printf('%.*c', 500000000, 'x')`])
      assert.match((await refusal(rowsOf(theirs, query))).message, /too big/)
  })

  test('a file that is none is told without its path', async () => {
    const error = await refusal(
      rowsOf({ name: 'theirs', url: `sqlite:${folder}/secret-place.db`, timeoutSeconds: 20 }, 'select 1'),
    )

    assert.equal(error.code, 'SOURCE_FILE_UNREADABLE')
    assert.doesNotMatch(JSON.stringify([error.message, error.hint]), /secret-place/)
  })
})

describe('rows of a PostgreSQL database', () => {
  let server: PostgresServer | undefined
  let url = ''
  let admin: pg.Client
  before(async () => {
    const shared = process.env.ROLLCALL_TEST_POSTGRES
    server = shared ? undefined : await startPostgres()
    const root = shared ?? server!.url
    const name = `outside_${process.pid}`
    const first = new pg.Client({ connectionString: root })
    await first.connect()
    await first.query(`create database ${name}`)
    await first.end()
    url = root.replace(/\/[^/]*$/, `/${name}`)
    admin = new pg.Client({ connectionString: url })
    await admin.connect()
    for (const statement of setUp) await admin.query(statement)
    await admin.query(`create function sneak() returns integer language plpgsql volatile as
      $$ begin insert into machines values (99, 'sneaked', 1); return 1; end $$`)
    await admin.query('create sequence counted')
  })
  after(async () => {
    await admin.end()
    const last = new pg.Client({ connectionString: url.replace(/\/[^/]*$/, '/postgres') })
    await last.connect()
    await last.query(`drop database if exists outside_${process.pid} with (force)`)
    await last.end()
    await server?.stop()
  })
  const database = (timeoutSeconds = 20): OutsideDatabase => ({ name: 'theirs', url, timeoutSeconds })

  declareSame(() => ({
    database,
    count: async () => Number((await admin.query('select count(*) as n from machines')).rows[0].n),
  }))

  test('functions with side effects and settings that would allow them change nothing', async () => {
    for (const query of [
      'select sneak()',
      `select nextval('counted')`,
      `select set_config('transaction_read_only', 'off', false), sneak()`,
      `select set_config('default_transaction_read_only', 'off', false), sneak()`,
      'set transaction read write',
      'commit',
      `copy machines to '/tmp/rollcall-outside'`,
    ]) {
      const error = await refusal(rowsOf(database(), query))
      assert.equal(error.code, 'ROWS_INVALID', query)
    }
    assert.equal(Number((await admin.query('select count(*) as n from machines')).rows[0].n), 3)
  })

  test('a time limit that the query lifts for itself still holds', async () => {
    const query = `select set_config('statement_timeout', '0', false), pg_sleep(0.01), i from generate_series(1, 100000) i`

    const error = await refusal(rowsOf(database(1), query))

    assert.equal(error.code, 'SOURCE_TIMEOUT')
  })

  test('rows that would take the memory of this process are refused', async () => {
    for (const query of [
      `select repeat('x', 90000000)`,
      `select i, repeat('x', 100000) from generate_series(1, 1000) i`,
    ])
      assert.match((await refusal(rowsOf(database(), query))).message, /too large/)
  })

  test('no error holds the password or the address', async () => {
    const secret = 'hunter2-secret'
    const closed = `postgres://someone:${secret}@127.0.0.1:1/nowhere`
    const parsed = new URL(url)
    parsed.pathname = '/not-there'
    for (const each of [closed, parsed.href]) {
      const error = await refusal(rowsOf({ name: 'theirs', url: each, timeoutSeconds: 5 }, 'select 1'))
      const told = JSON.stringify([error.message, error.hint, error.complaints, String(error.cause)])
      assert.match(error.code, /SOURCE_(UNREACHABLE|REJECTED_LOGIN)/)
      assert.doesNotMatch(told, /hunter2|127\.0\.0\.1|not-there/)
    }
  })
})
