import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { test, type TestContext } from 'node:test'
import { root } from '#test/tracked-files.ts'

const adminToken = 'a-token-for-this-test-only'

/** The settings that the container image gives, with its data folder replaced by another. */
function containerEnvironment(data: string): Record<string, string> {
  const [, block] = /^ENV ((?:.*\\\n)*.*)$/m.exec(readFileSync(path.join(root, 'Dockerfile'), 'utf8'))!
  const settings = [...block!.matchAll(/(\w+)=(\S+)/g)].map(([, name, value]) => [
    name!,
    value!.replace('/app/data', data),
  ])
  return Object.fromEntries(settings) as Record<string, string>
}

/** Starts the real server in an empty folder, as the container does, and waits until it listens. */
async function startServer(context: TestContext, folder: string, data: string) {
  const server = spawn(process.execPath, [path.join(root, 'src', 'main.ts'), 'serve'], {
    cwd: folder,
    env: {
      PATH: process.env.PATH ?? '',
      ...containerEnvironment(data),
      ROLLCALL_SERVER__HOST: '127.0.0.1',
      ROLLCALL_SERVER__PORT: '0',
      ROLLCALL_DISCOVERY__STARTUP: 'false',
      ROLLCALL_ADMIN_TOKEN: adminToken,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  context.after(() => server.kill('SIGKILL'))
  return { address: await addressOf(server), stop: () => stop(server) }
}

/** The address in the line that says the server listens. */
async function addressOf(server: ChildProcess): Promise<string> {
  const lines = createInterface({ input: server.stdout! })
  for await (const line of lines) {
    const address = /https?:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0]
    // Whatever it says later is read and dropped, so that it never waits for us.
    if (address) return server.stdout!.resume() && address
  }
  throw new Error('the server ended without listening')
}

async function stop(server: ChildProcess): Promise<number | null> {
  const ended = once(server, 'exit')
  server.kill('SIGTERM')
  const [code] = (await ended) as [number | null]
  return code
}

async function call(
  address: string,
  method: string,
  where: string,
  body?: object,
): Promise<{ status: number; answer: { items?: { name: string }[] } }> {
  const response = await fetch(`${address}/api/v1${where}`, {
    method,
    headers: {
      authorization: `Bearer ${adminToken}`,
      ...(body ? { 'content-type': 'application/json' } : {}),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
  return { status: response.status, answer: (await response.json()) as { items?: { name: string }[] } }
}

test('everything is in one data folder and survives a restart', async (context) => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'rollcall-container-'))
  context.after(() => rmSync(folder, { recursive: true, force: true }))
  const data = path.join(folder, 'data')

  const first = await startServer(context, folder, data)
  const made = await call(first.address, 'POST', '/devices', { name: 'printer-3', deviceType: 'iot' })
  const firstEnd = await first.stop()
  const second = await startServer(context, folder, data)
  const found = await call(second.address, 'GET', '/devices?q=printer-3')
  const secondEnd = await second.stop()

  assert.ok([200, 201].includes(made.status), JSON.stringify(made.answer))
  assert.deepEqual([firstEnd, secondEnd], [0, 0])
  assert.deepEqual(
    found.answer.items?.map((device) => device.name),
    ['printer-3'],
  )
  assert.deepEqual(readdirSync(folder), ['data'])
  assert.equal(statSync(path.join(data, 'rollcall.key')).mode & 0o777, 0o600)
})
