import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { migrate } from '#database/migrate.ts'
import { openDatabase } from '#database/open.ts'
import { systemClock } from '#kernel/clock.ts'
import { runSampleCli } from '#test/run-sample-cli.ts'
import { sampleServer, stubContext } from '#test/sample-server.ts'

/** The sample server on a real port, and the CLI pointed at it. */
async function remote(t: TestContext, role = 'admin') {
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-remote-'))
  const database = await openDatabase({ url: `sqlite:${join(folder, 'test.db')}` })
  await migrate(database)
  t.after(async () => {
    await database.close()
    await rm(folder, { recursive: true })
  })
  const { server, world } = sampleServer({ context: stubContext({ db: database.db }) })
  const url = await server.listen({ host: '127.0.0.1', port: 0 })
  t.after(() => server.close())
  const execute = () => Promise.reject(new Error('not in this process'))
  const run = (line: string) =>
    runSampleCli(line, {
      execute,
      clock: systemClock,
      environment: { ROLLCALL_URL: url, ROLLCALL_TOKEN: role },
    })
  return { run, world, url }
}

test('the same commands go over HTTP', async (t) => {
  const { run, world } = await remote(t)
  const listed = await run('thing list thing --least 15 --tag even --json')
  assert.equal(JSON.parse(listed.out).items[0].id, 2)
  assert.equal((await run('thing create new/one --tags a,b')).errors, '')
  assert.deepEqual(world.things.at(-1)?.tags, ['a,b'])
  assert.match((await run('thing show new/one')).out, /name +new\/one/)
  assert.equal((await run('thing update 1 --name one --expected-version 1')).code, 0)
  assert.equal((await run('thing update 1 --name two --expected-version 1')).code, 1)
  assert.equal((await run('thing remove 1 --force --yes')).out, 'Done.')
  assert.equal((await run('refresh')).out, 'job 7 completed: 3 of 3 (100 %)')
})

test('errors come back as they are, with their exit codes', async (t) => {
  const { run } = await remote(t, 'viewer')
  assert.equal((await run('thing show nobody')).code, 3)
  const forbidden = await run('thing create x')
  assert.equal(forbidden.code, 4)
  assert.match(forbidden.errors, /inventory\.change is missing/)
  const invalid = await run('thing list --limit 5000')
  assert.equal(invalid.code, 2)
  assert.match(invalid.errors, /limit: expected at most 1000, not 5000/)
})

test('an unhealthy server is an answer, and a failure to a shell', async (t) => {
  const { run, world } = await remote(t)
  world.healthy = false
  const { code, out } = await run('system health --json')
  assert.equal(JSON.parse(out).status, 'unhealthy')
  assert.equal(code, 1)
})

test('--server wins over the environment, and a bad address is named', async (t) => {
  const { url } = await remote(t)
  const environment = { ROLLCALL_URL: 'http://127.0.0.1:1', ROLLCALL_TOKEN: 'viewer' }
  const good = await runSampleCli(`thing show 1 --server ${url}`, { environment, clock: systemClock })
  assert.equal(good.code, 0, good.errors)
  const bad = await runSampleCli('thing show 1 --server http://', { clock: systemClock })
  assert.equal(bad.code, 2)
})

test('a request whose answer was lost is sent again with the same key', async (t) => {
  const keys: (string | undefined)[] = []
  const proxy = createServer((request, response) => {
    keys.push(request.headers['idempotency-key'] as string)
    if (keys.length < 2) request.socket.destroy()
    else response.end('{"id":1}')
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  t.after(() => proxy.close())
  const { port } = proxy.address() as { port: number }
  const { code } = await runSampleCli(`thing create new --server http://127.0.0.1:${port}`, {
    clock: systemClock,
  })
  assert.equal(code, 0)
  assert.equal(keys.length, 2)
  assert.equal(keys[0], keys[1])
  assert.match(String(keys[0]), /^[\w-]{36}$/)
})

test('something that is no Rollcall is called so', async (t) => {
  const other = createServer((_request, response) => response.end('<html>Welcome</html>'))
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
  t.after(() => other.close())
  const { port } = other.address() as { port: number }
  const { code, errors } = await runSampleCli(`thing list --server http://127.0.0.1:${port}`, {
    clock: systemClock,
  })
  assert.equal(code, 1)
  assert.match(errors, /in a way that Rollcall does not/)
})
