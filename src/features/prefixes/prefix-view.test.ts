import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { addressBook, type DeviceRow } from '#features/prefixes/address-book.ts'
import {
  conflictsOf,
  entriesIn,
  freeRanges,
  knownPrefixes,
  maskConflicts,
  usageOf,
} from '#features/prefixes/prefix-view.ts'
import { ipNumber, ipOfNumber, parsePrefix, usableOf } from '#model/ip-prefix.ts'

const seen = '2026-11-25T10:00:00.000Z'
const port = (
  device: number,
  addresses: string[],
  { port = 'eth0', metadata = {} }: { port?: string; metadata?: Record<string, string | string[]> } = {},
): DeviceRow => ({
  device,
  name: `box-${device}`,
  seen,
  ports: [[port, null, addresses, metadata]],
  addresses: addresses.map((address) => address.split('/')[0]!),
})
const row = (prefix: string, rest: { vrf?: string; name?: string } = {}) => ({
  prefix,
  vrf: null,
  name: null,
  site: null,
  vlan: null,
  status: null,
  source: 'plan',
  ...rest,
})

test('used and free addresses are together all usable ones, whatever the prefix', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 22, max: 32 }),
      fc.array(fc.integer({ min: 0, max: 1023 }), { maxLength: 40 }),
      (length, hosts) => {
        const base = ipNumber('192.0.0.0')
        const addresses = [...new Set(hosts)].map((host) => ipOfNumber(base + BigInt(host), 4))
        const book = addressBook(
          addresses.map((address, at) => port(at + 1, [`${address}/22`])),
          [],
        )
        const prefix = parsePrefix(`192.0.0.0/${length}`)!
        const usable = usableOf(prefix)
        const naive: string[] = []
        for (let number = usable.first; number <= usable.last; number += 1n)
          if (!addresses.includes(ipOfNumber(number, 4))) naive.push(ipOfNumber(number, 4))
        const ranges = freeRanges(book, prefix, '')
        const found = ranges.flatMap(({ first, last }) =>
          Array.from({ length: Number(last - first + 1n) }, (_, at) => ipOfNumber(first + BigInt(at), 4)),
        )
        assert.deepEqual(found, naive)
        ranges
          .slice(1)
          .forEach((range, at) => assert.ok(range.first > ranges[at]!.last + 1n, 'stretches that touch'))
        const usage = usageOf(book, { prefix, vrf: '' })
        assert.deepEqual([usage.free, usage.used + usage.free], [naive.length, usage.total])
      },
    ),
    { numRuns: 60 },
  )
})

test('prefixes stand in the order of addresses, each below what holds it', () => {
  const book = addressBook([port(1, ['10.1.2.3/24'])], [])
  const rows = [
    row('10.1.2.0/24', { name: 'Servers' }),
    row('10.0.0.0/8'),
    row('10.1.0.0/16'),
    row('10.1.2.0/24', { vrf: 'guests' }),
  ]
  assert.deepEqual(
    knownPrefixes(rows, book).map(({ prefix, vrf, depth, parent, interfaces, names }) => [prefix.text, vrf, depth, parent, interfaces, names.join()]),
    [
      ['10.0.0.0/8', '', 0, null, 0, ''],
      ['10.1.0.0/16', '', 1, '10.0.0.0/8', 0, ''],
      ['10.1.2.0/24', '', 2, '10.1.0.0/16', 1, 'Servers'],
      ['10.1.2.0/24', 'guests', 0, null, 0, ''],
    ],
  ) // prettier-ignore
})

test('the same address in two routing tables is no conflict, on two devices of one it is', () => {
  const book = addressBook(
    [
      port(1, ['10.0.0.5/24']),
      port(2, ['10.0.0.5/24'], { metadata: { vrf: 'guests' } }),
      port(3, ['10.0.0.5/24']),
    ],
    [],
  )
  const texts = book.entries.map((entry) => [entry.vrf, ...conflictsOf(entry).map(({ text }) => text)])
  assert.deepEqual(texts, [['', '10.0.0.5 is claimed by box-1 (eth0) and box-3 (eth0).'], ['guests']])
})

test('an address that moves between machines may stand on several', () => {
  const shared = { metadata: { sharedAddresses: ['10.0.0.254/24'] } }
  const book = addressBook([port(1, ['10.0.0.2/24'], shared), port(2, ['10.0.0.3/24'], shared)], [])
  assert.deepEqual(book.entries.flatMap(conflictsOf), [])
  assert.equal(entriesIn(book, parsePrefix('10.0.0.254/32')!, '')[0]!.claims.length, 2)
})

test('an address with two masks, and networks whose masks differ, are told', () => {
  const book = addressBook(
    [port(1, ['10.0.0.5/24']), port(1, ['10.0.0.5/16'], { port: 'eth1' }), port(2, ['10.0.0.6/24'])],
    [],
  )
  assert.deepEqual(
    book.entries.flatMap(conflictsOf).map(({ text }) => text),
    ['10.0.0.5 has the masks /16 and /24.'],
  )
  const known = knownPrefixes([], book)
  assert.deepEqual([...maskConflicts(known).values()].map(({ text }) => text), [
    '2 interfaces are in 10.0.0.0/24 and 1 interface is in 10.0.0.0/16: one of the masks is wrong, or the networks overlap.',
  ]) // prettier-ignore
  const planned = knownPrefixes([row('10.0.0.0/24'), row('10.0.0.0/16')], book)
  assert.equal(maskConflicts(planned).size, 0)
})

test('what was seen of a device that has the address tells nothing new, and what is nobody’s is a claim of its own', () => {
  const host = (id: number, device: number | null, addresses: string[]) => ({
    id,
    mac: `00:1b:21:00:00:0${id}`,
    hostname: null,
    seen,
    device,
    addresses,
  })
  const book = addressBook(
    [{ ...port(1, ['10.0.0.5/24']), addresses: ['10.0.0.5', '10.0.0.7'] }],
    [host(1, 1, ['10.0.0.5']), host(2, null, ['10.0.0.5', '10.0.0.9'])],
  )
  assert.deepEqual(
    book.entries.map((entry) => [entry.address, entry.claims.length, conflictsOf(entry).length]),
    [['10.0.0.5', 2, 1], ['10.0.0.7', 1, 0], ['10.0.0.9', 1, 0]],
  ) // prettier-ignore
})

test('networks of bridges that every machine has for itself, loopback and link-local are no prefixes', () => {
  const book = addressBook(
    [
      port(1, ['172.17.0.1/16'], { port: 'docker0' }),
      port(2, ['172.17.0.1/16'], { port: 'docker0' }),
      port(1, ['127.0.0.1/8', 'fe80::1/64', '169.254.3.4/16', '192.0.2.9/32']),
    ],
    [],
  )
  assert.deepEqual(book.networks, [])
  assert.deepEqual(
    book.entries.map(({ address }) => address),
    ['192.0.2.9'],
  )
})
