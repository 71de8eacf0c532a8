import assert from 'node:assert/strict'
import { test } from 'node:test'
import { vendorOf } from '#sources/oui/vendor-of.ts'

test('a card is named after the maker its prefix is assigned to', () => {
  assert.equal(vendorOf('b8:27:eb:12:34:56'), 'Raspberry Pi Foundation')
  assert.equal(vendorOf('00:50:56:aa:bb:cc'), 'VMware, Inc.')
})

test('the longest assignment wins over the block it was cut from', () => {
  assert.equal(vendorOf('c8:5c:e2:7a:bc:de'), 'SYNERGY SYSTEMS AND SOLUTIONS')
})

test('addresses set by software, group addresses and unassigned prefixes have no maker', () => {
  assert.equal(vendorOf('02:07:01:00:00:01'), undefined)
  assert.equal(vendorOf('da:a1:19:00:00:01'), undefined)
  assert.equal(vendorOf('01:00:5e:00:00:fb'), undefined)
  assert.equal(vendorOf('00:00:00:00:00:00'), undefined)
})

test('a hundred thousand look-ups take well under a second once the list is unpacked', () => {
  vendorOf('b8:27:eb:12:34:56')
  const started = performance.now()
  for (let each = 0; each < 100_000; each += 1) vendorOf('b8:27:eb:12:34:56')
  assert.ok(performance.now() - started < 1000)
})
