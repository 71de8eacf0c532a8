import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { dialectOf, dialects } from '#dialects/dialect.ts'
import { normalizeConfig } from '#dialects/normalize-config.ts'
import { readConfig } from '#dialects/read-config.ts'
import { hideSecrets } from '#dialects/hide-secrets.ts'
import { addressOf, vlanNumbers, vlanText } from '#dialects/config-reading.ts'
import { portNames } from '#dialects/procurve-config.ts'

const lines = (...all: string[]): string => `${all.join('\n')}\n`

test('IOS: addresses, access and trunk ports, bundles, and a banner that looks like a configuration', () => {
  const reading = readConfig(
    lines(
      '! Cisco IOS XE Software, Version 17.09.04a',
      '! Image: Software: CAT9K_IOSXE, 17.9.4a, RELEASE SOFTWARE (fc3)',
      '! NAME: "Switch 1", DESCR: "C9300-48P"',
      '! PID: C9300-48P     , VID: V01  , SN: FOC00000002',
      '! NAME: "c93xx Stack Chassis", DESCR: "c93xx Stack"',
      '! PID: C9300-48P     , VID: V01  , SN: FOC00000001',
      'hostname core-1',
      'ip domain name example.net',
      'banner motd ^C',
      'interface GigabitEthernet9/9',
      ' ip address 203.0.113.9 255.255.255.0',
      '^C',
      'vlan 10',
      ' name USERS',
      'vlan 20,30-31',
      'interface Port-channel1',
      ' switchport trunk allowed vlan 10,20',
      ' switchport trunk allowed vlan add 30-31',
      'interface GigabitEthernet1/0/1',
      ' description "To the roof"',
      ' switchport access vlan 10',
      ' shutdown',
      'interface GigabitEthernet1/0/2',
      ' no shutdown',
      ' channel-group 1 mode active',
      'interface GigabitEthernet1/0/3.20',
      ' encapsulation dot1Q 20 native',
      ' vrf forwarding Blue',
      ' mac-address 001b.2100.0001',
      ' ip address 192.0.2.1 255.255.255.128',
      ' ip address 198.51.100.1 255.255.255.0 secondary',
      ' ipv6 address 2001:DB8::1/64',
      ' standby 1 ip 192.0.2.126',
      'interface Vlan99',
      ' ip address dhcp',
      'end',
    ),
    'ios',
  )

  assert.deepEqual(
    [reading.hostname, reading.domain, reading.serial, reading.model, reading.os],
    ['core-1', 'example.net', 'FOC00000001', 'C9300-48P', 'Cisco IOS XE 17.9.4a'],
  )
  assert.deepEqual(
    [...reading.vlans],
    [
      [10, 'USERS'],
      [20, undefined],
      [30, undefined],
      [31, undefined],
    ],
  )
  assert.deepEqual(reading.interfaces, [
    { name: 'Port-channel1', addresses: [], type: 'virtual', metadata: { trunk: '10,20,30-31' } },
    {
      name: 'GigabitEthernet1/0/1',
      addresses: [],
      type: 'physical',
      status: 'disabled',
      metadata: { description: 'To the roof', vlan: 10 },
    },
    {
      name: 'GigabitEthernet1/0/2',
      addresses: [],
      type: 'physical',
      metadata: { memberOf: 'Port-channel1' },
    },
    {
      name: 'GigabitEthernet1/0/3.20',
      mac: '00:1b:21:00:00:01',
      addresses: ['192.0.2.1/25', '198.51.100.1/24', '2001:db8::1/64'],
      type: 'virtual',
      metadata: { vlan: 20, vrf: 'Blue' },
    },
    { name: 'Vlan99', addresses: [], type: 'virtual', metadata: {} },
  ])
})

test('NX-OS, IOS-XR and EOS: their own words for the same', () => {
  const nxos = readConfig(
    lines(
      'interface Ethernet1/1',
      '  vrf member mgmt',
      '  ip address 192.0.2.2/24',
      'interface breakout module 1',
    ),
    'nxos',
  )
  const xr = readConfig(
    lines(
      'interface preconfigure TenGigE0/0/0/1',
      ' bundle id 10 mode active',
      'interface TenGigE0/0/0/2.35 l2transport',
      ' encapsulation dot1q 35',
      ' lldp',
      '  enable',
      ' !',
      ' ipv4 address 192.0.2.9 255.255.255.252',
    ),
    'iosxr',
  )
  const eos = readConfig(
    lines(
      'banner login',
      'interface Ethernet7',
      'EOF',
      'interface Ethernet1',
      '   vrf MGMT',
      '   ip address 192.0.2.3/31',
      '   ip address virtual 192.0.2.254/24',
    ),
    'eos',
  )

  assert.deepEqual(
    nxos.interfaces.map(({ name, addresses, metadata }) => [name, addresses, metadata]),
    [['Ethernet1/1', ['192.0.2.2/24'], { vrf: 'mgmt' }]],
  )
  assert.deepEqual(
    xr.interfaces.map(({ name, addresses, metadata }) => [name, addresses, metadata]),
    [
      ['TenGigE0/0/0/1', [], { memberOf: 'Bundle-Ether10' }],
      ['TenGigE0/0/0/2.35', ['192.0.2.9/30'], { vlan: 35 }],
    ],
  )
  assert.deepEqual(
    eos.interfaces.map(({ name, addresses, metadata }) => [name, addresses, metadata]),
    [['Ethernet1', ['192.0.2.3/31'], { vrf: 'MGMT' }]],
  )
})

test('Junos OS: the same from braces and from set lines, without what is inactive', () => {
  const braces = lines(
    '# Model: ex2300-c',
    '# Junos: 20.4R3',
    '# Chassis                                HV0000000001      EX2300-C-12T',
    'system {',
    '    host-name sw-9;',
    '}',
    'interfaces {',
    '    ge-0/0/0 {',
    '        description "Up; to {core}";',
    '        ether-options {',
    '            802.3ad ae0;',
    '        }',
    '    }',
    '    inactive: ge-0/0/1 {',
    '        unit 0;',
    '    }',
    '    irb {',
    '        unit 10 {',
    '            family inet {',
    '                address 192.0.2.1/24 {',
    '                    primary;',
    '                }',
    '            }',
    '        }',
    '    }',
    '    lo0 {',
    '        disable;',
    '    }',
    '}',
    'vlans {',
    '    users {',
    '        vlan-id 10;',
    '    }',
    '}',
  )
  const set = lines(
    'set system host-name sw-9',
    'set interfaces ge-0/0/0 description "Up; to {core}"',
    'set interfaces ge-0/0/0 ether-options 802.3ad ae0',
    'set interfaces ge-0/0/1 unit 0',
    'deactivate interfaces ge-0/0/1',
    'set interfaces irb unit 10 family inet address 192.0.2.1/24 primary',
    'set interfaces lo0 disable',
    'set vlans users vlan-id 10',
  )

  const [first, second] = [readConfig(braces, 'junos'), readConfig(set, 'junos')]

  assert.deepEqual(second.interfaces, first.interfaces)
  assert.deepEqual(second.vlans, first.vlans)
  assert.deepEqual(
    [first.hostname, first.serial, first.model, first.os, [...first.vlans]],
    ['sw-9', 'HV0000000001', 'ex2300-c', 'Junos OS 20.4R3', [[10, 'users']]],
  )
  assert.deepEqual(first.interfaces, [
    {
      name: 'ge-0/0/0',
      addresses: [],
      type: 'physical',
      metadata: { description: 'Up; to {core}', memberOf: 'ae0' },
    },
    { name: 'irb', addresses: [], type: 'virtual', metadata: {} },
    { name: 'irb.10', addresses: ['192.0.2.1/24'], type: 'virtual', metadata: {} },
    { name: 'lo0', addresses: [], type: 'loopback', status: 'disabled', metadata: {} },
  ])
})

test('words of other programs name dialects', () => {
  assert.deepEqual(
    [
      'IOS',
      'IOSXR',
      'JunOS',
      'FortiGate',
      'FortiOS',
      'PanOS',
      'RouterOS',
      'VRP',
      'Procurve',
      'cisco_xr',
      'toString',
      'Vyatta',
    ].map(dialectOf),
    [
      'ios',
      'iosxr',
      'junos',
      'fortios',
      'fortios',
      'panos',
      'routeros',
      'vrp',
      'procurve',
      'iosxr',
      undefined,
      undefined,
    ],
  )
})

test('masks, lengths and lists of numbers', () => {
  assert.deepEqual(
    [
      addressOf('192.0.2.1', '255.255.255.0'),
      addressOf('192.0.2.1', '111.111.111.111'),
      addressOf('192.0.2.1/99'),
      addressOf('2001:DB8::1/64'),
      addressOf('dhcp'),
    ],
    ['192.0.2.1/24', '192.0.2.1', '192.0.2.1', '2001:db8::1/64', undefined],
  )
  assert.deepEqual(vlanNumbers('1 10 to 12,5000,9-8'), [1, 10, 11, 12])
  assert.equal(vlanText([12, 1, 11, 10]), '1,10-12')
  assert.deepEqual(portNames('1/1-1/3,A1,Trk1,B2-B3'), ['1/1', '1/2', '1/3', 'A1', 'Trk1', 'B2', 'B3'])
})

test('what changes by itself makes no other configuration, what a person changes does', () => {
  const fetched = (clock: string, secret: string, text = 'hostname a') =>
    normalizeConfig(
      lines(
        `! Last configuration change at ${clock} UTC by ada`,
        'Current configuration : 16734 bytes',
        `ntp clock-period 171${secret.codePointAt(0)}`,
        `# 2026-01-02 ${clock} by RouterOS 7.15`,
        `        set password ENC ${secret}`,
        text,
      ),
    )

  assert.equal(fetched('11:54:34', 'aaa'), fetched('01:02:03', 'bbb'))
  assert.notEqual(fetched('11:54:34', 'aaa'), fetched('11:54:34', 'aaa', 'hostname b'))
})

test('no text whatever makes a reader fail', () => {
  const words = fc.constantFrom(
    'interface ', 'Gi0/1', '\n', ' ', '{', '}', ';', '"', '\\\n', 'set ', 'config ', 'edit ', 'next', 'end', 'vlan ', '1-4094',
    'ip address ', '192.0.2.1', '/ip address', 'add ', 'name=', '[ find ', ']', '#', '!', 'banner motd ^C', 'units', '__proto__',
    '\u0000', 'ü', 'network interface ', '-----BEGIN PRIVATE KEY-----', 'password ',
  ) // prettier-ignore
  fc.assert(
    fc.property(fc.array(words, { maxLength: 40 }), (parts) => {
      const text = parts.join('')
      for (const dialect of dialects) {
        const { interfaces } = readConfig(text, dialect)
        const names = interfaces.map(({ name }) => name)
        assert.equal(new Set(names).size, names.length)
      }
      assert.equal(hideSecrets(text).split('\n').length, text.split('\n').length)
    }),
    { numRuns: 300 },
  )
})
