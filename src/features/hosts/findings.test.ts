import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { OpenDatabase } from '#database/open.ts'
import { listFindings, resolveFindings } from '#features/hosts/finding-queries.ts'
import { findingSentence } from '#features/hosts/finding-sentence.ts'
import { editHost } from '#features/hosts/review-hosts.ts'
import { runSource } from '#features/sync/run-source.ts'
import type { ReportedDevice, ReportedRecord } from '#model/record.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { listSource, sighting } from '#test/list-source.ts'
import { callBy, testContext } from '#test/test-context.ts'

const one = '00:1b:21:00:00:01'
const two = '00:1b:21:00:00:02'
const three = '00:1b:21:00:00:03'
const four = '00:1b:21:00:00:04'

const machine = (
  sourceId: string,
  name: string,
  macs: string[],
  addresses: string[] = [],
): ReportedDevice => ({
  kind: 'device',
  sourceId,
  name,
  deviceType: 'vm',
  status: 'active',
  interfaces: macs.map((mac, index) => ({ name: `net${index}`, mac, addresses })),
})

function world(database: OpenDatabase) {
  const context = testContext(database)
  const call = callBy(context)
  const read = async (system: string, name: string, records: readonly ReportedRecord[]) => {
    const request = { startedBy: 'cli:root', jobId: null }
    const run = await runSource(
      context,
      listSource(system, name, records),
      request,
      AbortSignal.timeout(60_000),
    )
    assert.equal(run.status, 'complete', run.reason ?? '')
  }
  const open = async () => {
    const filter = { resolved: false }
    return (await listFindings(context.db, context.engine, {}, filter, { limit: 100 })).toReversed()
  }
  const told = () =>
    context.happenings.filter(({ topic }) => topic.startsWith('finding.')).map(({ topic }) => topic)
  return { context, call, read, open, told, sentences: async () => (await open()).map(findingSentence) }
}

onEachDatabase('findings', (fresh) => {
  test('what a source tells at its first reading is no news; what comes later is', async () => {
    const { read, open, told, sentences } = world(await fresh())
    await read('scan', 'lan', [sighting(one, ['192.0.2.1'], { hostname: 'nas' })])
    assert.deepEqual(await open(), [])

    await read('scan', 'lan', [
      sighting(one, ['192.0.2.1'], { hostname: 'nas' }),
      sighting(two, ['192.0.2.2'], { hostname: 'camera' }),
    ])

    assert.deepEqual(await sentences(), ['camera is new, seen by lan'])
    assert.equal((await open())[0]!.device?.name, 'camera')
    assert.deepEqual(told(), ['finding.opened'])
  })

  test('a second card in a known machine is told, one that its machine named before is not', async () => {
    const { read, sentences } = world(await fresh())
    await read('proxmox', 'cluster', [machine('1', 'web-01', [one])])
    await read('csv', 'assets', [machine('7', 'db-01', [three])])
    await read('scan', 'lan', [sighting(one, ['192.0.2.1'])])

    await read('proxmox', 'cluster', [machine('1', 'web-01', [one, two])])
    await read('scan', 'lan', [sighting(one, ['192.0.2.1']), sighting(three, ['192.0.2.3'])])

    assert.deepEqual(await sentences(), [`web-01 has a new MAC address, ${two}`])
  })

  test('two machines that claim one address are told until one of them leaves it', async () => {
    const { read, open, told, sentences } = world(await fresh())
    await read('proxmox', 'cluster', [machine('1', 'web-01', [one], ['192.0.2.9/24'])])
    assert.deepEqual(await open(), [])

    await read('scan', 'lan', [sighting(two, ['192.0.2.9'], { hostname: 'stranger' })])
    await read('scan', 'lan', [sighting(two, ['192.0.2.9'], { hostname: 'stranger' })])

    assert.deepEqual(await sentences(), ['web-01 and stranger claim the address 192.0.2.9'])
    await read('scan', 'lan', [sighting(two, ['192.0.2.10'], { hostname: 'stranger' })])
    assert.deepEqual(await open(), [])
    assert.deepEqual(told(), ['finding.opened', 'finding.resolved'])
  })

  test('a phone that takes the address of a server is told by its MAC', async () => {
    const { read, sentences } = world(await fresh())
    const phone = 'da:a1:19:00:00:04'
    await read('proxmox', 'cluster', [machine('1', 'web-01', [one], ['192.0.2.9/24'])])

    await read('dhcp', 'leases', [sighting(phone, ['192.0.2.9'])])

    assert.deepEqual(await sentences(), [`${one} and ${phone} claim the address 192.0.2.9`])
  })

  test('a lease that goes on to another machine is no conflict', async () => {
    const { read, open } = world(await fresh())
    await read('dhcp', 'leases', [sighting(one, ['192.0.2.50'])])

    await read('dhcp', 'leases', [sighting(two, ['192.0.2.50'])])

    assert.deepEqual(
      (await open()).filter(({ kind }) => kind === 'address-conflict'),
      [],
    )
  })

  test('addresses that are meant to be shared are no conflict', async () => {
    const { read, open } = world(await fresh())
    const shared = ['192.0.2.254', 'fe80::1', '127.0.0.1', '169.254.1.1']

    await read('proxmox', 'cluster', [
      machine('1', 'router-a', [one], ['192.0.2.254/24']),
      machine('2', 'router-b', [two], ['192.0.2.254/24']),
      machine('3', 'double', [three, '00:1b:21:00:00:04'], ['192.0.2.77/24']),
      { ...machine('4', 'off', ['00:1b:21:00:00:05'], ['192.0.2.77/24']), status: 'inactive' },
    ])
    await read('scan', 'lan', [
      sighting('00:00:5e:00:01:0a', ['192.0.2.254']),
      sighting('00:1b:21:00:00:06', shared.slice(1)),
      sighting('00:1b:21:00:00:07', shared.slice(1)),
    ])

    assert.deepEqual(await open(), [])
  })

  test('an address that every machine has, as container bridges do, is no conflict', async () => {
    const { read, open } = world(await fresh())
    const machines = Array.from({ length: 30 }, (_, index) => {
      const digits = index.toString(16).padStart(2, '0')
      return machine(`${index}`, `node-${index}`, [`00:1b:21:00:01:${digits}`], ['172.17.0.1/16'])
    })

    await read('proxmox', 'cluster', machines)

    assert.deepEqual(await open(), [])
  })

  test('a conflict that a person has settled is not asked again, unless another machine joins', async () => {
    const { context, read, open, sentences } = world(await fresh())
    await read('proxmox', 'cluster', [machine('1', 'web-01', [one], ['192.0.2.9/24'])])
    await read('scan', 'lan', [sighting(two, ['192.0.2.9'], { hostname: 'twin' })])
    const [finding] = await open()
    await resolveFindings(context.db, context.engine, [finding!.id], context.clock.now(), 'ada@example.net')

    await read('scan', 'lan', [sighting(two, ['192.0.2.9'], { hostname: 'twin', vendor: 'Acme' })])
    assert.deepEqual(await open(), [])

    await read('proxmox', 'cluster', [
      machine('1', 'web-01', [one], ['192.0.2.9/24']),
      machine('2', 'web-02', [three], ['192.0.2.9/24']),
    ])
    const conflicts = (await sentences()).filter((sentence) => sentence.includes('claim'))
    assert.deepEqual(conflicts, ['web-01, twin and web-02 claim the address 192.0.2.9'])
  })

  test('machines that may be one are told until nothing joins them any more', async () => {
    const { read, open, sentences } = world(await fresh())
    await read('proxmox', 'cluster', [machine('1', 'web-01', [one]), machine('2', 'web-02', [one])])

    assert.deepEqual(await sentences(), ['web-01 and web-02 may be one machine'])
    await read('proxmox', 'cluster', [machine('1', 'web-01', [one]), machine('2', 'web-02', [two])])

    const conflicts = (await open()).filter(({ kind }) => kind === 'identity-conflict')
    assert.deepEqual(conflicts, [])
  })

  test('a new device is settled when its host is decided, and when it turns out to be another one', async () => {
    const { call, read, open } = world(await fresh())
    await read('scan', 'lan', [sighting(four, ['192.0.2.4'])])
    await read('scan', 'lan', [sighting(one, ['192.0.2.1']), sighting(two, ['192.0.2.2'])])
    assert.equal((await open()).length, 2)

    await editHost(call, one, { status: 'approved' }, undefined)
    assert.equal((await open()).length, 1)
    await read('csv', 'assets', [machine('7', 'db-01', [two, three])])

    const left = await open()
    assert.ok(left.length <= 1, 'nothing but the device that the list names')
  })
})
