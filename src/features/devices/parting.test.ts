import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ReportedDevice, ReportedFacts } from '#model/record.ts'
import { systemActor } from '#model/actor.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { ada, inventoryWorld, type InventoryWorld } from '#test/inventory-world.ts'
import { dumpDevices } from '#test/merge-dump.ts'
import { machine, macOf, type Scene } from '#test/scripted-source.ts'

const dc = { name: 'dc', system: 'foreman' }
const plan = { name: 'plan', system: 'netbox' }

const server = (number: number, name: string, changes: Partial<ReportedDevice>) =>
  machine(number, { name, deviceType: 'server', interfaces: [], ...changes })
const serial = { serial: 'CZJ1234XYZ', vendor: 'Dell Inc.' }
const card = { interfaces: [{ name: 'eth0', mac: macOf(77) }] }

/** What three sources tell: the first has the serial number, the second the card, the third may have both. */
const alpha = (os: string) => [[server(11, 'alpha', { ...serial, os }), hostOf(50, 'rack-a', 'vm-11')]]
const beta = (os: string): Scene[] => [
  {
    records: [
      server(12, 'beta', { ...card, os }),
      hostOf(51, 'rack-b', 'vm-12'),
      { kind: 'volume', sourceId: 'lun', name: 'lun', volumeType: 'lun', deviceSourceId: 'vm-12' },
    ],
    facts: [factsOf('vm-12')],
  },
]
const both = (os: string, sourceId = 'vm-13') => [[server(13, 'gamma', { ...serial, ...card, os, sourceId })]]

const hostOf = (number: number, name: string, guest: string) =>
  server(number, name, { relationships: [{ type: 'hosts', other: 'child', sourceId: guest }] })
const factsOf = (deviceSourceId: string): ReportedFacts => ({
  deviceSourceId,
  collectedAt: '2026-01-01T00:00:00.000Z',
  facts: { kernel: '6.12' },
})

/** What hangs on each device, and which records it has. */
async function estate({ ask, devices }: InventoryWorld) {
  const shown = await Promise.all((await devices()).map(({ id }) => ask('device.show', { id })))
  const facts = await Promise.all(shown.map(({ id }) => ask('device.facts', { id })))
  return Object.fromEntries(
    shown.map((device, at) => [
      device.name,
      {
        records: device.records
          .map((each: { source: string; sourceId: string }) => `${each.source} ${each.sourceId}`)
          .sort(),
        related: device.relationships.map((each: { device: { name: string } }) => each.device.name).sort(),
        tags: device.tags,
        owner: device.owner,
        volumes: device.volumes.map((each: { name: string }) => each.name),
        facts: facts[at].items.map((each: { name: string }) => each.name),
      },
    ]),
  )
}

const nothing = { related: [], tags: [], owner: null, volumes: [], facts: [] }
const apart = {
  alpha: { ...nothing, records: ['lab vm-11', 'plan vm-13'], related: ['rack-a'], tags: ['ours'] },
  beta: {
    records: ['dc vm-12', 'manual device:3'],
    related: ['rack-b'],
    tags: ['theirs'],
    owner: 'bob',
    volumes: ['lun'],
    facts: ['kernel'],
  },
  'rack-a': { ...nothing, records: ['lab vm-50'], related: ['alpha'] },
  'rack-b': { ...nothing, records: ['dc vm-51'], related: ['beta'] },
}

/** Two machines with things on them, which a third source's record makes one by rule. */
async function mergedByRule(world: InventoryWorld): Promise<{ merge: number; before: string }> {
  const { read, ask, context } = world
  await read(alpha('1'))
  await read(beta('1'), dc)
  await ask('device.tag', { q: 'name:alpha', add: ['ours'] })
  await ask('device.tag', { q: 'name:beta', add: ['theirs'] })
  await ask('note.create', { id: 'beta', body: 'of beta' })
  await ask('device.update', { id: 'beta', owner: 'bob' })
  const before = await dumpDevices(context.db)
  context.clock.advance(60_000)
  await read(both('1'), plan)
  const [merge] = (await ask('merge.list')).items
  assert.match(merge.mergedBy, /^rule:/)
  return { merge: merge.id, before }
}

/** Reads all three sources with something new in each, in one of the six orders. */
async function readAll({ read }: InventoryWorld, order: number, sourceId?: string): Promise<void> {
  const os = `${order}`
  const readings = [
    () => read(alpha(os)),
    () => read(beta(os), dc),
    () => read(both(os, sourceId), plan),
  ] as const
  const orders = [
    [0, 1, 2],
    [0, 2, 1],
    [1, 0, 2],
    [1, 2, 0],
    [2, 0, 1],
    [2, 1, 0],
  ] as const
  for (const at of orders[order % 6]!) await readings[at]()
}

onEachDatabase('a merge by a rule', (fresh) => {
  test('moves all that hangs on the device, and is undone for good: no later run joins them in any order', async () => {
    const world = inventoryWorld(await fresh())
    const { merge, before } = await mergedByRule(world)
    const one = (await estate(world))['alpha']
    assert.deepEqual(
      { ...one, records: one!.records.length },
      {
        records: 4,
        related: ['rack-a', 'rack-b'],
        tags: ['ours', 'theirs'],
        owner: 'bob',
        volumes: ['lun'],
        facts: ['kernel'],
      },
    )

    await world.ask('device.unmerge', { merge })

    assert.deepEqual(await estate(world), apart)
    const after = (await dumpDevices(world.context.db)).split('\n')
    assert.deepEqual(
      // The third record stays with the older device, which was seen with it.
      before
        .split('\n')
        .filter((line) => !after.includes(line) && !line.startsWith('{"id":1,"name":"alpha"')),
      [],
      'all that was is as it was',
    )
    for (let order = 0; order < 6; order += 1) await readAll(world, order)
    assert.deepEqual(await estate(world), apart)
    const { records } = await world.ask('device.show', { id: 'alpha' })
    assert.deepEqual(
      records.map((each: { evidence: string[] }) => each.evidence),
      [
        ['The device began with it: nothing known before was the same machine'],
        [
          'Same serial number as alpha of lab: CZJ1234XYZ',
          `Same MAC address as a record that is of another device by now: ${macOf(77)}`,
          'The name differs',
        ],
      ],
    )
  })

  test('undone, stays undone when a source is imported again under other ids', async () => {
    const world = inventoryWorld(await fresh())
    const { merge } = await mergedByRule(world)
    await world.ask('device.unmerge', { merge })

    for (const order of [2, 5]) await readAll(world, order, 'vm-99')

    const { alpha: one, beta: other } = await estate(world)
    assert.ok(one!.records.includes('lab vm-11') && !one!.records.includes('dc vm-12'))
    assert.ok(other!.records.includes('dc vm-12') && !other!.records.includes('lab vm-11'))
  })

  test('is seen in the past as it was then, also by the name of the one that was merged', async () => {
    const world = inventoryWorld(await fresh())
    const { merge } = await mergedByRule(world)
    world.context.clock.advance(60_000)
    const at = world.context.clock.now()
    world.context.clock.advance(60_000)
    await world.ask('device.unmerge', { merge })
    const [kept, merged] = [
      await world.ask('device.show', { id: 'alpha' }),
      await world.ask('device.show', { id: 'beta' }),
    ]

    const then = await world.ask('device.show', { id: merged.id, at })
    assert.deepEqual([then.id, then.sources], [kept.id, ['dc', 'lab', 'manual', 'plan']])
    const earlier = await world.ask('device.show', { id: merged.id, at: '2026-01-01T00:00:30.000Z' })
    assert.deepEqual([earlier.id, earlier.sources, earlier.tags], [merged.id, ['dc', 'manual'], ['theirs']])
  })

  test('may be taken back so that rules join them again', async () => {
    const world = inventoryWorld(await fresh())
    const { merge } = await mergedByRule(world)
    const joined = await estate(world)
    await world.ask('device.unmerge', { merge })
    const decisions = (await world.ask('decision.list')).items
    assert.equal(new Set(decisions.map((each: { act: number }) => each.act)).size, 1)

    const { changed } = await world.ask('decision.undo', { ids: [decisions[0].id] })

    assert.equal(changed, decisions.length)
    assert.deepEqual(await estate(world), joined)
  })
})

onEachDatabase('records that a rule joined from the beginning', (fresh) => {
  /** One device of two records, each with things on it that its source told. */
  async function joined(world: InventoryWorld) {
    await world.read(alpha('1'))
    await world.read(withSerial('1'), dc)
    const device = await world.ask('device.show', { id: 'alpha' })
    assert.deepEqual(device.sources, ['dc', 'lab'])
    const record = device.records.find((each: { source: string }) => each.source === 'dc').id
    return { device, record }
  }
  const withSerial = (os: string): Scene[] => {
    const [page] = beta(os) as [{ records: ReportedDevice[] }]
    return [
      {
        ...page,
        records: page.records.map((each) => (each.name === 'beta' ? { ...each, ...serial } : each)),
      },
    ]
  }

  const split = {
    alpha: { ...nothing, records: ['lab vm-11'], related: ['rack-a'] },
    beta: { ...nothing, records: ['dc vm-12'], related: ['rack-b'], volumes: ['lun'], facts: ['kernel'] },
    'rack-a': { ...nothing, records: ['lab vm-50'], related: ['alpha'] },
    'rack-b': { ...nothing, records: ['dc vm-51'], related: ['beta'] },
  }

  test('are split by a person with all that their sources told of them, and stay apart in any order', async () => {
    const world = inventoryWorld(await fresh())
    const { device, record } = await joined(world)

    await world.ask('device.split', { id: device.id, records: [record] })

    assert.deepEqual(await estate(world), split)
    for (const order of [0, 1]) {
      const readings = [() => world.read(alpha(`${order}`)), () => world.read(withSerial(`${order}`), dc)]
      for (const reading of order === 0 ? readings : readings.toReversed()) await reading()
    }
    assert.deepEqual(await estate(world), split)
    assert.match(JSON.stringify((await world.ask('device.history', { id: 'beta' })).items), /rack|hosts/)
  })

  test('are joined again when the decision is taken back, and what people entered is not split off', async () => {
    const world = inventoryWorld(await fresh())
    const { device, record } = await joined(world)
    await world.ask('device.update', { id: `${device.id}`, owner: 'bob' })
    const entered = (await world.ask('device.show', { id: device.id })).records.at(-1).id
    await assert.rejects(world.ask('device.split', { id: device.id, records: [record, entered] }), {
      code: 'INPUT_INVALID',
    })
    await world.ask('device.split', { id: device.id, records: [record] })

    const [{ id }] = (await world.ask('decision.list')).items
    await world.ask('decision.undo', { ids: [id] })

    const again = await world.ask('device.show', { id: device.id })
    assert.deepEqual([again.id, again.sources], [device.id, ['dc', 'lab', 'manual']])
    assert.deepEqual((await estate(world))['alpha']!.related, ['rack-a', 'rack-b'])
  })

  test('are not split by who could not see the new device', async () => {
    const world = inventoryWorld(await fresh())
    const { device, record } = await joined(world)
    await world.ask('device.tag', { ids: [device.id], add: ['ours'] })
    const limited = { ...systemActor('x'), kind: 'user' as const, name: 'eve', tags: ['ours'] }

    await assert.rejects(world.ask('device.split', { id: device.id, records: [record] }, limited), {
      code: 'FORBIDDEN',
    })
    await world.ask('device.split', { id: device.id, records: [record] }, ada)
  })
})
