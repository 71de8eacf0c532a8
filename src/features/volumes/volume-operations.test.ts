import assert from 'node:assert/strict'
import { test } from 'node:test'
import { operations } from '#features/operations.ts'
import type { AppError } from '#kernel/errors.ts'
import { systemActor, type Actor } from '#model/actor.ts'
import type { ReportedDevice, ReportedVolume } from '#model/record.ts'
import { answerOperation } from '#surfaces/answer-operation.ts'
import { onEachDatabase } from '#test/each-database.ts'
import type { OpenDatabase } from '#database/open.ts'
import { machine } from '#test/scripted-source.ts'
import { syncWorld } from '#test/sync-world.ts'

// oxlint-disable-next-line typescript/no-explicit-any -- answers of every shape
type Answer = any

const gib = 2 ** 30
const disk = 'naa:6a08cf810075766e1efc050700000011'

const array: ReportedDevice = machine(0, {
  sourceId: 'esn',
  name: 'dorado-1',
  deviceType: 'storage',
  interfaces: [],
})

const volume = (id: string, changes: Partial<ReportedVolume>): ReportedVolume => ({
  kind: 'volume',
  sourceId: id,
  name: id,
  volumeType: 'lun',
  storageArray: 'dorado-1',
  deviceSourceId: 'esn',
  ...changes,
})

const onArray: ReportedVolume[] = [
  volume('pool-1', { volumeType: 'pool', capacityBytes: 1000 * gib, volatile: { used_bytes: 500 * gib } }),
  volume('lun-1', {
    capacityBytes: 100 * gib,
    volatile: { used_bytes: 95 * gib },
    poolSourceId: 'pool-1',
    ids: [disk],
    raidLevel: 'RAID 6',
    thinProvisioned: true,
    facts: { vstore: 'tenant-a' },
  }),
  volume('lun-2', { capacityBytes: 400 * gib, volatile: { used_bytes: 100 * gib }, poolSourceId: 'pool-1' }),
  volume('far-end', {
    capacityBytes: 100 * gib,
    volatile: { used_bytes: 100 * gib },
    poolSourceId: 'pool-1',
    copy: 'mirror',
  }),
  volume('fs-1', {
    volumeType: 'filesystem',
    capacityBytes: 200 * gib,
    volatile: { used_bytes: 20 * gib },
    poolSourceId: 'pool-1',
  }),
  volume('tree-1', {
    volumeType: 'qtree',
    capacityBytes: 50 * gib,
    volatile: { used_bytes: 10 * gib },
    poolSourceId: 'fs-1',
  }),
  volume('odd_100%', {}),
]

const onVcenter = [
  machine(1, { name: 'esx01', deviceType: 'server' }),
  machine(2, { name: 'web-01' }),
  {
    kind: 'volume',
    sourceId: 'ds-1',
    name: 'datastore-1',
    volumeType: 'datastore',
    capacityBytes: 99 * gib,
    volatile: { used_bytes: 60 * gib },
    ids: ['naa:naa.6A08CF810075766E1EFC050700000011'],
    usedBy: ['vm-1', 'vm-2'],
  } satisfies ReportedVolume,
]

const admin = systemActor('test')

async function world(opened: OpenDatabase) {
  const { context, read } = syncWorld(opened)
  await read([[array, ...onArray]], { name: 'dorado', system: 'dorado' })
  await read([onVcenter], { name: 'vc', system: 'vcenter' })
  const ask = (name: string, input: object, actor: Actor = admin): Promise<Answer> =>
    answerOperation(
      operations.find((each) => each.name === name)!,
      context,
      actor,
      input,
      new AbortController().signal,
    )
  const idOf = async (name: string): Promise<number> =>
    (await ask('volume.list', { q: name, status: 'all' })).items.find((each: Answer) => each.name === name).id
  return { ask, idOf, read, context }
}

const named = (answer: Answer): string[] => answer.items.map(({ name }: { name: string }) => name)

onEachDatabase('volumes', (fresh) => {
  let opened: ReturnType<typeof world> | undefined
  /** One world for those that only look at it. */
  const shared = () => (opened ??= fresh().then(world))

  test('are listed, the fullest first, with how full they are and when that was read', async () => {
    const { ask } = await shared()
    const answer = await ask('volume.list', {})

    assert.deepEqual(
      answer.items.map(({ name, usedPercent }: Answer) => [name, usedPercent]),
      [
        ['far-end', 100],
        ['lun-1', 95],
        ['datastore-1', 60.6],
        ['pool-1', 50],
        ['lun-2', 25],
        ['tree-1', 20],
        ['fs-1', 10],
        ['odd_100%', null],
      ],
    )
    const { id, device, pool, readAt, ...lun } = answer.items[1]
    assert.equal(typeof id, 'number')
    assert.deepEqual([device.name, pool.name, pool.volumeType], ['dorado-1', 'pool-1', 'pool'])
    assert.match(readAt, /^\d{4}-/)
    assert.deepEqual(lun, {
      name: 'lun-1',
      volumeType: 'lun',
      status: 'active',
      capacityBytes: 100 * gib,
      usedBytes: 95 * gib,
      usedPercent: 95,
      raidLevel: 'RAID 6',
      thinProvisioned: true,
      copy: null,
      array: 'dorado-1',
      within: 'tenant-a',
      source: 'dorado',
      system: 'dorado',
    })
  })

  test('come page by page in every order, each once', async () => {
    const { ask } = await shared()
    for (const sort of ['used', '-used', 'capacity', '-capacity', 'free', '-free', 'name', '-name']) {
      const whole = named(await ask('volume.list', { sort }))
      const pages: string[] = []
      let cursor: string | undefined
      do {
        const page: Answer = await ask('volume.list', { sort, limit: 3, ...(cursor ? { cursor } : {}) })
        pages.push(...named(page))
        cursor = page.nextCursor ?? undefined
      } while (cursor)

      assert.equal(whole.length, 8)
      assert.deepEqual(pages, whole, sort)
    }
  })

  test('are found by name, array, disk number, type, owner, fill and free space', async () => {
    const { ask } = await shared()
    const found = async (filter: object) => named(await ask('volume.list', { sort: 'name', ...filter }))

    assert.deepEqual(await found({ q: 'LUN' }), ['lun-1', 'lun-2'])
    assert.deepEqual(await found({ q: '100%' }), ['odd_100%'])
    assert.deepEqual(await found({ q: 'naa.6A08CF81' }), ['datastore-1', 'lun-1'])
    assert.deepEqual(await found({ q: 'dorado fs' }), ['fs-1'])
    assert.deepEqual(await found({ type: 'pool' }), ['pool-1'])
    assert.deepEqual(await found({ source: 'vc' }), ['datastore-1'])
    assert.deepEqual(await found({ array: 'dorado-1', usedOver: 50 }), ['far-end', 'lun-1', 'pool-1'])
    assert.deepEqual(await found({ freeBelow: 10 * gib }), ['far-end', 'lun-1'])
    assert.deepEqual(await found({ copies: false, usedOver: 90 }), ['lun-1'])
    assert.deepEqual((await found({ device: 'dorado-1' })).length, 7)
    assert.equal((await ask('volume.list', { usedOver: 50, limit: 1 })).total, 4)
  })

  test('a machine’s storage leads over the datastore and the LUN to the pool and the array', async () => {
    const { ask } = await shared()
    const { owned, uses } = await ask('device.storage', { id: 'web-01' })

    assert.equal(owned, 0)
    assert.deepEqual(
      uses.map((use: Answer) => [
        use.volume.name,
        use.backing.map((step: Answer) => [step.name, step.by, step.device?.name]),
      ]),
      [
        [
          'datastore-1',
          [
            ['lun-1', 'key', 'dorado-1'],
            ['pool-1', 'pool', 'dorado-1'],
          ],
        ],
      ],
    )
    assert.equal(uses[0].backing[0].key, disk)
    assert.equal((await ask('device.storage', { id: 'dorado-1' })).owned, 7)
  })

  test('a LUN tells what lies on it, and a datastore who uses it', async () => {
    const { ask, idOf } = await shared()
    const lun = await ask('volume.show', { id: await idOf('lun-1') })
    const datastore = await ask('volume.show', { id: await idOf('datastore-1') })

    assert.deepEqual(
      lun.carries.map((step: Answer) => [step.name, step.source, step.key]),
      [['datastore-1', 'vc', disk]],
    )
    assert.deepEqual([lun.ids, lun.facts, lun.usersTotal], [[disk], { vstore: 'tenant-a' }, 0])
    assert.deepEqual(
      [datastore.users.map(({ name }: Answer) => name), datastore.usersTotal],
      [['esx01', 'web-01'], 2],
    )
    const pool = await ask('volume.show', { id: await idOf('pool-1') })
    assert.equal(pool.carries.length, 4)
    await assert.rejects(ask('volume.show', { id: 999_999 }), (error: AppError) => error.code === 'NOT_FOUND')
  })

  test('sums count space once: pools apart from what is cut from them, without copies and what is nested', async () => {
    const { ask } = await shared()
    const { arrays } = await ask('volume.sum', {})

    assert.deepEqual(
      arrays.map((sum: Answer) => [sum.array, sum.source]),
      [
        ['dorado-1', 'dorado'],
        [null, 'vc'],
      ],
    )
    const [dorado] = arrays
    assert.deepEqual(dorado.pools, { count: 1, capacityBytes: 1000 * gib, usedBytes: 500 * gib })
    assert.deepEqual(dorado.provisioned, { count: 4, capacityBytes: 700 * gib, usedBytes: 215 * gib })
    assert.deepEqual(dorado.copies, { count: 1, capacityBytes: 100 * gib, usedBytes: 100 * gib })
    assert.deepEqual(dorado.types['qtree'], { count: 1, capacityBytes: 50 * gib, usedBytes: 10 * gib })
    assert.equal(dorado.types['lun'].count, 4)
  })

  test('those that are gone are listed only where they are asked for, and are in no sum', async () => {
    const { ask, read } = await world(await fresh())
    await read([[array, ...onArray.slice(0, -1)]], { name: 'dorado', system: 'dorado' })

    assert.deepEqual(named(await ask('volume.list', { status: 'inactive' })), ['odd_100%'])
    assert.equal(named(await ask('volume.list', {})).length, 7)
    assert.equal((await ask('volume.sum', {})).arrays[0].types['lun'].count, 3)
  })

  test('a circle that sources tell ends', async () => {
    const { ask, read, idOf } = await world(await fresh())
    const a = volume('a', { poolSourceId: 'b' })
    const b = volume('b', { poolSourceId: 'a' })
    await read([[array, ...onArray, a, b]], { name: 'dorado', system: 'dorado' })

    const { backing } = await ask('volume.show', { id: await idOf('a') })
    assert.deepEqual(
      backing.map(({ name }: Answer) => name),
      ['b'],
    )
  })

  test('somebody who sees only some devices sees what these own and use, and no other name', async () => {
    const { ask, idOf } = await world(await fresh())
    const id = (await ask('device.list', { q: 'name:web-01' })).items[0].id
    await ask('device.tag', { ids: [id], add: ['ours'] })
    const limited: Actor = { ...admin, tags: ['ours'] }

    const answer = await ask('volume.list', {}, limited)
    assert.deepEqual(named(answer), ['datastore-1'])
    assert.equal(answer.total, 1)
    const { users, usersTotal, backing } = await ask(
      'volume.show',
      { id: await idOf('datastore-1') },
      limited,
    )
    assert.deepEqual([users.map(({ name }: Answer) => name), usersTotal, backing], [['web-01'], 1, []])
    const lun = await idOf('lun-1')
    await assert.rejects(
      ask('volume.show', { id: lun }, limited),
      (error: AppError) => error.code === 'NOT_FOUND',
    )
    assert.deepEqual(
      (await ask('volume.sum', {}, limited)).arrays.map(({ source }: Answer) => source),
      ['vc'],
    )
  })
})
