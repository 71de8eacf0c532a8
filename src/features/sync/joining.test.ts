import assert from 'node:assert/strict'
import { test } from 'node:test'
import { evidenceInWords, LinkEvidence } from '#features/identity/link-evidence.ts'
import type { ReportedRecord } from '#model/record.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { machine, macOf, sighting } from '#test/scripted-source.ts'
import { syncWorld } from '#test/sync-world.ts'
import type { SyncWorld } from '#test/sync-world.ts'

const lab = {}
const leases = { name: 'office', system: 'dhcp', provesAbsence: false }
const agents = { name: 'agents', system: 'foreman' }

/** The records of each device that stands for itself: `lab/vm-1 office/00:1b:…`. */
async function joined({ context }: SyncWorld): Promise<string[]> {
  const rows = await context.db
    .selectFrom('device_links')
    .innerJoin('source_records', 'source_records.id', 'device_links.record_id')
    .innerJoin('devices', 'devices.id', 'device_links.device_id')
    .select(['device_id', 'source_records.source_identifier as source', 'source_records.source_id as id'])
    .where('undone_at', 'is', null)
    .where('merged_into', 'is', null)
    .execute()
  return [...Map.groupBy(rows, (row) => row.device_id).values()]
    .map((list) =>
      list
        .map(({ source, id }) => `${source}/${id}`)
        .toSorted()
        .join(' '),
    )
    .toSorted()
}

/** Devices of which nothing is known but that they were merged, or that have no record at all. */
async function leftovers({ context }: SyncWorld): Promise<{ merged: number; empty: number }> {
  const rows = await context.db
    .selectFrom('devices')
    .leftJoin('device_links', (join) =>
      join.onRef('device_links.device_id', '=', 'devices.id').on('undone_at', 'is', null),
    )
    .select(['devices.id', 'merged_into', 'record_id'])
    .execute()
  return {
    merged: rows.filter((row) => row.merged_into !== null).length,
    empty: rows.filter((row) => row.merged_into === null && row.record_id === null).length,
  }
}

onEachDatabase('records of several sources', (fresh) => {
  test('are one device when both know the same id, and the link says why', async () => {
    const world = syncWorld(await fresh())
    const nativeIds = ['uuid:4C4C4544-0051']
    await world.read([[machine(1, { nativeIds })]])

    const told = { sourceId: 'web', nativeIds: ['uuid:4c4c4544-0051'], interfaces: [] }
    await world.read([[machine(2, told)]], agents)

    assert.deepEqual(await joined(world), ['agents/web lab/vm-1'])
    const links = await world.context.db.selectFrom('device_links').selectAll().orderBy('id').execute()
    assert.deepEqual(
      links.map((link) => [evidenceInWords(link.evidence), link.decided_by]),
      [
        [['The device began with it: nothing known before was the same machine'], 'rule:own-device'],
        [['Same BIOS UUID as vm-1 of lab: 4c4c4544-0051', 'The name differs'], 'rule:uuid'],
      ],
    )
    const evidence = LinkEvidence.parse(JSON.parse(links[1]!.evidence))
    assert.deepEqual([evidence.run, evidence.score], [2, links[1]!.score])
    assert.ok(evidence.score > 0.9)
  })

  test('are one device when both know a universally administered MAC', async () => {
    const world = syncWorld(await fresh())
    await world.read([[machine(1)]])

    await world.read([[sighting(macOf(1), { addresses: ['192.0.2.77'], hostname: 'printer' })]], leases)

    assert.deepEqual(await joined(world), [`lab/vm-1 office/${macOf(1)}`])
    assert.deepEqual(
      (await world.devices()).map((each) => each.name),
      ['web-01'],
    )
  })

  test('are never one device because of name and address when their cards differ', async () => {
    const world = syncWorld(await fresh())
    await world.read([[machine(1, { address: '192.0.2.1' })]])

    await world.read([[machine(2, { name: 'web-01', address: '192.0.2.1' })]], agents)
    await world.read([[sighting(macOf(3), { addresses: ['192.0.2.1'], hostname: 'web-01' })]], leases)

    assert.equal((await joined(world)).length, 3)
  })

  test('are not joined by a random, a shared or a locally administered MAC', async () => {
    const world = syncWorld(await fresh())
    const macs = { random: 'da:a1:19:00:00:01', shared: '00:00:5e:00:01:0a', local: '52:54:00:12:34:56' }
    const card = (mac: string) => ({ interfaces: [{ name: 'eth0', mac }] })
    await world.read([Object.values(macs).map((mac, index) => machine(index, card(mac)))])

    const others = Object.values(macs).map((mac, index) =>
      machine(index, { sourceId: `h${index}`, name: `other-${index}`, ...card(mac) }),
    )
    await world.read([others], agents)
    await world.read([[sighting(macs.random), sighting(macs.shared)]], leases)

    assert.deepEqual(await joined(world), [
      'agents/h0',
      'agents/h1',
      'agents/h2',
      'lab/vm-0',
      'lab/vm-1',
      'lab/vm-2',
    ])
  })

  test('are not joined by an id of zeros, as firmware without an id tells it', async () => {
    const world = syncWorld(await fresh())
    const nativeIds = [
      'uuid:00000000-0000-0000-0000-000000000000',
      'uuid:ffffffff-ffff-ffff-ffff-ffffffffffff',
    ]
    await world.read([[machine(1, { nativeIds })]])

    await world.read([[machine(2, { nativeIds })]], agents)

    assert.equal((await joined(world)).length, 2)
  })

  test('stay apart when two machines of one source have the MAC, and a person is told', async () => {
    const world = syncWorld(await fresh())
    const { interfaces } = machine(1)
    await world.read([[machine(1), machine(2, { interfaces: interfaces! })]])

    await world.read([[machine(1, { sourceId: 'h1', name: 'db-01' })]], agents)

    assert.deepEqual(await joined(world), ['agents/h1', 'lab/vm-1', 'lab/vm-2'])
    const findings = await world.context.db
      .selectFrom('findings')
      .select('subject')
      .where('kind', '=', 'identity-conflict')
      .execute()
    assert.ok(findings.length > 0)
  })

  test('seen on the network first: the device keeps its id when a source gives it a name', async () => {
    const world = syncWorld(await fresh())
    await world.read([[sighting(macOf(1), { addresses: ['192.0.2.1'] })]], leases)
    const [before] = await world.devices()

    await world.read([[machine(1)]])

    assert.deepEqual(
      (await world.devices()).map(({ id, name }) => ({ id, name })),
      [{ id: before!.id, name: 'web-01' }],
    )
    assert.equal(before!.name, '192.0.2.1')
  })

  test('turn out to be one: what is merged keeps all that is needed to part it again', async () => {
    const world = syncWorld(await fresh())
    await world.read([[machine(1)]])
    await world.read([[sighting(macOf(2), { addresses: ['192.0.2.2'] })]], leases)
    const [named, seen] = (await world.devices()).toSorted((left, right) => left.id - right.id)
    const twoCards = { interfaces: [...machine(1).interfaces!, { name: 'eth1', mac: macOf(2) }] }

    await world.read([[machine(1, twoCards)]])

    assert.deepEqual(await joined(world), [`lab/vm-1 office/${macOf(2)}`])
    const { db } = world.context
    const merged = await db
      .selectFrom('devices')
      .selectAll()
      .where('id', '=', seen!.id)
      .executeTakeFirstOrThrow()
    assert.equal(merged.merged_into, named!.id)
    const links = await db
      .selectFrom('device_links')
      .select(['device_id', 'undone_by', 'evidence'])
      .where('device_id', 'in', [named!.id, seen!.id])
      .orderBy('id')
      .execute()
    assert.deepEqual(
      links.map((link) => [link.device_id, link.undone_by, evidenceInWords(link.evidence)[0]]),
      [
        [named!.id, null, 'The device began with it: nothing known before was the same machine'],
        [
          seen!.id,
          `merge:${named!.id}`,
          'The device began with it: nothing known before was the same machine',
        ],
        [named!.id, null, `Same MAC address as vm-1 of lab: ${macOf(2)}`],
      ],
    )
    const history = await db
      .selectFrom('sync_history')
      .select(['new_value', 'sync_id'])
      .where('operation', '=', 'merge')
      .where('device_id', '=', seen!.id)
      .execute()
    assert.deepEqual(
      history.map((row) => JSON.parse(row.new_value!)),
      [{ mergedInto: named!.id }],
    )
  })

  test('of one source in one batch: a card seen first and named after is one device', async () => {
    const world = syncWorld(await fresh())

    await world.read([[sighting(macOf(1)), machine(1), sighting(macOf(2)), machine(2, { sourceId: 'x' })]])

    assert.deepEqual(await joined(world), [`lab/${macOf(1)} lab/vm-1`, `lab/${macOf(2)} lab/x`])
    assert.deepEqual(await leftovers(world), { merged: 0, empty: 0 })
  })

  test('are the same devices in whatever order and batches they come', async () => {
    const told: [SyncWorldReading, ReportedRecord][] = [
      [lab, machine(1)],
      [
        lab,
        machine(2, {
          interfaces: [
            { name: 'eth0', mac: macOf(2) },
            { name: 'eth1', mac: macOf(9) },
          ],
        }),
      ],
      [lab, machine(3, { interfaces: [{ name: 'eth0', mac: macOf(9) }] })],
      [agents, machine(1, { sourceId: 'h1', name: 'one.example.net' })],
      [agents, machine(2, { sourceId: 'h2', nativeIds: ['uuid:two'] })],
      [leases, sighting(macOf(1))],
      [leases, sighting(macOf(2))],
      [leases, sighting(macOf(9))],
      [leases, sighting(macOf(5))],
    ]
    const expected = [
      `agents/h1 lab/vm-1 office/${macOf(1)}`,
      `agents/h2 lab/vm-2 office/${macOf(2)}`,
      'lab/vm-3',
      `office/${macOf(5)}`,
    ]
    for (const step of [1, 2, 4, 5, 7, 8]) {
      const world = syncWorld(await fresh(), { sync: { batchSize: 1 } })
      const sofar = new Map<SyncWorldReading, ReportedRecord[]>()
      for (let turn = 0; turn < told.length; turn += 1) {
        const [reading, record] = told[(turn * step) % told.length]!
        const records = [...(sofar.get(reading) ?? sofar.set(reading, []).get(reading)!), record]
        sofar.set(reading, records)
        await world.read([records.toReversed()], reading)
      }

      assert.deepEqual(await joined(world), expected, `every ${step}th`)
      assert.equal((await leftovers(world)).empty, 0, `every ${step}th`)
    }
  })

  test('are parted again by who else has the address, though that one shares nothing else with them', async () => {
    const scan = { name: 'net', system: 'scan', provesAbsence: false }
    const address = '192.0.2.77'
    const owner = machine(1, { name: 'web-01', interfaces: [] })
    const heard = sighting(macOf(7), { hostname: 'web-01.example.net', addresses: [address] })
    const bare = sighting('x', { sourceId: `ip:${address}`, mac: undefined, addresses: [address] })
    const stranger = machine(2, { sourceId: 'h2', name: 'db-01', interfaces: [], address })
    const world = syncWorld(await fresh())

    await world.read([[owner]])
    await world.read([[heard, bare]], scan)
    assert.deepEqual(await joined(world), [`lab/vm-1 net/${macOf(7)} net/ip:${address}`])

    await world.read([[stranger]], agents)
    assert.deepEqual(await joined(world), ['agents/h2', 'lab/vm-1', `net/${macOf(7)}`, `net/ip:${address}`])

    await world.read([[{ ...stranger, address: '192.0.2.78' }]], agents)
    assert.deepEqual(await joined(world), ['agents/h2', `lab/vm-1 net/${macOf(7)} net/ip:${address}`])
  })
})

type SyncWorldReading = NonNullable<Parameters<SyncWorld['read']>[1]>
