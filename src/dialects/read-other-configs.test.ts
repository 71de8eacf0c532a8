import assert from 'node:assert/strict'
import { test } from 'node:test'
import { vlanText } from '#dialects/config-reading.ts'
import { readConfig } from '#dialects/read-config.ts'

const lines = (...all: string[]): string => `${all.join('\n')}\n`

test('PAN-OS: ports, units, and the address of the management port', () => {
  const reading = readConfig(
    lines(
      '! serial: 012345678901',
      '! model: PA-220',
      '! sw-version: 10.1.3',
      'config { devices { localhost.localdomain { network { interface {',
      '  ethernet { ethernet1/1 { layer3 {',
      '    ip { 192.0.2.1/24; }',
      '    units { ethernet1/1.100 { tag 100; comment "DMZ"; ip { 198.51.100.1/24; } } }',
      '  } link-state down; } }',
      '  loopback { units { loopback.1 { ip { 203.0.113.1; } } } }',
      '} } deviceconfig { system { hostname fw-1; ip-address 10.0.0.9; netmask 255.255.255.0; } } } } }',
    ),
    'panos',
  )

  assert.deepEqual(
    [reading.hostname, reading.serial, reading.model, reading.os],
    ['fw-1', '012345678901', 'PA-220', 'PAN-OS 10.1.3'],
  )
  assert.deepEqual(
    reading.interfaces.map(({ name, addresses, status, metadata }) => [name, addresses, status, metadata]),
    [
      ['ethernet1/1', ['192.0.2.1/24'], 'disabled', {}],
      ['ethernet1/1.100', ['198.51.100.1/24'], undefined, { description: 'DMZ', vlan: 100 }],
      ['loopback.1', ['203.0.113.1'], undefined, {}],
      ['management', ['10.0.0.9/24'], undefined, {}],
    ],
  )
})

test('FortiOS: interfaces of virtual domains, VLANs, and addresses that are none', () => {
  const reading = readConfig(
    lines(
      '#config-version=FGT60F-7.2.5-FW-build1517-230606:opmode=0:vdom=1:user=admin',
      'config global',
      'config system global',
      '    set hostname "fw-2"',
      'end',
      'config system interface',
      '    edit "wan1"',
      '        set ip 192.0.2.1 255.255.255.252',
      '        set comments "two',
      'edit lines"',
      '        set status down',
      '        config ipv6',
      '            set ip6-address 2001:db8::2/64',
      '        end',
      '    next',
      '    edit "dmz"',
      '        set ip 0.0.0.0 0.0.0.0',
      '        set interface "wan1"',
      '        set vlanid 30',
      '    next',
      '    edit "bare"',
      '    next',
      'end',
      'end',
    ),
    'fortios',
  )

  assert.deepEqual([reading.hostname, reading.os], ['fw-2', 'FortiOS 7.2.5'])
  assert.deepEqual(
    reading.interfaces.map(({ name, addresses, status, metadata }) => [name, addresses, status, metadata]),
    [
      ['wan1', ['192.0.2.1/30', '2001:db8::2/64'], 'disabled', {}],
      ['dmz', [], undefined, { vlan: 30, memberOf: 'wan1' }],
      ['bare', [], undefined, {}],
    ],
  )
})

test('RouterOS: renamed ports, broken lines, and addresses that are switched off', () => {
  const reading = readConfig(
    lines(
      '# 2026-01-02 03:04:05 by RouterOS 7.15.2',
      '# model = RB5009UG+S+',
      '# serial number = HF000000001',
      '/interface ethernet',
      'set [ find default-name=ether1 ] comment="To the ISP" name=wan',
      'set [ find default-name=ether2 ] disabled=yes',
      '/interface vlan',
      'add interface=ether2 name=guests \\',
      '    vlan-id=30',
      '/ip address',
      'add address=192.0.2.1/24 interface=wan network=192.0.2.0',
      'add address=198.51.100.1/24 disabled=yes interface=guests',
      '/ipv6 address add address=2001:db8::1 interface=guests',
      '/system identity',
      'set name="edge one"',
    ),
    'routeros',
  )

  assert.deepEqual(
    [reading.hostname, reading.serial, reading.model, reading.os],
    ['edge one', 'HF000000001', 'RB5009UG+S+', 'RouterOS 7.15.2'],
  )
  assert.deepEqual(
    reading.interfaces.map(({ name, addresses, status, metadata }) => [name, addresses, status, metadata]),
    [
      ['wan', ['192.0.2.1/24'], undefined, { description: 'To the ISP' }],
      ['ether2', [], 'disabled', {}],
      ['guests', ['2001:db8::1'], undefined, { vlan: 30, memberOf: 'ether2' }],
    ],
  )
})

test('ProCurve, Comware and VRP: ports in VLANs, trunks, views', () => {
  const procurve = readConfig(
    lines(
      '; J9729A Configuration Editor; Created on release #WB.16.10.0009',
      'hostname "sw-1"',
      'interface A1',
      '   name "Desk"',
      '   disable',
      '   exit',
      'trunk A3-A4 trk1 lacp',
      'vlan 10',
      '   name "USERS"',
      '   untagged A1-A2,Trk1',
      '   tagged A4',
      '   ip address 192.0.2.5 255.255.255.0',
      '   exit',
    ),
    'procurve',
  )
  const vrp = readConfig(
    lines(
      '#',
      'sysname sw-2',
      '#',
      'vlan batch 10 20 to 22',
      '#',
      'vlan 10',
      ' description users',
      '#',
      'interface Vlanif10',
      ' ip binding vpn-instance mgmt',
      ' ip address 192.0.2.6 24',
      '#',
      'interface 10GE1/0/1',
      ' eth-trunk 1',
      ' shutdown',
      ' port trunk allow-pass vlan 10 20 to 22',
      '#',
      'return',
    ),
    'vrp',
  )

  assert.deepEqual(
    [procurve.hostname, procurve.model, procurve.os],
    ['sw-1', 'J9729A', 'ArubaOS-Switch WB.16.10.0009'],
  )
  assert.deepEqual(
    procurve.interfaces.map(({ name, addresses, status, metadata }) => [name, addresses, status, metadata]),
    [
      ['A1', [], 'disabled', { description: 'Desk', vlan: 10 }],
      ['A3', [], undefined, { memberOf: 'trk1' }],
      ['A4', [], undefined, { trunk: '10', memberOf: 'trk1' }],
      ['A2', [], undefined, { vlan: 10 }],
      ['Trk1', [], undefined, { vlan: 10 }],
      ['VLAN10', ['192.0.2.5/24'], undefined, {}],
    ],
  )
  assert.deepEqual(
    [vrp.hostname, vlanText(vrp.vlans.keys()), vrp.vlans.get(10)],
    ['sw-2', '10,20-22', 'users'],
  )
  assert.deepEqual(
    vrp.interfaces.map(({ name, addresses, status, metadata }) => [name, addresses, status, metadata]),
    [
      ['Vlanif10', ['192.0.2.6/24'], undefined, { vrf: 'mgmt' }],
      ['10GE1/0/1', [], 'disabled', { trunk: '10,20-22', memberOf: 'Eth-Trunk1' }],
    ],
  )
})
