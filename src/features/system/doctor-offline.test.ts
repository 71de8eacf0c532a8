import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import type { TestContext as Running } from 'node:test'
import { generate } from 'selfsigned'
import { loadConfig } from '#config.ts'
import type { Check } from '#features/system/check.ts'
import { checkConfiguration } from '#features/system/check-configuration.ts'
import { checkNode } from '#features/system/check-node.ts'
import { checkServer } from '#features/system/check-server.ts'
import { checkWebPages } from '#features/system/check-web-pages.ts'
import { diagnose } from '#features/system/diagnose.ts'
import { shift, systemClock, toTimestamp } from '#kernel/clock.ts'
import { AppError } from '#kernel/errors.ts'
import { testConfig } from '#test/test-config.ts'
import type { ConfigOverrides } from '#test/test-config.ts'

const never = new AbortController().signal
const day = 86_400_000

function folderOf(t: Running): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'rollcall-doctor-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  return folder
}

const complaints = (checks: readonly Check[]): string[] =>
  checks.filter((each) => each.status !== 'ok').map((each) => each.message)

test('the doctor works where no database could be opened, and says why', async (t) => {
  const folder = folderOf(t)
  const config = testConfig({
    dataDirectory: folder,
    database: { url: `sqlite:${path.join(folder, 'rollcall.db')}` },
    secrets: { keyFile: path.join(folder, 'rollcall.key') },
    backup: { directory: path.join(folder, 'backups') },
    server: { port: 0 },
  })
  const failure = new AppError('DATABASE_CORRUPT', 'The file is damaged', {
    hint: 'Restore the newest backup.',
  })

  const checks = await diagnose({ config, clock: systemClock, failure }, never)

  const found = checks.find((each) => each.name === 'database')!
  assert.deepEqual(
    [found.status, found.message, found.remedy],
    ['problem', 'The file is damaged', 'Restore the newest backup.'],
  )
  assert.ok(checks.some((each) => each.name === 'data-directory' && each.status === 'ok'))
  assert.ok(!checks.some((each) => each.name === 'jobs'))
})

test('the doctor knows the Node that the release was tested with', () => {
  assert.equal(checkNode('v26.10.0', '26.10.0')[0]!.status, 'ok')
  assert.equal(checkNode('v27.1.0', '26.10.0')[0]!.status, 'warning')
  assert.equal(checkNode('v20.0.0', '26.10.0')[0]!.status, 'problem')
})

test('the doctor warns of secrets in a configuration that everybody may read', async (t) => {
  const folder = folderOf(t)
  const file = path.join(folder, 'rollcall.yaml')
  const statusOf = async (text: string, mode: number) => {
    writeFileSync(file, text)
    chmodSync(file, mode)
    return (await checkConfiguration({ file }))[0]!.status
  }
  const plain = 'netbox: { url: "https://nb.example.net", token: "abc" }\n'

  assert.equal(await statusOf(plain, 0o644), 'warning')
  assert.equal(await statusOf(plain, 0o640), 'ok')
  assert.equal(await statusOf(plain.replace('abc', '${NETBOX_TOKEN}'), 0o644), 'ok')
  assert.equal(await statusOf('{}\n', 0o646), 'problem')
  rmSync(file)
  assert.equal((await checkConfiguration({ file }))[0]!.status, 'problem')
  assert.equal((await checkConfiguration({ file: undefined }))[0]!.status, 'ok')
})

test('the doctor reads the real configuration that it was started with', async (t) => {
  const folder = folderOf(t)
  writeFileSync(path.join(folder, 'rollcall.yaml'), 'log: { level: warn }\n')
  chmodSync(path.join(folder, 'rollcall.yaml'), 0o600)

  const config = loadConfig({ environment: {}, workingDirectory: folder, sourceTypes: new Map() })

  assert.match((await checkConfiguration(config))[0]!.message, /rollcall\.yaml is in force/)
})

test('the doctor says who takes the port, and warns of passwords in the clear', async (t) => {
  const other = createServer()
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
  t.after(() => other.close())
  const { port } = other.address() as AddressInfo
  const check = async (server: ConfigOverrides['server']) =>
    checkServer({ config: testConfig({ server: server! }), clock: systemClock }, never)

  const taken = await check({ port })
  const open = await check({ port: 0, host: '0.0.0.0' })
  const proxied = await check({ port: 0, publicUrl: 'https://rollcall.example.net' })
  const nowhere = await check({ port: 8080, host: '192.0.2.1' })

  assert.match(complaints(taken).join(), /is taken/)
  assert.match(complaints(open).join(), /without TLS/)
  assert.match(complaints(proxied).join(), /not trusted/)
  assert.match(complaints(nowhere).join(), /cannot be listened on/)
})

test('the doctor knows when the certificate ends and whether the key is its own', async (t) => {
  const folder = folderOf(t)
  const made = async (days: number) => {
    const notAfterDate = new Date(Date.parse(shift(systemClock.now(), days * day)))
    const notBeforeDate = new Date(Date.parse(shift(systemClock.now(), -100 * day)))
    return generate([{ name: 'commonName', value: 'rollcall' }], { notAfterDate, notBeforeDate })
  }
  const check = async (cert: string, key: string) => {
    const files = { cert: path.join(folder, 'cert.pem'), key: path.join(folder, 'key.pem') }
    writeFileSync(files.cert, cert)
    writeFileSync(files.key, key)
    const config = testConfig({ server: { port: 0, tls: files } })
    const checks = await checkServer({ config, clock: systemClock }, never)
    return checks.find((each) => each.name === 'certificate')!
  }
  const [long, short, over] = [await made(200), await made(10), await made(-1)]

  assert.equal((await check(long.cert, long.private)).status, 'ok')
  assert.match((await check(short.cert, short.private)).message, /ends in (9|10) days/)
  assert.match(
    (await check(over.cert, over.private)).message,
    new RegExp(`ended on ${toTimestamp(Date.parse(shift(systemClock.now(), -day))).slice(0, 10)}`),
  )
  assert.match((await check(long.cert, short.private)).message, /is not the key of/)
  assert.match((await check('nothing', 'nothing')).message, /cannot be read/)
})

test('the doctor says when the pages are not built', () => {
  assert.equal(checkWebPages('/nowhere/index.html')[0]!.status, 'warning')
})
