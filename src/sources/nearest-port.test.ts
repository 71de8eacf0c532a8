import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nearestPorts, type SwitchTables } from '#sources/nearest-port.ts'
import { generateNetwork } from '#test/network-topology.ts'

const mac = (number: number): string => `00:1b:21:00:00:${number.toString(16).padStart(2, '0')}`

const tables = (sourceId: string, rest: Partial<SwitchTables> = {}): SwitchTables => ({
  sourceId,
  name: sourceId,
  forwards: true,
  ownMacs: [],
  neighbours: [],
  aggregateOf: new Map(),
  learned: [],
  ...rest,
})

const learned = (port: string, ...numbers: number[]) => numbers.map((number) => ({ mac: mac(number), port }))

const portOf = (switches: readonly SwitchTables[], number: number, limit = 32) => {
  const found = nearestPorts(switches, limit).get(mac(number))
  return found && `${found.switch.name} ${found.port}`
}

/** How often each generated machine was placed right, wrong, or not at all. */
function tally(seeds: number, options: Parameters<typeof generateNetwork>[1]) {
  const counts = { right: 0, wrong: [] as string[], missing: 0 }
  for (let seed = 1; seed <= seeds; seed += 1) {
    const { switches, expected } = generateNetwork(seed, options)
    const found = nearestPorts(switches, 32)
    for (const [address, want] of expected) {
      const port = found.get(address)
      const got = port && `${port.switch.name} ${port.port}`
      if (got === want) counts.right += 1
      else if (got === undefined) counts.missing += 1
      else counts.wrong.push(`seed ${seed}: ${address} on ${got}, not ${want ?? 'anywhere'}`)
    }
  }
  return counts
}

test('in trees, rings, aggregates and stacks that tell of their neighbours every machine is found on its own port', () => {
  const { right, wrong, missing } = tally(150, { neighbours: true, aged: 0 })

  assert.deepEqual(wrong, [])
  assert.equal(missing, 0)
  assert.ok(right > 7_000, String(right))
})

test('without any word of a neighbour the tables alone find every machine', () => {
  const { wrong, missing } = tally(150, { neighbours: false, aged: 0 })

  assert.deepEqual(wrong, [])
  assert.equal(missing, 0)
})

test('tables that have forgotten half of their rows lose machines, but never put one on a way between switches', () => {
  const { wrong, missing } = tally(100, { neighbours: true, aged: 0.5 })

  assert.deepEqual(wrong, [])
  assert.ok(missing > 100)
})

test('the order in which switches were read makes no difference', () => {
  const { switches } = generateNetwork(7, { neighbours: true, aged: 0.2 })
  const ports = (all: readonly SwitchTables[]) =>
    [...nearestPorts(all, 32)]
      .map(([address, { switch: on, port }]) => `${address} ${on.name} ${port}`)
      .toSorted()

  assert.deepEqual(ports(switches.toReversed()), ports(switches))
})

test('a port with more addresses than the limit is a way on, unless a machine that holds many is behind it', () => {
  const many = Array.from({ length: 40 }, (_, index) => index)
  const alone = tables('sw', { learned: learned('1', ...many) })
  const behind = (kind: 'host' | 'access-point' | 'switch') =>
    tables('sw', { ...alone, neighbours: [{ port: '1', kind, macs: [mac(0)] }] })

  assert.equal(portOf([alone], 7), undefined)
  assert.equal(portOf([alone], 7, 64), 'sw 1')
  assert.equal(portOf([behind('host')], 7), 'sw 1')
  assert.equal(portOf([behind('access-point')], 7), 'sw 1')
  assert.equal(portOf([behind('switch')], 7, 64), undefined)
  assert.equal(portOf([tables('sw', { ...alone, wireless: new Set(['1']) })], 7), 'sw 1')
})

test('behind a router only its own addresses hang on the port', () => {
  const sw = tables('sw', {
    learned: learned('1', 1, 2),
    neighbours: [{ port: '1', kind: 'router', macs: [mac(1)] }],
  })

  assert.equal(portOf([sw], 1), 'sw 1')
  assert.equal(portOf([sw], 2), undefined)
})

test('a switch that was not read is behind each port where its address is seen, also by an aggregate without known members', () => {
  const sw = tables('sw', {
    learned: learned('Trk1', 9, 1, 2),
    neighbours: [{ port: '22', kind: 'switch', macs: [mac(9)] }],
  })

  assert.equal(portOf([sw], 1), undefined)
  assert.equal(portOf([sw], 9), 'sw 22')
})

test('a neighbour on a member stands behind the whole aggregate', () => {
  const sw = tables('sw', {
    learned: learned('Po1', 1),
    aggregateOf: new Map([['Gi1/0/1', 'Po1']]),
    neighbours: [{ port: 'Gi1/0/1', kind: 'switch', macs: [] }],
  })

  assert.equal(portOf([sw], 1), undefined)
})

test('a machine with two cards hangs on each port by the card that is plugged in there', () => {
  const self = { kind: 'host' as const, macs: [mac(1)] }
  const one = tables('one', {
    learned: learned('a', 1),
    neighbours: [{ ...self, port: 'a', portMac: mac(1) }],
  })
  const two = tables('two', {
    learned: learned('b', 2),
    neighbours: [{ ...self, port: 'b', portMac: mac(2) }],
  })

  assert.equal(portOf([two, one], 1), 'one a')
  assert.equal(portOf([two, one], 2), 'two b')
})

test('a table that was cut places nobody, and nobody hangs on a tunnel', () => {
  assert.equal(portOf([tables('sw', { learned: learned('1', 1), isCut: true })], 1), undefined)
  assert.equal(
    portOf([tables('sw', { learned: learned('vxlan1', 1), tunnels: new Set(['vxlan1']) })], 1),
    undefined,
  )
})

test('the number of addresses on a port is told roughly, so that one more or less changes no other record', () => {
  const count = (size: number) =>
    nearestPorts(
      [tables('sw', { learned: learned('1', ...Array.from({ length: size }, (_, index) => index)) })],
      32,
    ).get(mac(0))?.addresses

  assert.deepEqual([1, 2, 3, 4, 5, 9, 17, 20].map(count), [1, 2, 4, 4, 8, 16, 32, 32])
})
