import assert from 'node:assert/strict'
import { connect, createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { test } from 'node:test'
import { sql } from 'kysely'
import { AppError } from '#kernel/errors.ts'
import type { ErrorCode } from '#kernel/errors.ts'
import { openDatabase } from '#database/open.ts'
import type { OpenDatabase } from '#database/open.ts'
import { onEachDatabase } from '#test/each-database.ts'

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

/** A door to a server that can be shut and opened, as a network or a restart does. */
async function door(target: string) {
  const url = new URL(target)
  const behind = Number(url.port)
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    const through = connect(behind, url.hostname)
    for (const each of [socket, through]) {
      sockets.add(each)
      each.on('error', () => {})
      each.on('close', () => {
        sockets.delete(each)
        socket.destroy()
        through.destroy()
      })
    }
    socket.pipe(through).pipe(socket)
  })
  const listen = (port: number) => new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  await listen(0)
  const { port } = server.address() as AddressInfo
  url.port = String(port)
  return {
    url: url.href,
    open: () => listen(port),
    async shut() {
      const closed = new Promise((resolve) => server.close(resolve))
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

onEachDatabase('a server that goes away', (fresh, engine) => {
  if (engine === 'sqlite') return

  test('in the middle of work is said to be unreachable, and is used again as soon as it is back', async () => {
    const real = await fresh()
    const { url, open, shut } = await door(real.url)
    const opened = await openDatabase({ url })
    const started = Promise.withResolvers<void>()
    const goOn = Promise.withResolvers<void>()
    const half = opened.db.transaction().execute(async (transaction) => {
      await transaction.insertInto('tags').values(tag('half')).execute()
      started.resolve()
      await goOn.promise
      await transaction.insertInto('tags').values(tag('other half')).execute()
    })
    const waiting = sql`select pg_sleep(600)`.execute(opened.reports)
    await started.promise

    const fates = Promise.allSettled([half, waiting])
    await shut()
    goOn.resolve()

    for (const fate of await fates) {
      assert.equal(fate.status, 'rejected')
      says('DATABASE_UNREACHABLE', /127\.0\.0\.1/)(fate.reason)
    }
    await assert.rejects(count(opened), says('DATABASE_UNREACHABLE', /127\.0\.0\.1/))
    await assert.rejects(
      opened.reports.selectFrom('tags').selectAll().execute(),
      says('DATABASE_UNREACHABLE', /127\.0\.0\.1/),
    )
    await open()
    await opened.db.insertInto('tags').values(tag('after')).execute()
    assert.equal(await count(opened), 1)
    assert.equal((await opened.reports.selectFrom('tags').selectAll().execute()).length, 1)
    await opened.close()
    await shut()
  })

  test('because its administrator ends our connections is found again by the next query', async () => {
    const opened = await fresh()
    await Promise.all(Array.from({ length: 5 }, () => count(opened)))
    const sleeping = assert.rejects(
      sql`select pg_sleep(600)`.execute(opened.db),
      says('DATABASE_UNREACHABLE', /does not answer/),
    )
    const other = await openDatabase({ url: opened.url })
    // The sleeper must be at it before it is ended.
    for (;;) {
      const { rows } = await sql<{ pid: number }>`select pid from pg_stat_activity
        where query like 'select pg_sleep%' and state = 'active' and pid <> pg_backend_pid()`.execute(
        other.db,
      )
      if (rows.length > 0) break
    }
    await sql`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()`.execute(other.db)

    await sleeping
    // Connections that were resting may be given out once more before their end is noticed.
    for (let isBack = false; !isBack;) {
      isBack = await count(opened).then(
        () => true,
        (error: unknown) => !says('DATABASE_UNREACHABLE', /./)(error),
      )
    }
    await opened.db.insertInto('tags').values(tag('after')).execute()

    assert.equal(await count(opened), 1)
    await other.close()
  })

  test('or never was there, or refuses us, is told without the password', async () => {
    const { url } = await fresh()
    const secret = 'correct-horse'
    const wrong = new URL(url)
    wrong.password = secret
    const nobody = new URL(wrong)
    nobody.port = '1'
    const nothing = new URL(url)
    nothing.pathname = '/no_such_database'

    for (const [each, about] of [
      [wrong, /refused/],
      [nobody, /does not answer/],
      [nothing, /no_such_database/],
    ] as const) {
      const opened = await openDatabase({ url: each.href })
      await assert.rejects(count(opened), (error) => {
        says('DATABASE_UNREACHABLE', about)(error)
        const { message, hint, cause, stack } = error as AppError
        assert.equal(JSON.stringify([message, hint, stack, cause, String(cause)]).includes(secret), false)
        return true
      })
      await opened.close()
    }
  })
})

test('a PostgreSQL address that is none is refused without showing it', async () => {
  await assert.rejects(openDatabase({ url: 'postgres://user:sec ret@ho st:port/x' }), (error) => {
    says('CONFIG_INVALID', /database\.url/)(error)
    assert.equal(JSON.stringify([error, String(error), (error as AppError).cause]).includes('sec ret'), false)
    return true
  })
})
