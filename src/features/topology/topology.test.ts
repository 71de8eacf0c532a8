import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { graphOperations } from '#features/topology/graph-operations.ts'
import { pathOperations } from '#features/topology/path-operations.ts'
import { systemActor } from '#model/actor.ts'
import type { ReportedDevice, ReportedRecord, ReportedVolume } from '#model/record.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { syncWorld, type SyncWorld } from '#test/sync-world.ts'
import { callBy } from '#test/test-context.ts'

const device = (sourceId: string, rest: Partial<ReportedDevice> = {}): ReportedDevice => ({
  kind: 'device',
  sourceId,
  name: sourceId,
  deviceType: 'server',
  ...rest,
})

const volume = (sourceId: string, rest: Partial<ReportedVolume>): ReportedVolume => ({
  kind: 'volume',
  sourceId,
  name: sourceId,
  volumeType: 'lun',
  ...rest,
})

const cable = (sourceId: string, localPort: string, remotePort: string) => ({
  type: 'connects_to' as const,
  other: 'child' as const,
  sourceId,
  metadata: { localPort, remotePort, protocol: 'lldp' },
})

/** Two hosts of a cluster behind two switches, a machine on each, and a datastore on the disk of an array. */
const compute: ReportedRecord[] = [
  device('prod', { deviceType: 'cluster' }),
  device('sw-1', {
    deviceType: 'network_device',
    relationships: [cable('sw-2', 'Te1/1', 'Te2/1'), cable('sw-2', 'Te1/2', 'Te2/2'), cable('esx-1', 'Gi1/0/4', 'vmnic0')],
  }), // prettier-ignore
  device('sw-2', { deviceType: 'network_device', relationships: [cable('esx-2', 'Gi2/0/7', 'vmnic0')] }),
  ...['esx-1', 'esx-2'].map((name) =>
    device(name, { relationships: [{ type: 'manages', other: 'parent', sourceId: 'prod' }] }),
  ),
  device('web-1', {
    deviceType: 'vm',
    relationships: [{ type: 'hosts', other: 'parent', sourceId: 'esx-1' }],
  }),
  device('db-1', {
    deviceType: 'vm',
    relationships: [{ type: 'hosts', other: 'parent', sourceId: 'esx-2' }],
  }),
  device('alone'),
  volume('ds-1', { volumeType: 'datastore', ids: ['naa:6001'], usedBy: ['db-1'] }),
]
const storage: ReportedRecord[] = [
  device('dorado', { deviceType: 'storage' }),
  volume('pool-1', { volumeType: 'pool', deviceSourceId: 'dorado' }),
  volume('lun-7', { ids: ['naa:6001'], poolSourceId: 'pool-1', deviceSourceId: 'dorado' }),
]

const run = (world: SyncWorld, name: string, input: Record<string, unknown>, tags?: readonly string[]) => {
  const found = [...pathOperations, ...graphOperations].find((each) => each.name === name)!
  const actor = { ...systemActor('test'), ...(tags === undefined ? {} : { tags }) }
  const call = callBy(world.context, actor)
  return found.run(call, found.input.parse(input) as never, new AbortController().signal)
}

interface Path {
  connected: boolean
  reason: string | null
  steps: { text: string; source: string }[]
  sources: { source: string; completeAt: string | null }[]
}
interface Graph {
  nodes: { id: number; name: string }[]
  edges: { parent: number; child: number; type: string; lines: unknown[] }[]
  total: number
  truncated: boolean
}

onEachDatabase('how devices hang together', (fresh) => {
  let world: SyncWorld
  before(async () => {
    world = syncWorld(await fresh())
    await world.read([compute])
    await world.read([storage], { name: 'array', system: 'dorado' })
  })
  const path = async (from: string, to: string) => (await run(world, 'device.path', { from, to })) as Path
  const graph = async (input: Record<string, unknown>) => (await run(world, 'topology.show', input)) as Graph

  test('the way between two machines is told step by step, with the ports', async () => {
    const { connected, steps, sources } = await path('web-1', 'db-1')
    assert.ok(connected)
    assert.deepEqual(
      steps.map(({ text }) => text),
      [
        'web-1 runs on esx-1',
        'esx-1 (port vmnic0) is connected to sw-1 (port Gi1/0/4)',
        'sw-1 (ports Te1/1, Te1/2) is connected to sw-2 (ports Te2/1, Te2/2) by 2 lines',
        'sw-2 (port Gi2/0/7) is connected to esx-2 (port vmnic0)',
        'esx-2 hosts db-1',
      ],
    )
    assert.deepEqual(
      sources.map(({ source }) => source),
      ['lab'],
    )
    assert.ok(sources[0]!.completeAt)
  })

  test('a machine leads to the array that its disk lies on, across sources', async () => {
    const { steps } = await path('db-1', 'dorado')
    assert.deepEqual(
      steps.map(({ text }) => text),
      [
        'db-1 uses the datastore ds-1',
        'the datastore ds-1 lies on the LUN lun-7',
        'the LUN lun-7 is on dorado',
      ],
    )
    assert.deepEqual(
      (await path('dorado', 'db-1')).steps.map(({ text }) => text).reverse()[0],
      'the datastore ds-1 is used by db-1',
    )
  })

  test('what nothing connects says so, and a device is itself', async () => {
    assert.deepEqual(await path('web-1', 'alone'), {
      connected: false,
      reason: 'Nothing that is known connects them.',
      steps: [],
      sources: [],
    })
    assert.deepEqual((await path('web-1', 'web-1')).steps, [])
  })

  test('a graph holds the devices that have relationships, and every line between them', async () => {
    const { nodes, edges, total, truncated } = await graph({})
    assert.deepEqual(nodes.map(({ name }) => name).toSorted(), ['db-1', 'esx-1', 'esx-2', 'prod', 'sw-1', 'sw-2', 'web-1']) // prettier-ignore
    assert.deepEqual([total, truncated, edges.length], [7, false, 7])
    const twice = edges.find(({ lines }) => lines.length === 2)!
    assert.equal(twice.type, 'connects_to')
  })

  test('a graph that is cut says so and keeps what has most relationships', async () => {
    const { nodes, total, truncated } = await graph({ limit: 3 })
    assert.deepEqual([nodes.length, total, truncated], [3, 7, true])
    assert.ok(nodes.some(({ name }) => name === 'esx-1'))
  })

  test('a graph can be of what is near a device, of some kinds, or of what a query finds', async () => {
    const names = (found: Graph) => found.nodes.map(({ name }) => name).toSorted()
    assert.deepEqual(names(await graph({ around: 'web-1', depth: 1 })), ['esx-1', 'web-1'])
    assert.deepEqual(names(await graph({ around: 'web-1', depth: 2 })), ['esx-1', 'prod', 'sw-1', 'web-1'])
    assert.deepEqual(names(await graph({ types: ['connects_to'], q: 'type:network_device' })), [
      'sw-1',
      'sw-2',
    ])
  })

  test('who sees only devices of a tag sees no way through others', async () => {
    const input = { from: 'web-1', to: 'db-1' }
    await assert.rejects(run(world, 'device.path', input, ['lab']), { code: 'NOT_FOUND' })
    const seen = (await run(world, 'topology.show', {}, ['lab'])) as Graph
    assert.deepEqual([seen.nodes, seen.edges, seen.total], [[], [], 0])
  })
})
