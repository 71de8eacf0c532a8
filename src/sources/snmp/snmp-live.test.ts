import assert from 'node:assert/strict'
import { readdirSync, readFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { before, test } from 'node:test'
import { AppError } from '#kernel/errors.ts'
import { startFakeDevice } from '#test/fakes/snmp.ts'
import { learned, lines, openSnmp, switchWalk } from '#test/fakes/snmp-world.ts'
import { readAll, testSourceContract, type Reading } from '#test/source-contract.ts'

const community = 'fake-community'
const walk = switchWalk('sw', 100, 30) + learned({ 1: 2, 2: 3, 3: 3 })

const open = (port: number, settings: object = {}) =>
  openSnmp({ targets: ['127.0.0.1'], community, port, timeout: 100, retries: 0, ...settings })

const failing = (code: string, message: RegExp) => (error: unknown) => {
  assert.ok(error instanceof AppError, String(error))
  assert.equal(error.code, code)
  assert.match(error.message, message)
  assert.ok(!JSON.stringify([error.message, error.hint, String(error.cause)]).includes(community))
  return true
}

const reasonOf = ({ verdict }: Reading): string => (verdict.complete ? '' : verdict.reason)

test('a device over the network reads as its walk does', async (t) => {
  const device = await startFakeDevice(t, walk)
  const { records, verdict } = await readAll(open(device.port))

  assert.deepEqual(verdict, { complete: true })
  assert.equal(records.length, 4)
  assert.deepEqual(records[0]?.kind === 'device' && records[0].interfaces?.length, 30)
})

test('a wrong community is answered by silence, and the error says so', async (t) => {
  const device = await startFakeDevice(t, walk)

  await assert.rejects(readAll(open(device.port, { community: 'wrong' })), (error: AppError) => {
    assert.match(error.hint!, /wrong community is answered by silence/)
    return failing('SOURCE_TIMEOUT', /^127\.0\.0\.1 did not answer SNMP within 0\.1 s$/)(error)
  })
})

test('a device that stumbles over large answers is asked for less', async (t) => {
  const device = await startFakeDevice(t, walk)
  device.mostRows = 3

  assert.equal((await readAll(open(device.port))).records.length, 4)
})

test('a walk that repeats itself ends, and the reading is partial', async (t) => {
  const device = await startFakeDevice(t, walk)
  device.loopsAt = '1.3.6.1.2.1.17.4.3.1.2'
  const reading = await readAll(open(device.port, { maxRepetitions: 2 }))

  assert.match(reasonOf(reading), /a table of 127\.0\.0\.1 repeats itself/)
  // A table that may lack rows places nobody.
  assert.ok(reading.records.every((record) => record.kind !== 'sighting' || record.port === undefined))
})

test('of what is cut, whatever is kept stays', async (t) => {
  const device = await startFakeDevice(t, walk)
  const unreadOf = async (oid: string) => {
    device.loopsAt = oid
    const { records } = await readAll(open(device.port, { maxRepetitions: 2 }))
    return records[0]?.unread
  }

  assert.deepEqual(await unreadOf('1.3.6.1.2.1.31.1.1.1.1'), ['interfaces', 'relationships'])
  assert.deepEqual(await unreadOf('1.3.6.1.2.1.17.1.4.1.2'), ['relationships'])
  assert.deepEqual(await unreadOf('1.3.6.1.2.1.17.4.3.1.2'), ['facts.vlans', 'interfaces.metadata.vlan'])
  assert.equal(await unreadOf('1.3.6.1.2.1.4.22.1.2'), undefined)
})

test('a table longer than allowed is cut, and the reading is partial', async (t) => {
  const many = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [index, 1]))
  const device = await startFakeDevice(t, switchWalk('sw', 100) + learned(many))
  const reading = await readAll(open(device.port, { maxRows: 100 }))

  assert.match(reasonOf(reading), /has more than 100 rows/)
})

test('a forwarding table that does not answer is a gap; interfaces that do not are no device', async (t) => {
  const device = await startFakeDevice(t, walk)
  device.silentBelow = '1.3.6.1.2.1.17.4.3.1'
  const reading = await readAll(open(device.port))
  assert.match(reasonOf(reading), /the forwarding table of 127\.0\.0\.1 could not be read/)
  assert.equal(reading.records.length, 1)
  assert.deepEqual(reading.records[0]?.unread, ['facts.vlans', 'interfaces.metadata.vlan'])

  device.silentBelow = '1.3.6.1.2.1.31.1.1.1'
  await assert.rejects(readAll(open(device.port)), failing('SOURCE_TIMEOUT', /did not answer/))
})

test('of several targets the silent ones are gaps, named, and hold up no other', async (t) => {
  const device = await startFakeDevice(t, walk)
  const reading = await readAll(open(device.port, { targets: ['127.0.0.2', '127.0.0.1', '127.0.0.4/30'] }))

  assert.equal(reading.records.length, 4)
  assert.match(reasonOf(reading), /^127\.0\.0\.2 did not answer SNMP within 0\.1 s$/)
})

test('a login of its own is used for a single target', async (t) => {
  const device = await startFakeDevice(t, walk, 'its-own-community')
  const overrides = { '127.0.0.1': { community: 'its-own-community' } }

  assert.equal((await readAll(open(device.port, { overrides }))).records.length, 4)
})

test('Cisco is asked for each VLAN by its own community, and one that is silent is a gap', async (t) => {
  const vlans = lines('.1.3.6.1.4.1.9.9.46.1.3.1.1.2', { '1.10': 1, '1.20': 1 })
  const device = await startFakeDevice(t, switchWalk('sw', 100) + vlans)
  device.worlds[`${community}@10`] = learned({ 1: 48 }) + lines('17.1.4.1.2', { 48: 103 })
  const reading = await readAll(open(device.port))

  assert.match(reasonOf(reading), /^127\.0\.0\.1: it does not answer for VLAN 20 /)
  assert.deepEqual(
    reading.records.map(({ sourceId }) => sourceId),
    ['chassis:00:1b:21:00:00:64', '00:1b:21:00:00:01'],
  )
})

test('what is recorded replays the same, and holds no community', async (t) => {
  const vlans = lines('.1.3.6.1.4.1.9.9.46.1.3.1.1.2', { '1.10': 1 })
  const device = await startFakeDevice(t, switchWalk('sw', 100) + vlans)
  device.worlds[`${community}@10`] = learned({ 1: 2 })
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-snmp-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const first = await readAll(open(device.port, { record: folder }))
  const files = readdirSync(folder).toSorted()

  assert.deepEqual(files, ['127.0.0.1.walk', '127.0.0.1@vlan-10.walk'])
  assert.ok(files.every((file) => !readFileSync(join(folder, file), 'utf8').includes(community)))
  assert.deepEqual(await readAll(openSnmp({ targets: ['127.0.0.1'], replay: folder })), first)
})

test('the connection test says what each target tells, and what is missing', async (t) => {
  const device = await startFakeDevice(t, walk)
  const never = new AbortController().signal
  const { message, warnings, checks } = await open(device.port, {
    targets: ['127.0.0.1', '127.0.0.2'],
  }).test(never)

  assert.equal(message, '1 of 2 targets answered SNMP 2c: sw.')
  assert.deepEqual(warnings, ['127.0.0.2 did not answer SNMP within 0.1 s.'])
  assert.deepEqual(
    checks?.map(({ name, result }) => [name, result]),
    [
      ['Reach the targets', 'limited'],
      ['Read interfaces', 'ok'],
      ['Read neighbours (LLDP, CDP)', 'limited'],
      ['Read forwarding tables', 'ok'],
      ['Read address tables (ARP)', 'limited'],
      ['Read hardware and serial numbers', 'limited'],
    ],
  )
  await assert.rejects(
    open(device.port, { targets: ['127.0.0.2'] }).test(never),
    failing('SOURCE_TIMEOUT', /did not answer/),
  )
})

test('packets that are no answer end in an error of ours', async (t) => {
  const device = await startFakeDevice(t, walk)
  for (const garbage of ['', 'hello', '3003020101', '30820fffff', 'ffffffffffff']) {
    device.garbage = Buffer.from(garbage, garbage === 'hello' ? 'utf8' : 'hex')
    await assert.rejects(readAll(open(device.port)), failing('SOURCE_TIMEOUT', /answer/))
  }
})

test('an abort amid a walk stops at once with the signal’s own reason', async (t) => {
  const device = await startFakeDevice(t, walk)
  device.silentBelow = '1.3.6.1.2.1.2.2.1'
  const stop = new AbortController()
  const reason = new Error('enough')
  const reading = readAll(open(device.port, { timeout: 60_000 }), stop.signal)
  const asked = device.questions
  while (device.questions < asked + 6) await new Promise((resolve) => setImmediate(resolve))
  stop.abort(reason)

  await assert.rejects(reading, (thrown) => thrown === reason)
})

let port = 0
before(async () => {
  port = (await startFakeDevice(undefined, walk)).port
})
testSourceContract('snmp', () => open(port))
