import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { partitionRecords } from '#features/identity/partition-records.ts'
import type { IdentityRecord } from '#features/identity/partition-records.ts'

let ids = 0

const record = (
  source: string,
  sourceId: string,
  keys: string[],
  changes: Partial<IdentityRecord> = {},
): IdentityRecord => ({
  id: (ids += 1),
  kind: 'device',
  source,
  sourceId,
  isHeld: true,
  keys,
  mayStandAlone: true,
  device: undefined,
  ...changes,
})

const seen = (source: string, mac: string, changes: Partial<IdentityRecord> = {}): IdentityRecord =>
  record(source, mac, [`mac:${mac}`], { kind: 'sighting', ...changes })

/** Who is together with whom, in words that do not depend on any order. */
function groups(records: readonly IdentityRecord[]): string[] {
  return partitionRecords(records)
    .machines.map((machine) =>
      machine
        .map((each) => `${each.source}:${each.sourceId}`)
        .toSorted()
        .join(' '),
    )
    .toSorted()
}

test('two sources that know the same id mean the same machine', () => {
  const told = [record('a', '1', ['uuid:x', 'mac:m1']), record('b', '9', ['uuid:x'])]

  assert.deepEqual(groups(told), ['a:1 b:9'])
})

test('what is joined to one is joined to all: a record that has both cards brings both together', () => {
  const told = [
    record('a', '1', ['mac:m1']),
    record('b', '2', ['mac:m2']),
    record('c', '3', ['mac:m1', 'mac:m2']),
  ]

  assert.deepEqual(groups(told), ['a:1 b:2 c:3'])
})

test('a MAC that two machines of one source have joins nothing, and is told as a conflict', () => {
  const told = [record('a', '1', ['mac:m1']), record('a', '2', ['mac:m1']), record('b', '3', ['mac:m1'])]

  assert.deepEqual(groups(told), ['a:1', 'a:2', 'b:3'])
  assert.equal(partitionRecords(told).conflicts.length, 1)
})

test('a record that points at two machines of one source stands alone', () => {
  const told = [
    record('a', '1', ['mac:m1']),
    record('a', '2', ['mac:m2']),
    record('b', '3', ['mac:m1', 'mac:m2']),
  ]

  assert.deepEqual(groups(told), ['a:1', 'a:2', 'b:3'])
})

test('an id counts before a MAC: it decides which of two machines a record is', () => {
  const told = [
    record('a', '1', ['uuid:x', 'mac:m1']),
    record('a', '2', ['mac:m2']),
    record('b', '3', ['uuid:x', 'mac:m2']),
  ]

  assert.deepEqual(groups(told), ['a:1 b:3', 'a:2'])
})

test('a sighting goes with the machine that has its MAC', () => {
  assert.deepEqual(groups([record('a', '1', ['mac:m1']), seen('lan', 'm1'), seen('lan', 'm2')]), [
    'a:1 lan:m1',
    'lan:m2',
  ])
})

test('a sighting whose MAC two machines have belongs to neither', () => {
  const told = [record('a', '1', ['mac:m1']), record('a', '2', ['mac:m1']), seen('lan', 'm1')]

  assert.deepEqual(groups(told), ['a:1', 'a:2'])
  assert.deepEqual(
    partitionRecords(told).unplaced.map((each) => each.sourceId),
    ['m1'],
  )
})

test('a sighting joins nothing: a name, an address and a place on the network are no machine', () => {
  const other = seen('lan', 'm9', { device: 7 })
  const told = [record('a', '1', ['mac:m1'], { device: 7 }), other, record('b', '2', ['mac:m9'])]

  assert.deepEqual(groups(told), ['a:1', 'b:2 lan:m9'])
})

test('what does not speak for a machine is no device of its own', () => {
  const told = [seen('lan', 'random', { keys: [], mayStandAlone: false })]

  assert.deepEqual(groups(told), [])
})

test('what was one device stays one when a card is changed', () => {
  const told = [record('a', '1', ['mac:new'], { device: 7 }), record('b', '2', ['mac:old'], { device: 7 })]

  assert.deepEqual(groups(told), ['a:1 b:2'])
})

test('what was joined by a key that two machines turn out to have is parted again', () => {
  const told = [
    record('a', '1', ['mac:m1'], { device: 7 }),
    record('b', '2', ['mac:m1'], { device: 7 }),
    record('b', '3', ['mac:m1']),
  ]

  assert.deepEqual(groups(told), ['a:1', 'b:2', 'b:3'])
})

test('a machine that is gone does not keep its successor apart', () => {
  const told = [record('a', 'old', ['mac:m1'], { isHeld: false }), record('a', 'new', ['mac:m1'])]

  assert.deepEqual(groups(told), ['a:new a:old'])
})

const anyRecords = fc
  .array(
    fc.record({
      source: fc.constantFrom('a', 'b', 'c'),
      kind: fc.constantFrom('device' as const, 'sighting' as const),
      isHeld: fc.boolean(),
      native: fc.constantFrom(undefined, 'uuid:1', 'uuid:2'),
      macs: fc.uniqueArray(fc.constantFrom('m1', 'm2', 'm3', 'm4'), { maxLength: 3 }),
    }),
    { maxLength: 12 },
  )
  .map((list) =>
    list.map(({ source, kind, isHeld, native, macs }, index) =>
      kind === 'sighting'
        ? record(
            source,
            `s${index}`,
            macs.slice(0, 1).map((mac) => `mac:${mac}`),
            { kind, isHeld },
          )
        : record(source, `d${index}`, [...(native ? [native] : []), ...macs.map((mac) => `mac:${mac}`)], {
            isHeld,
          }),
    ),
  )

test('whatever the order, the machines are the same', () => {
  fc.assert(
    fc.property(anyRecords, fc.infiniteStream(fc.nat()), (records, keys) => {
      const shuffled = records
        .map((each) => [keys.next().value as number, each] as const)
        .toSorted(([left], [right]) => left - right)
        .map(([, each]) => each)
      assert.deepEqual(groups(shuffled), groups(records))
    }),
  )
})

test('no machine has two records that one source holds, and every record is in one place', () => {
  fc.assert(
    fc.property(anyRecords, (records) => {
      const { machines, unplaced } = partitionRecords(records)
      for (const machine of machines) {
        const held = machine
          .filter((each) => each.kind === 'device' && each.isHeld)
          .map((each) => each.source)
        assert.equal(new Set(held).size, held.length)
      }
      assert.deepEqual(
        [...machines.flat(), ...unplaced].map((each) => each.id).toSorted((left, right) => left - right),
        records.map((each) => each.id),
      )
    }),
  )
})
