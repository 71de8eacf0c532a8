import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createServer } from 'node:net'
import path from 'node:path'
import { once } from 'node:events'
import { test, type TestContext } from 'node:test'
import { emptyPostgres } from '#test/each-database.ts'
import { rollcall } from '#test/run-rollcall.ts'
import {
  adminToken,
  homeFolder,
  plainEnvironment,
  startServer,
  type RunningServer,
} from '#test/running-server.ts'
import { root } from '#test/tracked-files.ts'

const machines = 'name,mac,ip\nweb-01,00:1b:21:00:00:01,192.0.2.1\nweb-02,00:1b:21:00:00:02,192.0.2.2\n'
const config = 'sources:\n  - { name: list, type: csv, path: ./machines.csv }\n'
const files = { 'machines.csv': machines, 'rollcall.yaml': config }

const namesIn = (out: string) =>
  (JSON.parse(out) as { items: { name: string }[] }).items.map((device) => device.name)

test('without a server a command makes the database, does the job itself and shows the devices', async (context) => {
  const folder = homeFolder(context, files)

  const sync = await rollcall(folder, 'sync list')
  const list = await rollcall(folder, 'device list --json')

  assert.equal(sync.code, 0, sync.errors)
  assert.match(sync.out, /job 1 completed/)
  assert.match(sync.errors, /no database here.*rollcall\.db/)
  assert.deepEqual(namesIn(list.out), ['web-01', 'web-02'])
  assert.doesNotMatch(list.errors, /no database here/)
})

test(
  'an answer longer than a pipe holds comes through whole',
  { skip: process.platform === 'win32' },
  (context) => {
    const sources = Array.from(
      { length: 400 },
      (_, index) => `  - { name: list-${index}, type: csv, path: ./a.csv }\n`,
    )
    const folder = homeFolder(context, { 'rollcall.yaml': `sources:\n${sources.join('')}` })
    const command = `"${process.execPath}" "${path.join(root, 'src', 'main.ts')}" source list --all --json | cat`

    const out = execFileSync('sh', ['-c', command], {
      cwd: folder,
      env: plainEnvironment({}),
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })

    assert.ok(out.length > 100_000)
    assert.equal(namesIn(out).filter((name) => name.startsWith('list-')).length, 400)
  },
)

/** Hears what the server tells open pages until the topic came. */
async function hear(server: RunningServer, topic: string): Promise<void> {
  const { body } = await fetch(`${server.address}/api/v1/events`, {
    headers: { authorization: `Bearer ${adminToken}` },
  })
  let text = ''
  for await (const piece of body!.pipeThrough(new TextDecoderStream())) {
    text += piece
    if (text.includes(`event: ${topic}\n`)) return
  }
}

for (const engine of ['SQLite', 'PostgreSQL'] as const) {
  test(`beside a running server on ${engine} the server does the job, and both see what the other wrote`, (context) =>
    besideServer(context, engine))
}

async function besideServer(context: TestContext, engine: 'SQLite' | 'PostgreSQL'): Promise<void> {
  const folder = homeFolder(context, files)
  const where: Record<string, string> =
    engine === 'SQLite' ? {} : { ROLLCALL_DATABASE__URL: await emptyPostgres(context) }
  const server = await startServer(context, folder, where)

  const sync = await rollcall(folder, 'sync list --json', where)
  const heard = hear(server, engine === 'SQLite' ? 'database.changed' : 'device.changed')
  const made = await rollcall(folder, 'device create printer-3 --device-type iot', where)
  await heard
  const seen = await server.call<{ items: { name: string }[] }>('GET', '/devices')
  const job = JSON.parse(sync.out) as { status: string; requestedBy: string }

  assert.deepEqual([sync.code, made.code], [0, 0], sync.errors + made.errors)
  assert.equal(job.status, 'completed')
  assert.match(job.requestedBy, /^cli:/)
  assert.deepEqual(
    seen.answer.items.map((device) => device.name),
    ['printer-3', 'web-01', 'web-02'],
  )
  assert.equal(await server.stop(), 0)
}

test('with --server the same commands go over HTTP with a token', async (context) => {
  const folder = homeFolder(context, files)
  const elsewhere = homeFolder(context)
  const server = await startServer(context, folder)

  const token = { ROLLCALL_TOKEN: 'a-token-for-this-test-only' }
  const made = await rollcall(elsewhere, `device create nas-1 --server ${server.address}`, token)
  const list = await rollcall(elsewhere, `device list --json --server ${server.address}`, token)
  const refused = await rollcall(elsewhere, `device list --server ${server.address}`)

  assert.equal(made.code, 0, made.errors)
  assert.deepEqual(namesIn(list.out), ['nas-1'])
  assert.equal(refused.code, 4)
})

test('a wrong configuration stops a command with file, line, value and expectation', async (context) => {
  const folder = homeFolder(context, { 'rollcall.yaml': 'server:\n  port: eighty\n' })

  const { code, errors } = await rollcall(folder, 'config check')

  assert.equal(code, 2)
  assert.match(errors, /rollcall\.yaml:2: server\.port is "eighty", expected a port/)
})

test('a port that is taken says so and how to take another', async (context) => {
  const folder = homeFolder(context)
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  context.after(() => other.close())
  const { port } = other.address() as { port: number }

  const { code, errors } = await rollcall(folder, `serve --port ${port}`)

  assert.equal(code, 1)
  assert.match(errors, new RegExp(`Port ${port} .* is taken`))
  assert.match(errors, /ROLLCALL_SERVER__PORT/)
})
