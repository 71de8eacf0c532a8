import assert from 'node:assert/strict'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { homeFolder, startServer } from '#test/running-server.ts'
import { root } from '#test/tracked-files.ts'

/** The settings that the container image gives, with its data folder replaced by another. */
function containerEnvironment(data: string): Record<string, string> {
  const [, block] = /^ENV ((?:.*\\\n)*.*)$/m.exec(readFileSync(path.join(root, 'Dockerfile'), 'utf8'))!
  const settings = [...block!.matchAll(/(\w+)=(\S+)/g)].map(([, name, value]) => [
    name!,
    value!.replace('/app/data', data),
  ])
  return Object.fromEntries(settings) as Record<string, string>
}

test('everything is in one data folder and survives a restart', async (context) => {
  const folder = homeFolder(context)
  const data = path.join(folder, 'data')

  const environment = { ...containerEnvironment(data), ROLLCALL_SERVER__HOST: '127.0.0.1' }
  const first = await startServer(context, folder, environment)
  const made = await first.call('POST', '/devices', { name: 'printer-3', deviceType: 'iot' })
  const firstEnd = await first.stop()
  const second = await startServer(context, folder, environment)
  const found = await second.call<{ items?: { name: string }[] }>('GET', '/devices?q=printer-3')
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
