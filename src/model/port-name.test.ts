import assert from 'node:assert/strict'
import { test } from 'node:test'
import { portKey } from '#model/port-name.ts'

test('the long and the short spelling of a port are one', () => {
  const groups = [
    ['GigabitEthernet1/0/4', 'Gi1/0/4', 'gi 1/0/4', 'Gig1/0/4'],
    ['TenGigabitEthernet1/1', 'Te1/1', 'Ten-GigabitEthernet1/1', 'XGE1/1'],
    ['Ethernet49/1', 'Eth49/1', 'et49/1'],
    ['Port-Channel12', 'po12', 'port-channel 12'],
    ['Vlan10', 'Vlanif10', 'vl10'],
  ]
  for (const group of groups) assert.equal(new Set(group.map(portKey)).size, 1, group.join())
})

test('ports that differ stay apart', () => {
  const names = [
    'Gi1/0/4',
    'Gi1/0/14',
    'Te1/0/4',
    'ge-0/0/4',
    'eth0',
    'eth0.10',
    'sfp-sfpplus1',
    '4',
    'Trk16',
    'eno1',
  ]
  assert.equal(new Set(names.map(portKey)).size, names.length)
})
