import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ownAddress } from '#features/servers/own-address.ts'

const card = (name: string, ...addresses: string[]) => ({ name, addresses })

test('where a machine is reached is what it says, else an address of a card of its own', () => {
  const interfaces = [
    card('lo', '127.0.0.1'),
    card('eth0', 'fe80::1/64', 'fd00::7/64', '169.254.3.4'),
    card('eth1', 'no address', '10.1.2.7/24'),
  ]

  assert.equal(ownAddress({ ip_address: '10.9.9.9', interfaces }), '10.9.9.9')
  assert.equal(ownAddress({ interfaces }), '10.1.2.7')
  assert.equal(ownAddress({ interfaces: interfaces.slice(0, 2) }), 'fd00::7')
  assert.equal(ownAddress({ interfaces: interfaces.slice(0, 1) }), undefined)
  assert.equal(ownAddress({}), undefined)
})
