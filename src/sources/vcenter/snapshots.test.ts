import assert from 'node:assert/strict'
import { test } from 'node:test'
import { layout, type Layout } from '#sources/vcenter/answers.ts'
import { bytesOfSnapshot, totalBytes } from '#sources/vcenter/snapshots.ts'

const file = (key: number, size: number | string, type = 'diskExtent') => ({
  key: String(key),
  type,
  size: String(size),
})
const chain = (...layers: number[][]) => ({
  key: '2000',
  chain: layers.map((keys) => ({ fileKey: keys.map(String) })),
})
const snapshot = (id: string, dataKey: number, memoryKey: number, disk: object) => ({
  key: { $ref: 'VirtualMachineSnapshot', value: id },
  dataKey: String(dataKey),
  memoryKey: String(memoryKey),
  disk,
})
const layoutOf = (given: object): Layout => layout.parse(given)

test('a snapshot takes its own files and what was written until the next', () => {
  const two = layoutOf({
    file: [file(1, 1000), file(2, 20), file(3, 300), file(7, 5, 'snapshotData'), file(8, 70, 'snapshotMemory'), file(9, 6, 'snapshotData')], // prettier-ignore
    disk: chain([1], [2], [3]),
    snapshot: [snapshot('a', 7, 8, chain([1])), snapshot('b', 9, -1, chain([1], [2]))],
  })

  assert.equal(bytesOfSnapshot(two, 'a'), 20 + 5 + 70)
  assert.equal(bytesOfSnapshot(two, 'b'), 300 + 6)
  assert.equal(totalBytes(two), 20 + 300 + 5 + 70 + 6)
  assert.equal(bytesOfSnapshot(two, 'nobody'), null)
})

test('branches that the disk no longer stands on count, each layer once', () => {
  const branched = layoutOf({
    file: [file(1, 1000), file(2, 20), file(3, 300), file(4, 4000), file(7, 1, 'snapshotData'), file(8, 1, 'snapshotData')], // prettier-ignore
    // Went back to the first snapshot after the second was made: 2 lies in the branch, 4 is written now.
    disk: chain([1], [4]),
    snapshot: [snapshot('a', 7, -1, chain([1])), snapshot('b', 8, -1, chain([1], [2]))],
  })

  assert.equal(totalBytes(branched), 20 + 4000 + 2)
  assert.equal(bytesOfSnapshot(branched, 'a'), 20 + 4000 + 1)
  assert.equal(bytesOfSnapshot(branched, 'b'), 1)
})

test('the base of a linked clone is another machine’s disk and is never counted', () => {
  const clone = layoutOf({
    file: [file(1, 1_000_000), file(2, 50), file(3, 7)],
    disk: chain([1], [2], [3]),
    snapshot: [],
  })

  assert.equal(totalBytes(clone), 57)
})

test('where the storage tells no sizes there is none, not zero', () => {
  const vsan = layoutOf({
    file: [file(1, 0), file(2, 0), file(3, 400, 'diskDescriptor'), file(7, 30_000, 'snapshotData')],
    disk: chain([1], [2, 3]),
    snapshot: [snapshot('a', 7, -1, chain([1]))],
  })
  const untold = layoutOf({
    file: [file(1, 10), { key: '2', type: 'diskExtent' }],
    disk: chain([1], [2]),
    snapshot: [],
  })

  assert.equal(totalBytes(vsan), null)
  assert.equal(bytesOfSnapshot(vsan, 'a'), null)
  assert.equal(totalBytes(untold), null)
  assert.equal(totalBytes(layoutOf({ file: [], disk: chain([1], [99]), snapshot: [] })), null)
})

test('one element and many look different and are the same', () => {
  const single = layoutOf({
    file: [file(1, 10), file(2, 5)],
    disk: { key: '2000', chain: [{ fileKey: '1' }, { fileKey: '2' }] },
  })

  assert.equal(totalBytes(single), 5)
})
