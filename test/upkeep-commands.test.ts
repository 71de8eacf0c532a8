import assert from 'node:assert/strict'
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { migrations } from '#database/migrate.ts'
import { rollcall } from '#test/run-rollcall.ts'
import { adminToken, homeFolder, startServer } from '#test/running-server.ts'

interface Checks {
  status: string
  checks: { name: string; status: string; message: string; remedy: string | null }[]
}

async function doctor(folder: string, environment: Record<string, string> = {}) {
  const { code, out } = await rollcall(folder, 'doctor --json', environment)
  const { checks, status } = JSON.parse(out) as Checks
  return { code, status, of: (name: string) => checks.find((each) => each.name === name) }
}

interface Backup {
  file: string
  reason: string
}

/** Asks again until there is an answer, for at most twenty seconds. */
async function until<Answer>(ask: () => Promise<Answer | undefined>): Promise<Answer> {
  for (const end = AbortSignal.timeout(20_000); !end.aborted; await setTimeout(100)) {
    const answer = await ask()
    if (answer !== undefined) return answer
  }
  throw new Error('it did not happen')
}

const backupsIn = (folder: string) =>
  readdirSync(path.join(folder, 'data', 'backups')).map((name) => path.join('data', 'backups', name))

test('the doctor looks at a folder before the first start, and leaves it as it is', async (context) => {
  const folder = homeFolder(context)

  const { code, of } = await doctor(folder)

  assert.equal(code, 0)
  assert.match(of('database')!.message, /not there yet/)
  assert.deepEqual(readdirSync(folder), [])
})

test('the doctor explains a wrong configuration with every place that is wrong', async (context) => {
  const folder = homeFolder(context, { 'rollcall.yaml': 'server:\n  port: eighty\nlogg: {}\n' })

  const { code, status, of } = await doctor(folder)
  const { message, remedy } = of('configuration')!

  assert.deepEqual([code, status], [1, 'problem'])
  assert.match(message, /rollcall\.yaml:2: server\.port is "eighty"/)
  assert.match(message, /rollcall\.yaml:3: logg/)
  assert.ok(remedy)
})

test('the doctor explains a database that cannot be opened, and whatever else there is to say', async (context) => {
  const folder = homeFolder(context)
  const made = await rollcall(folder, 'db status')
  writeFileSync(path.join(folder, 'data', 'rollcall.db'), 'this was a database once, and is none any more')

  const broken = await doctor(folder)
  const away = await doctor(folder, { ROLLCALL_DATABASE__URL: 'postgres://rollcall@127.0.0.1:1/rollcall' })
  const text = await rollcall(folder, 'doctor')

  assert.equal(made.code, 0, made.errors)
  assert.match(broken.of('database')!.message, /damaged or not a database/)
  assert.match(broken.of('database')!.remedy!, /db restore/)
  assert.equal(broken.of('key-file')!.status, 'ok')
  assert.match(away.of('database')!.message, /does not answer/)
  assert.match(text.out, /PROBLEM +database .*\n +→ /)
  assert.match(text.out, /1 problem/)
})

test('an older schema is told of by the doctor, and brought up to date by hand after a backup', async (context) => {
  const folder = homeFolder(context)
  await rollcall(folder, 'db status')

  const back = await rollcall(folder, 'db migrate --to 0005 --json')
  const between = await doctor(folder)
  const up = await rollcall(folder, 'db migrate')
  const again = await rollcall(folder, 'db migrate')

  const { down, backup } = JSON.parse(back.out) as { down: string[]; backup: string }
  const later = Object.keys(migrations).filter((name) => name > '0005-knowledge')
  assert.deepEqual(down, later.toReversed())
  assert.ok(existsSync(backup))
  assert.match(between.of('schema')!.message, /0006-access/)
  assert.match(up.out, /Done: 0006-access/)
  assert.match(again.out, /Nothing to do/)
})

test('a backup is restored when no server runs, and only when somebody means it', async (context) => {
  const folder = homeFolder(context)
  await rollcall(folder, 'device create printer-3 --device-type iot')
  const made = await rollcall(folder, 'db backup')
  await rollcall(folder, 'device create printer-4 --device-type iot')
  const [file] = backupsIn(folder)

  const unasked = await rollcall(folder, `db restore ${file}`)
  const server = await startServer(context, folder)
  const refused = await rollcall(folder, `db restore ${file} --yes`)
  await server.stop()
  const restored = await rollcall(folder, `db restore ${file} --yes`)
  const list = await rollcall(folder, 'device list --json')

  assert.equal(made.code, 0, made.errors)
  assert.match(made.out, /key file/)
  assert.equal(unasked.code, 2)
  assert.match(unasked.errors, /--yes/)
  assert.equal(refused.code, 1)
  assert.equal(restored.code, 0, restored.errors)
  assert.match(restored.out, /before-restore/)
  const { items } = JSON.parse(list.out) as { items: { name: string }[] }
  assert.deepEqual(
    items.map((device) => device.name),
    ['printer-3'],
  )
})

test('a running server is counted, and backs itself up when that is due', async (context) => {
  const folder = homeFolder(context)
  await rollcall(folder, 'device create printer-3 --device-type iot')
  const server = await startServer(context, folder, { ROLLCALL_BACKUP__SCHEDULE: '* * * * * *' })

  const health = await fetch(`${server.address}/healthz`)
  const metrics = await fetch(`${server.address}/metrics`, {
    headers: { authorization: `Bearer ${adminToken}` },
  })
  const text = await metrics.text()
  const backup = await until(async () => {
    const { answer } = await server.call<{ items: Backup[] }>('GET', '/db/backups')
    return answer.items[0]
  })

  assert.equal(health.status, 200)
  assert.match(text, /^rollcall_devices\{type="iot",status="active"\} 1$/m)
  assert.match(text, /^rollcall_database_bytes \d+$/m)
  assert.equal(backup.reason, 'schedule')
  if (process.platform !== 'win32') assert.equal(statSync(backup.file).mode & 0o777, 0o600)
  assert.equal(await server.stop(), 0)
})

test('a running server takes a setting of another process at once', async (context) => {
  const folder = homeFolder(context)
  const server = await startServer(context, folder, { ROLLCALL_LOG__FORMAT: 'json' })
  let said = ''
  server.process.stdout!.on('data', (piece: Buffer) => (said += piece.toString()))

  const quiet = await server.call('GET', '/settings/log.level')
  const before = said.includes('request answered')
  const set = await rollcall(folder, 'setting set log.level debug')
  await until(async () => {
    await server.call('GET', '/settings/log.level')
    return said.includes('request answered') || undefined
  })

  assert.equal(quiet.status, 200)
  assert.equal(before, false)
  assert.equal(set.code, 0, set.errors)
  assert.equal(await server.stop(), 0)
})
