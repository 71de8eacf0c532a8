import assert from 'node:assert/strict'
import { test } from 'node:test'
import { volumeKey } from '#model/volume-key.ts'

test('a disk has one key, however either side spells its number', () => {
  const spelled = ['naa:naa.6000C2941a', 'naa:6000c2941a', ' NAA:0x6000c2941A']
  assert.deepEqual(new Set(spelled.map(volumeKey)), new Set(['naa:6000c2941a']))
})

test('an export has one key, with or without a slash at its end', () => {
  assert.equal(volumeKey('nfs:Filer1.example.net:/vol/Data/'), 'nfs:filer1.example.net:/vol/Data')
  assert.equal(volumeKey('nfs:[2001:DB8::5]:/'), 'nfs:[2001:db8::5]:/')
})

test('a key of any other kind stays as it is', () => {
  assert.equal(volumeKey('vmfs:5F-a'), 'vmfs:5F-a')
})
