import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { VolumeItem } from '#features/volumes/volume-shapes.ts'
import { promisedShare, volumeMarks } from './volume-words.ts'

const volume = (changes: Partial<VolumeItem>): VolumeItem =>
  ({ status: 'active', copy: null, thinProvisioned: null, ...changes }) as VolumeItem

test('what is special about a volume is said in a few words, and nothing of an ordinary one', () => {
  assert.deepEqual(volumeMarks(volume({})), [])
  assert.deepEqual(volumeMarks(volume({ status: 'inactive', copy: 'mirror' })), ['gone', 'mirror'])
})

test('more may be promised than there is, and nothing is promised of nothing', () => {
  assert.equal(promisedShare(150, 100), 150)
  assert.equal(promisedShare(150, 0), undefined)
})
