import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addressCells, cellWords, isSmall, stretchSize } from './address-cells.ts'
import type { AddressItem, Claim } from './prefix-types.ts'
import { addressesWords, blockLabel, fullness, indents, usedWords } from './prefix-words.ts'

const claim = (name: string, more: Partial<Claim> = {}): Claim => ({
  device: 1,
  host: null,
  name,
  port: 'eth0',
  mac: null,
  seen: '2026-11-25T10:00:00.000Z',
  length: 29,
  isShared: false,
  ...more,
})
const used = (address: string, claims: Claim[], isWrong = false): AddressItem => ({
  address,
  last: null,
  state: 'used',
  claims,
  conflicts: isWrong ? [{ kind: 'two-devices', address, text: 'both' }] : [],
})
const free = (address: string, last: string): AddressItem => ({
  address,
  last,
  state: 'free',
  claims: [],
  conflicts: [],
})

test('every address of a small prefix has its state', () => {
  const cells = addressCells('192.0.2.248/29', [
    used('192.0.2.249', [claim('web-01')]),
    used('192.0.2.250', [claim('phone', { device: null, host: 4, port: null })]),
    used('192.0.2.251', [claim('a'), claim('b', { device: 2 })], true),
    used('192.0.2.252', [claim('gw', { isShared: true })]),
    free('192.0.2.253', '192.0.2.254'),
  ])

  assert.deepEqual(
    cells.map(({ label, state }) => `${label} ${state}`),
    [
      '248 outside',
      '249 device',
      '250 seen',
      '251 conflict',
      '252 shared',
      '253 free',
      '254 free',
      '255 outside',
    ],
  )
  assert.equal(cellWords(cells[3]!), '192.0.2.251, conflict: a and b')
})

test('only what a page can hold is looked at address by address', () => {
  assert.deepEqual(['10.0.0.0/24', '10.0.0.4/30', '10.0.0.0/23', '2001:db8::/120'].map(isSmall), [
    true,
    true,
    false,
    false,
  ])
  assert.equal(stretchSize(free('10.0.0.250', '10.0.1.5')), 12)
  assert.equal(stretchSize(free('2001:db8::1', '2001:db8::ffff')), undefined)
})

test('a prefix is full only when it is, and empty only when it is', () => {
  assert.deepEqual(
    [
      fullness({ used: 0, total: 254 }),
      fullness({ used: 1, total: 65_534 }),
      fullness({ used: 65_533, total: 65_534 }),
    ],
    [0, 1, 99],
  )
  assert.equal(fullness({ used: 3, total: 2 ** 64 }), undefined)
  assert.equal(usedWords({ used: 3, total: 2 ** 64 }), '3 used')
  assert.equal(addressesWords(2 ** 64), 'about 10^19 addresses')
})

test('a block is called by the part of its address that tells it from others', () => {
  assert.deepEqual(
    ['10.0.7.0/24', '10.9.0.0/16', '2001:db8::/56', '2001:db8:0:700::/56', '2001:db8::/40'].map(blockLabel),
    ['7', '9', '0', '700', '0'],
  )
})

test('a prefix stands below the one shown that holds it', () => {
  const prefix = (text: string, parent: string | null, vrf = '') => ({ prefix: text, parent, vrf })
  assert.deepEqual(
    indents([
      prefix('10.0.0.0/8', null),
      prefix('10.1.0.0/16', '10.0.0.0/8'),
      prefix('10.1.2.0/24', '10.1.0.0/16'),
      prefix('10.1.0.0/16', null, 'guests'),
      prefix('10.9.9.0/24', '10.9.0.0/16'),
    ]),
    [0, 1, 2, 0, 0],
  )
})
