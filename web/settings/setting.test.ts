import assert from 'node:assert/strict'
import { test } from 'node:test'
import { groupLabel, settingLabel } from './setting.ts'

test('a setting is named in words, below what it belongs to', () => {
  assert.equal(settingLabel('sync.missingShare'), 'Missing share')
  assert.equal(groupLabel('sync.missingShare'), 'Sync')
})
