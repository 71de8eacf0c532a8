import assert from 'node:assert/strict'
import { copyFile, rename, rm } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { openDatabase } from '#database/open.ts'
import type { OpenDatabase } from '#database/open.ts'
import type { Context } from '#features/context.ts'
import { systemOperations } from '#features/system/system-operations.ts'
import { systemClock } from '#kernel/clock.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { sampleServer } from '#test/sample-server.ts'
import { testContext } from '#test/test-context.ts'

/** A server over the real operations, asked as a monitor does. */
function monitor(t: TestContext, opened: OpenDatabase) {
  const context: Context = { ...testContext(opened), clock: systemClock }
  const { server } = sampleServer({ context, operations: systemOperations })
  t.after(() => server.close())
  return async (url = '/healthz') => {
    const begun = performance.now()
    const answer = await server.inject({ url })
    const { status, database, version } = answer.json<Record<string, string>>()
    return { code: answer.statusCode, status, database, version, took: performance.now() - begun }
  }
}

/** A way to a server on which nothing moves while it is blocked; connections stay. */
async function way(t: TestContext, target: string) {
  const url = new URL(target)
  const port = Number(url.port)
  const sockets = new Set<Socket>()
  let isBlocked = false
  const server = createServer((socket) => {
    const through = connect(port, url.hostname)
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
    if (isBlocked) socket.pause()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url.port = String((server.address() as AddressInfo).port)
  t.after(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return {
    url: url.href,
    block() {
      isBlocked = true
      for (const socket of sockets) socket.pause()
    },
    unblock() {
      isBlocked = false
      for (const socket of sockets) socket.resume()
    },
  }
}

onEachDatabase('health', (fresh, engine) => {
  test('answers anybody that all is well', async (t) => {
    const ask = monitor(t, await fresh())

    for (const url of ['/healthz', '/api/v1/system/health']) {
      const { code, status, database, version } = await ask(url)
      assert.deepEqual([code, status, database], [200, 'healthy', 'connected'])
      assert.match(version!, /^\d+\.\d+\.\d+/)
    }
  })

  if (engine === 'sqlite') {
    test('tells of a database file that was taken away or replaced, and of its return', async (t) => {
      const opened = await fresh()
      const ask = monitor(t, opened)
      await ask()

      await rename(opened.path!, `${opened.path}.away`)
      const away = await ask()
      await copyFile(`${opened.path}.away`, opened.path!)
      const replaced = await ask()
      await rm(opened.path!)
      await rename(`${opened.path}.away`, opened.path!)
      const back = await ask()

      assert.deepEqual([away.code, away.status, away.database], [503, 'unhealthy', 'disconnected'])
      assert.equal(replaced.code, 503)
      assert.equal(back.code, 200)
    })
    return
  }

  test('calls a database that hangs disconnected after two seconds, and is well again by itself', async (t) => {
    const { url, block, unblock } = await way(t, (await fresh()).url)
    const opened = await openDatabase({ url })
    t.after(() => opened.close())
    const ask = monitor(t, opened)
    assert.equal((await ask()).code, 200)

    block()
    const hung = await ask()
    const many = await Promise.all(Array.from({ length: 20 }, () => ask()))
    unblock()
    const back = await ask()

    assert.deepEqual([hung.code, hung.database], [503, 'disconnected'])
    assert.ok(hung.took > 1_500 && hung.took < 4_000, `${hung.took} ms`)
    assert.deepEqual(new Set(many.map((each) => each.code)), new Set([503]))
    assert.ok(
      many.every((each) => each.took < 4_000),
      'asking often takes no longer',
    )
    assert.deepEqual([back.code, back.status], [200, 'healthy'])
  })

  test('tells of a database that refuses at once', async (t) => {
    const opened = await openDatabase({ url: 'postgres://rollcall@127.0.0.1:1/nothing' })
    t.after(() => opened.close())

    const { code, status, database, took } = await monitor(t, opened)()

    assert.deepEqual([code, status, database], [503, 'unhealthy', 'disconnected'])
    assert.ok(took < 2_500, `${took} ms`)
  })
})
