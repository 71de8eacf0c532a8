import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { OpenDatabase } from '#database/open.ts'
import { hostOperations } from '#features/hosts/host-operations.ts'
import type { Host } from '#features/hosts/host-shapes.ts'
import { systemActor } from '#model/actor.ts'
import type { Actor } from '#model/actor.ts'
import { answerOperation } from '#surfaces/answer-operation.ts'
import { registryComplaints } from '#surfaces/registry-complaints.ts'
import { rejectsWith } from '#test/access-client.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { addDevice, addHosts, limitedTo, macOf } from '#test/host-rows.ts'
import { testContext } from '#test/test-context.ts'

const ada: Actor = { ...systemActor('x'), kind: 'user', name: 'ada@example.net' }

// oxlint-disable-next-line typescript/no-explicit-any -- the tests look into answers of every shape
type Answer = any

function asking(database: OpenDatabase) {
  const context = testContext(database)
  const ask = (name: string, input: object = {}, actor = ada): Promise<Answer> =>
    answerOperation(
      hostOperations.find((each) => each.name === name)!,
      context,
      actor,
      input,
      new AbortController().signal,
    )
  return { context, ask }
}

const idsOf = (page: { items: Host[] }) => page.items.map((host) => host.id)

test('the operations of hosts follow the rules of the registry', () => {
  assert.deepEqual(registryComplaints(hostOperations), [])
})

onEachDatabase('hosts', (fresh) => {
  test('hosts are listed last seen first, and each order turns round and goes on over pages', async () => {
    const database = await fresh()
    await addHosts(database, 25, (number) => ({
      last_seen: `2026-01-${String(10 + (number % 7)).padStart(2, '0')}T00:00:00.000Z`,
      hostname: number % 5 === 0 ? null : `Name-${number % 4}`,
      ip_sort: number % 3 === 0 ? '~' : `4${number}`,
      status: number % 2 === 0 ? 'pending' : 'approved',
    }))
    const { ask } = asking(database)

    const whole = await ask('host.list')
    assert.equal(whole.total, 25)
    assert.equal(whole.nextCursor, null)
    const times = whole.items.map((host: Host) => host.lastSeen)
    assert.deepEqual(times, times.toSorted().toReversed())

    for (const order of ['lastSeen', 'firstSeen', 'mac', 'hostname', 'address', 'status']) {
      const forward = idsOf(await ask('host.list', { sort: order }))
      assert.deepEqual(idsOf(await ask('host.list', { sort: `-${order}` })), forward.toReversed(), order)
      const paged: number[] = []
      let cursor: string | null | undefined
      do {
        const page = await ask('host.list', { sort: order, limit: 4, ...(cursor ? { cursor } : {}) })
        assert.equal(page.total, cursor ? undefined : 25)
        paged.push(...idsOf(page))
        cursor = page.nextCursor
      } while (cursor)
      assert.deepEqual(paged, forward, order)
    }
    const named = (await ask('host.list', { sort: 'hostname' })).items as Host[]
    assert.deepEqual(
      named.slice(-5).map((host) => host.hostname),
      [null, null, null, null, null],
    )
  })

  test('a cursor of another order is refused', async () => {
    const database = await fresh()
    await addHosts(database, 3)
    const { ask } = asking(database)
    const { nextCursor } = await ask('host.list', { limit: 1 })

    await rejectsWith('CURSOR_INVALID', ask('host.list', { limit: 1, sort: 'mac', cursor: nextCursor }))
    await rejectsWith('CURSOR_INVALID', ask('host.list', { cursor: 'nonsense' }))
  })

  test('a query and a status narrow the list, its count included; a bad query says where', async () => {
    const database = await fresh()
    await addHosts(database, 6, (number) => ({
      vendor: number <= 4 ? 'Acme' : 'Zeta',
      status: number % 2 === 0 ? 'approved' : 'pending',
      source: number <= 2 ? 'leases,lan' : 'lan',
      ip_addresses: number === 1 ? '["2001:db8::1"]' : '[]',
    }))
    const { ask } = asking(database)

    const found = await ask('host.list', { q: 'vendor:acme', status: 'pending' })
    assert.deepEqual(new Set(idsOf(found)), new Set([1, 3]))
    assert.equal(found.total, 2)
    assert.deepEqual(idsOf(await ask('host.list', { q: 'ip:2001:db8::1' })), [1])
    assert.equal((await ask('host.list', { q: 'source:leases' })).total, 2)
    assert.equal((await ask('host.list', { q: 'source:lan' })).total, 6)
    assert.equal((await ask('host.list', { q: '-source:leases' })).total, 4)
    await rejectsWith('QUERY_INVALID', ask('host.list', { q: 'vendor:(' }))
  })

  test('a host is found by its id and by its MAC in any spelling', async () => {
    const database = await fresh()
    const device = await addDevice(database, 'web-01')
    await addHosts(database, 2, () => ({ device_id: device }))
    const { ask } = asking(database)

    assert.equal((await ask('host.show', { id: '2' })).mac, macOf(2))
    assert.equal((await ask('host.show', { id: macOf(2).toUpperCase().replaceAll(':', '-') })).id, 2)
    assert.deepEqual((await ask('host.show', { id: '2' })).device, { id: device, name: 'web-01' })
    await rejectsWith('NOT_FOUND', ask('host.show', { id: '3' }))
    await rejectsWith('NOT_FOUND', ask('host.show', { id: 'web-01' }))
  })

  test('a person classifies a host, approves it and writes notes, each a new version', async () => {
    const database = await fresh()
    await addHosts(database, 1)
    const { ask, context } = asking(database)

    const first = await ask('host.update', { id: '1', hostType: 'iot', status: 'approved', notes: 'Lamp' })

    assert.equal(first.hostType, 'iot')
    assert.equal(first.status, 'approved')
    assert.equal(first.notes, 'Lamp')
    assert.equal(first.version, 2)
    assert.deepEqual(
      context.happenings.map(({ topic, data }) => ({ topic, data })),
      [{ topic: 'host.changed', data: { ids: [1], count: 1 } }],
    )
    const same = await ask('host.update', { id: '1', hostType: 'iot', expectedVersion: 2 })
    assert.equal(same.version, 2)
    await rejectsWith('CHANGED_SINCE', ask('host.update', { id: '1', notes: 'Late', expectedVersion: 1 }))
    assert.equal((await ask('host.update', { id: '1', notes: null })).notes, null)
  })

  test('a type that a person takes back is the one of the device again', async () => {
    const database = await fresh()
    const device = await addDevice(database, 'core', { device_type: 'network_device' })
    await addHosts(database, 1, () => ({ device_id: device, host_type: 'network' }))
    const { ask } = asking(database)
    await ask('host.update', { id: '1', hostType: 'server' })

    const back = await ask('host.update', { id: '1', hostType: null })

    assert.equal(back.hostType, 'network')
    const row = await database.db.selectFrom('hosts').select('host_type_locked').executeTakeFirstOrThrow()
    assert.equal(Boolean(row.host_type_locked), false)
  })

  test('many hosts are reviewed at once, by ids or by a query; what is the same already is not written', async () => {
    const database = await fresh()
    await addHosts(database, 10, (number) => ({ vendor: number <= 4 ? 'Acme' : 'Zeta' }))
    const { ask } = asking(database)

    assert.deepEqual(await ask('host.review', { ids: [1, 2], status: 'rejected' }), { changed: 2 })
    assert.deepEqual(await ask('host.review', { q: 'vendor:acme', status: 'rejected' }), { changed: 2 })
    assert.deepEqual(await ask('host.review', { q: 'vendor:acme', status: 'rejected' }), { changed: 0 })
    assert.deepEqual(await ask('host.review', { q: 'vendor:zeta', hostType: 'iot', notes: 'New' }), {
      changed: 6,
    })
    assert.equal((await ask('host.list', { status: 'rejected' })).total, 4)
    assert.equal((await ask('host.show', { id: '10' })).version, 2)
  })

  test('a review takes ids or a query, of hosts that are there', async () => {
    const database = await fresh()
    await addHosts(database, 1)
    const { ask } = asking(database)

    await rejectsWith('INPUT_INVALID', ask('host.review', { status: 'approved' }))
    await rejectsWith('INPUT_INVALID', ask('host.review', { ids: [1], q: 'mac:*', status: 'approved' }))
    await rejectsWith('NOT_FOUND', ask('host.review', { ids: [1, 7], status: 'approved' }))
    assert.equal((await ask('host.show', { id: '1' })).status, 'pending')
  })

  test('a host that is pushed keeps its state, and nothing of the review is done', async () => {
    const database = await fresh()
    await addHosts(database, 2, (number) => ({ status: number === 2 ? 'pushed' : 'pending' }))
    const { ask } = asking(database)

    await rejectsWith('CONFLICT', ask('host.review', { ids: [1, 2], status: 'rejected' }))
    await rejectsWith('CONFLICT', ask('host.update', { id: '2', status: 'pending' }))
    assert.equal((await ask('host.show', { id: '1' })).status, 'pending')
    assert.equal((await ask('host.update', { id: '2', notes: 'Rack 4' })).notes, 'Rack 4')
  })

  test('a review of more than ten thousand hosts is refused, one of exactly as many is done', async () => {
    const database = await fresh()
    await addHosts(database, 100_000, (number) => ({ vendor: number <= 10_000 ? 'Acme' : 'Zeta' }))
    const { ask, context } = asking(database)

    const refusal = await rejectsWith(
      'INPUT_INVALID',
      ask('host.review', { q: 'vendor:zeta', status: 'approved' }),
    )
    assert.match(refusal.message, /more than 10000 hosts/)
    assert.equal((await ask('host.list', { status: 'approved', limit: 1 })).total, 0)
    assert.deepEqual(await ask('host.review', { q: 'vendor:acme', status: 'approved' }), { changed: 10_000 })
    const [told] = context.happenings
    assert.equal((told!.data['ids'] as number[]).length, 100)
    assert.equal(told!.data['count'], 10_000)
  })

  test('somebody limited by tags sees and reviews only hosts of devices with them', async () => {
    const database = await fresh()
    const mine = await addDevice(database, 'mine', { tags: ['lab'] })
    const other = await addDevice(database, 'other', { tags: ['office'] })
    await addHosts(database, 3, (number) => ({ device_id: [mine, other, null][number - 1]! }))
    const { ask } = asking(database)
    const lea = limitedTo(['lab'])

    const seen = await ask('host.list', {}, lea)
    assert.deepEqual(idsOf(seen), [1])
    assert.equal(seen.total, 1)
    await rejectsWith('NOT_FOUND', ask('host.show', { id: '2' }, lea))
    await rejectsWith('NOT_FOUND', ask('host.update', { id: '3', notes: 'x' }, lea))
    await rejectsWith('NOT_FOUND', ask('host.review', { ids: [1, 2], status: 'approved' }, lea))
    assert.deepEqual(await ask('host.review', { q: 'mac:*', status: 'approved' }, lea), { changed: 1 })
  })

  test('a finding is settled once by the person who looked at it', async () => {
    const database = await fresh()
    const { ask, context } = asking(database)
    await addFindings(database, [['new-device', 'device:1', {}]])

    const settled = await ask('finding.resolve', { id: 1 })
    const again = await ask('finding.resolve', { id: 1 })

    assert.equal(settled.resolvedAt, context.clock.now())
    assert.deepEqual(again, settled)
    assert.deepEqual(
      context.happenings.map(({ topic, data }) => ({ topic, data })),
      [{ topic: 'finding.resolved', data: { ids: [1], count: 1 } }],
    )
    assert.deepEqual((await ask('finding.list', { resolved: false })).items, [])
    assert.equal((await ask('finding.list', { resolved: true })).total, 1)
    await rejectsWith('NOT_FOUND', ask('finding.resolve', { id: 2 }))
  })

  test('many findings are settled at once, but none that came after they were looked at', async () => {
    const database = await fresh()
    const { context, ask } = asking(database)
    await addFindings(
      database,
      Array.from({ length: 300 }, (_, index) => [index % 3 ? 'new-device' : 'new-mac', `${index}`, {}]),
    )
    await ask('finding.resolve', { id: 2 })
    context.happenings.length = 0

    assert.deepEqual(await ask('finding.settle', { kind: 'new-device', upTo: 297 }), { changed: 197 })
    assert.deepEqual(await ask('finding.settle', { ids: [1, 4, 4, 2] }), { changed: 2 })

    assert.deepEqual(idsOf(await ask('finding.list', { kind: 'new-device', resolved: false })), [300, 299])
    assert.equal((await ask('finding.list', { kind: 'new-mac', resolved: false })).total, 98)
    assert.deepEqual(
      context.happenings.map(({ topic, data }) => [topic, data['count']]),
      [
        ['finding.resolved', 197],
        ['finding.resolved', 2],
      ],
    )
    await rejectsWith('NOT_FOUND', ask('finding.settle', { ids: [7, 301] }))
    await rejectsWith('INPUT_INVALID', ask('finding.settle', {}))
    assert.equal((await ask('finding.list', { resolved: false })).total, 100, 'nothing is done by half')
  })

  test('findings are listed newest first, by kind, over pages', async () => {
    const database = await fresh()
    const { ask } = asking(database)
    await addFindings(
      database,
      [1, 2, 3, 4, 5].map((number) => [number % 2 ? 'new-device' : 'new-mac', `${number}`, {}]),
    )

    const first = await ask('finding.list', { limit: 3 })
    const second = await ask('finding.list', { limit: 3, cursor: first.nextCursor })

    assert.equal(first.total, 5)
    assert.deepEqual([...idsOf(first), ...idsOf(second)], [5, 4, 3, 2, 1])
    assert.equal(second.nextCursor, null)
    assert.deepEqual(idsOf(await ask('finding.list', { kind: 'new-mac' })), [4, 2])
  })

  test('somebody limited by tags sees a finding only when they may see every device in it', async () => {
    const database = await fresh()
    const mine = await addDevice(database, 'mine', { tags: ['lab'] })
    const also = await addDevice(database, 'also', { tags: ['lab', 'office'] })
    const other = await addDevice(database, 'other', { tags: ['office'] })
    await addHosts(database, 3, (number) => ({ device_id: [mine, other, null][number - 1]! }))
    const devices = (...ids: number[]) => ({ devices: ids.map((id) => ({ id, name: `${id}` })) })
    const hosts = (...ids: number[]) => ({ hosts: ids.map((id) => ({ id, mac: macOf(id) })) })
    await addFindings(database, [
      ['identity-conflict', 'a', devices(mine, also)],
      ['identity-conflict', 'b', devices(mine, other)],
      ['address-conflict', 'c', { ...devices(mine, also), ...hosts(1) }],
      ['address-conflict', 'd', { ...devices(mine), ...hosts(1, 3) }],
      ['address-conflict', 'e', { ...devices(mine), ...hosts(1, 2) }],
    ])
    const { ask } = asking(database)

    const seen = await ask('finding.list', {}, limitedTo(['lab']))

    assert.deepEqual(idsOf(seen), [3, 1])
    assert.equal(seen.total, 2)
    assert.equal((await ask('finding.list', {}, limitedTo([]))).total, 0)
    await rejectsWith('NOT_FOUND', ask('finding.resolve', { id: 2 }, limitedTo(['lab'])))
    await rejectsWith('NOT_FOUND', ask('finding.settle', { ids: [1, 2] }, limitedTo(['lab'])))
    const settled = await ask('finding.settle', { kind: 'address-conflict' }, limitedTo(['lab']))
    assert.deepEqual(settled, { changed: 1 })
    assert.deepEqual(idsOf(await ask('finding.list', { resolved: true })), [3])
  })
})

async function addFindings(
  { db }: OpenDatabase,
  findings: [kind: string, subject: string, detail: object][],
): Promise<void> {
  const rows = findings.map(([kind, subject, detail]) => ({
    kind,
    subject,
    device_id: null,
    host_id: null,
    run_id: null,
    detail: JSON.stringify(detail),
    created_at: '2026-01-01T00:00:00.000Z',
    resolved_at: null,
    resolved_by: null,
  }))
  await db.insertInto('findings').values(rows).execute()
}
