import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { addressOperations } from '#features/prefixes/address-operations.ts'
import { prefixOperations } from '#features/prefixes/prefix-operations.ts'
import { shift } from '#kernel/clock.ts'
import { systemActor } from '#model/actor.ts'
import type { ReportedDevice, ReportedSighting } from '#model/record.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { machine } from '#test/scripted-source.ts'
import { syncWorld, type SyncWorld } from '#test/sync-world.ts'
import { TestClock } from '#test/test-clock.ts'
import { callBy } from '#test/test-context.ts'

const at = (number: number, address: string): ReportedDevice =>
  machine(number, { interfaces: [{ name: 'eth0', mac: `00:1b:21:00:01:0${number}`, addresses: [address] }] })

const lease = (number: number, address: string, hostname: string): ReportedSighting => ({
  kind: 'sighting',
  sourceId: `00:1b:21:00:02:0${number}`,
  mac: `00:1b:21:00:02:0${number}`,
  addresses: [address],
  hostname,
})

// oxlint-disable-next-line typescript/no-explicit-any -- answers of several operations
type Answer = any

const ask = (world: SyncWorld, name: string, input: object, tags?: readonly string[]): Promise<Answer> => {
  const found = [...prefixOperations, ...addressOperations].find((each) => each.name === name)!
  const actor = { ...systemActor('test'), ...(tags === undefined ? {} : { tags }) }
  return found.run(
    callBy(world.context, actor),
    found.input.parse(input) as never,
    new AbortController().signal,
  )
}

onEachDatabase('prefixes and free addresses', (fresh) => {
  let world: SyncWorld
  before(async () => {
    world = syncWorld(await fresh())
    const prefixes = [
      { sourceId: 'prefix/1', prefix: '192.0.2.0/28', name: 'Servers', vlan: 10, site: 'Main street' },
      { sourceId: 'prefix/2', prefix: '192.0.2.0/24', name: 'Office' },
    ]
    await world.read([
      {
        records: [at(1, '192.0.2.1/28'), at(2, '192.0.2.2/28'), at(3, '192.0.2.5/28'), at(4, '192.0.2.5/28')],
        prefixes,
      },
    ])
    await world.read([[lease(1, '192.0.2.3', 'tablet'), lease(2, '192.0.2.9', 'laptop')]], {
      name: 'leases',
      system: 'dhcp',
      provesAbsence: false,
    })
    await world.read([[lease(2, '192.0.2.9', 'laptop')]], {
      name: 'leases',
      system: 'dhcp',
      provesAbsence: false,
    })
  })

  test('a list tells how much of each prefix is used, and where something is wrong', async () => {
    const { items, total } = await ask(world, 'prefix.list', {})
    assert.equal(total, 2)
    const [office, servers] = items
    assert.deepEqual(
      [office.prefix, office.depth, servers.prefix, servers.parent],
      ['192.0.2.0/24', 0, '192.0.2.0/28', '192.0.2.0/24'],
    )
    assert.deepEqual(
      [servers.used + servers.free, servers.total, servers.interfaces, servers.conflicts],
      [14, 14, 4, 1],
    )
    assert.deepEqual(
      (await ask(world, 'prefix.list', { q: 'vlan 10' })).items.map((item: Answer) => item.prefix),
      ['192.0.2.0/28'],
    )
    assert.deepEqual((await ask(world, 'prefix.list', { limit: 1 })).nextCursor === null, false)
  })

  test('a prefix tells its addresses in order, with the free stretches between', async () => {
    const { items } = await ask(world, 'prefix.addresses', { prefix: '192.0.2.0/28' })
    const rows = items.map(
      (item: Answer) => `${item.address}${item.last ? `-${item.last}` : ''} ${item.state}`,
    )
    assert.deepEqual(
      rows
        .filter((each: string) => each.endsWith('used'))
        .map((each: string) => each.split(' ')[0])
        .slice(0, 2),
      ['192.0.2.1', '192.0.2.2'],
    )
    assert.equal(rows.at(-1), '192.0.2.10-192.0.2.14 free')
    const first = await ask(world, 'prefix.addresses', { prefix: '192.0.2.0/28', limit: 2 })
    const rest = await ask(world, 'prefix.addresses', { prefix: '192.0.2.0/28', cursor: first.nextCursor })
    assert.deepEqual([...first.items, ...rest.items], items)
  })

  test('an address that somebody had lately comes last, and says who', async () => {
    const { addresses, free, freshness } = await ask(world, 'prefix.free', {
      prefix: '192.0.2.0/29',
      count: 10,
    })
    assert.ok(
      !addresses.some((each: Answer) => ['192.0.2.1', '192.0.2.2', '192.0.2.5'].includes(each.address)),
    )
    assert.equal(addresses.length, free)
    assert.deepEqual(
      freshness.map((each: Answer) => each.source),
      ['lab', 'leases'],
    )
    const together = await ask(world, 'prefix.free', { prefix: '192.0.2.0/28', count: 4, together: true })
    assert.deepEqual(
      together.addresses.map((each: Answer) => each.address),
      ['192.0.2.10', '192.0.2.11', '192.0.2.12', '192.0.2.13'],
    )
    await assert.rejects(ask(world, 'prefix.free', { prefix: '192.0.2.0/28', count: 9, together: true }), {
      code: 'NOT_FOUND',
    })
  })

  test('an address tells who claims it, and where it lies', async () => {
    const { places } = await ask(world, 'address.show', { address: '192.0.2.5' })
    assert.deepEqual(places[0].prefixes, ['192.0.2.0/24', '192.0.2.0/28'])
    assert.deepEqual(places[0].claims.map((each: Answer) => each.name).toSorted(), ['web-03', 'web-04'])
    assert.equal(places[0].conflicts[0].kind, 'two-devices')
    await assert.rejects(ask(world, 'address.show', { address: 'nowhere' }), { code: 'INPUT_INVALID' })
    await assert.rejects(ask(world, 'prefix.show', { prefix: '192.0.2.0' }), { code: 'INPUT_INVALID' })
  })

  test('who sees only devices of a tag learns no names, and still gets no address that is taken', async () => {
    const { places } = await ask(world, 'address.show', { address: '192.0.2.5' }, ['lab'])
    assert.deepEqual([...new Set(places[0].claims.map((each: Answer) => each.name))], ['another device'])
    const { addresses } = await ask(world, 'prefix.free', { prefix: '192.0.2.0/28', count: 14 }, ['lab'])
    assert.ok(!addresses.some((each: Answer) => each.address === '192.0.2.1' || each.lastHolder !== null))
  })

  test('what was only seen on the network has its address for 30 days, what a source lists as long as it is there', async () => {
    const then = world.context.clock.now()
    const late = {
      ...world,
      context: { ...world.context, clock: new TestClock(shift(then, 31 * 86_400_000)) },
    }
    const { items } = await ask(late, 'prefix.addresses', { prefix: '192.0.2.0/28' })
    const used = items.filter((item: Answer) => item.state === 'used').map((item: Answer) => item.address)
    assert.deepEqual(used, ['192.0.2.1', '192.0.2.2', '192.0.2.5'])
    const { addresses } = await ask(late, 'prefix.free', { prefix: '192.0.2.0/28', count: 11 })
    assert.deepEqual(
      addresses
        .slice(-2)
        .map((each: Answer) => `${each.address} ${each.lastHolder}`)
        .toSorted(),
      ['192.0.2.3 tablet', '192.0.2.9 laptop'],
    )
    const shown = await ask(late, 'address.show', { address: '192.0.2.9' })
    assert.deepEqual([shown.places[0].claims, shown.lastHolder], [[], 'laptop'])
    const textOf = (name: string, answer: Answer): string =>
      addressOperations.find((each) => each.name === name)!.cli!.show!(answer)
    assert.match(
      textOf('address.show', shown),
      /^192\.0\.2\.9\nin 192\.0\.2\.0\/28 in 192\.0\.2\.0\/24\n  free, as far as is known\nlast laptop, 20/,
    )
    assert.match(
      textOf('prefix.free', await ask(late, 'prefix.free', { prefix: '192.0.2.0/28' })),
      /^192\.0\.2\.4  never seen\n\n11 free in all\nKnown from:\n  lab     20\d\d-/,
    )
  })

  test('a prefix is told as people read it, a large one with where it is full', async () => {
    const servers = await ask(world, 'prefix.show', { prefix: '192.0.2.0/28' })
    const text = prefixOperations.find((each) => each.name === 'prefix.show')!.cli!.show!(servers)
    assert.match(
      text,
      /^192\.0\.2\.0\/28\nname +Servers\nwithin +192\.0\.2\.0\/24\nsite +Main street\nvlan +10\n/,
    )
    assert.match(text, /! 192\.0\.2\.5 is claimed by web-0[34]/)
    assert.deepEqual(servers.blocks, [])
    const { blocks } = await ask(world, 'prefix.show', { prefix: '192.0.0.0/16' })
    assert.deepEqual(
      [blocks.length, blocks[2].prefix, blocks[2].used, blocks[2].conflicts],
      [256, '192.0.2.0/24', 5, 1],
    )
    assert.equal((await ask(world, 'prefix.list', { q: '192.0.2.17' })).total, 1)
  })

  test('what is read or changed is in the next answer', async () => {
    const before = (await ask(world, 'prefix.show', { prefix: '192.0.2.0/28' })).used
    await world.read([[at(5, '192.0.2.12/28')]], { name: 'further', system: 'csv', provesAbsence: false })
    const shown = await ask(world, 'prefix.show', { prefix: '192.0.2.0/28' })
    assert.equal(shown.used, before + 1)
    assert.match(shown.problems[0].text, /192\.0\.2\.5 is claimed by/)
  })
})
