import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deviceSorts } from '#features/inventory/list-devices.ts'
import type { DeviceItem } from '#features/inventory/device-shapes.ts'
import type { ReportedDevice } from '#model/record.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { ada, inventoryWorld } from '#test/inventory-world.ts'
import { machine } from '#test/scripted-source.ts'

const count = 1_500

/** Many equal values, many missing ones, capitals, and one value that only a few have. */
const many = Array.from({ length: count }, (_, number): ReportedDevice => {
  const { interfaces: _cards, ...bare } = machine(number)
  return {
    ...bare,
    name: `m-${number % 40}`,
    deviceType: number % 3 === 0 ? 'server' : 'vm',
    address: `10.0.${number % 7}.${number % 250}`,
    ...(number % 5 === 0 ? {} : { vendor: ['Dell', 'dell', 'HP', 'Cisco'][number % 4]! }),
    ...(number % 2 === 0 ? { os: number % 300 === 0 ? 'Rare' : 'Debian' } : {}),
    ...(number % 11 === 0 ? { facts: { site: `s-${number % 3}`, owner: 'ops' } } : {}),
  }
})

const queries: Record<string, (device: DeviceItem) => boolean> = {
  'type:vm': (device) => device.deviceType === 'vm',
  'vendor:dell -os:debian': (device) => /dell/i.test(device.vendor ?? '') && device.os !== 'Debian',
  'site:S-1': (device) => device.site === 's-1',
  'os:rare': (device) => device.os === 'Rare',
  'name:m-39 owner:ops': (device) => device.name === 'm-39' && device.owner === 'ops',
  'os:nobody-has-it': () => false,
  'debian owner:ops': (device) => device.os === 'Debian' && device.owner === 'ops',
}

type Value = string | null
const valueOf = (device: DeviceItem, sort: string): Value => {
  const name = sort.replace('-', '') as keyof DeviceItem
  return (device[name] as Value)?.toLowerCase() ?? null
}

/** By value, what has none last, by id between equals; turned round for a minus. */
function inOrder(devices: readonly DeviceItem[], sort: string): DeviceItem[] {
  const ordered = devices.toSorted((left, right) => {
    const [one, other] = [valueOf(left, sort), valueOf(right, sort)]
    if (one === other) return left.id - right.id
    return one === null ? 1 : other === null ? -1 : one < other ? -1 : 1
  })
  return sort.startsWith('-') ? ordered.reverse() : ordered
}

const ids = (devices: readonly DeviceItem[]) => devices.map((device) => device.id)

onEachDatabase('a list of many devices', (fresh) => {
  test('holds what the query means, in any order, page by page, however many match', async () => {
    const { read, ask, everything } = inventoryWorld(await fresh())
    await read([many])
    const all = (await everything('device.list', {}, 1_000)) as DeviceItem[]
    assert.equal(all.length, count)

    for (const sort of deviceSorts) {
      if (sort.endsWith('address')) continue
      assert.deepEqual(ids(await everything('device.list', { sort }, 700)), ids(inOrder(all, sort)), sort)
    }
    for (const [q, holds] of Object.entries(queries)) {
      const wanted = all.filter(holds)
      for (const sort of ['name', '-vendor', 'os', 'lastSeen']) {
        const found = (await everything('device.list', { q, sort }, 150)) as DeviceItem[]
        assert.deepEqual(ids(found), ids(inOrder(wanted, sort)), `${q} by ${sort}`)
      }
      const { total } = await ask('device.list', { q, limit: 5 })
      assert.equal(total, wanted.length, q)
    }
  })

  test('shows who is limited to tags what carries them, and counts no more', async () => {
    const { read, ask, everything } = inventoryWorld(await fresh())
    await read([many])
    const all = (await everything('device.list', {}, 1_000)) as DeviceItem[]
    const [few, most] = [ids(all).slice(-9), ids(all).slice(100)]
    await ask('device.tag', { ids: few, add: ['few'] })
    await ask('device.tag', { ids: most, add: ['most'] })

    for (const [tag, seen] of Object.entries({ few, most })) {
      const limited = { ...ada, tags: [tag] }
      const page = await ask('device.list', { limit: 1_000 }, limited)
      assert.deepEqual(ids(page.items), seen.slice(0, 1_000))
      assert.equal(page.total, seen.length)
      const vms = await ask('device.list', { q: 'type:vm', limit: 4, sort: '-vendor' }, limited)
      const wanted = all.filter((device) => seen.includes(device.id) && device.deviceType === 'vm')
      assert.deepEqual(ids(vms.items), ids(inOrder(wanted, '-vendor').slice(0, 4)))
      assert.equal(vms.total, wanted.length)
    }
    assert.deepEqual((await ask('device.list', {}, { ...ada, tags: [] })).items, [])
  })
})
