import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { parse } from 'yaml'
import type { Dialect } from '#dialects/dialect.ts'
import { hideSecrets } from '#dialects/hide-secrets.ts'
import { readConfig } from '#dialects/read-config.ts'

const folder = new URL('../../../shared/fixtures/configs/', import.meta.url)
const recordings = existsSync(folder) ? {} : { skip: 'the recorded configurations are not here' }
const text = (file: string): string => readFileSync(new URL(file, folder), 'utf8')

/** What a recorded session answered to a command. */
function answer(file: string, command: string): string {
  const { commands } = parse(text(file)) as { commands: Record<string, string> | Record<string, string>[] }
  const all = Array.isArray(commands)
    ? commands.flatMap((each) => Object.entries(each))
    : Object.entries(commands)
  const found = all.find(([sent]) => sent.trim() === command)![1]
  // The transcripts write blanks, carriage returns and quotes as escapes.
  return found
    .replaceAll(String.raw`\x20`, ' ')
    .replaceAll(String.raw`\r`, '')
    .replaceAll(String.raw`\"`, '"')
}

const counts = (config: string, dialect: Dialect) => {
  const { hostname, os, interfaces, vlans } = readConfig(config, dialect)
  return [
    hostname,
    os,
    interfaces.length,
    interfaces.flatMap(({ addresses }) => addresses).length,
    interfaces.filter(({ metadata }) => metadata?.['description'] !== undefined).length,
    interfaces.filter(({ status }) => status === 'disabled').length,
    vlans.size,
  ]
}

/** Name, system, interfaces, addresses, descriptions, switched off, VLANs. */
const bare: readonly [file: string, Dialect, unknown[]][] = [
  ['arista_eos__full.txt', 'eos', ['nyc-leaf-01', 'Arista EOS', 21, 4, 1, 0, 0]],
  ['cisco_iosxr__full_480k.txt', 'iosxr', ['dfw1-core-01', 'Cisco IOS XR 7.1.1', 253, 24, 234, 53, 0]],
  ['hp_comware__full.txt', 'comware', ['NTC123456', 'Comware 7.1.045, Release 2418P06', 4, 2, 1, 1, 2]],
  ['hp_procurve_aoss__central_template.txt', 'procurve', ['sw-demo-01', 'ArubaOS-Switch', 52, 3, 4, 2, 3]],
  ['huawei_vrp__ctreepo.txt', 'vrp', [undefined, 'Huawei VRP abcdef', 5, 2, 2, 0, 0]],
  ['paloalto_panos__full.txt', 'panos', ['firewall1', 'PAN-OS', 2, 0, 0, 0, 0]],
]

for (const [file, dialect, expected] of bare) {
  test(`${file} tells what is in it`, recordings, () =>
    assert.deepEqual(counts(text(file), dialect), expected),
  )
}

const sessions: readonly [file: string, command: string, Dialect, unknown[]][] = [
  ['cisco_ios__asr920_16.8.1b.simulation.yaml', 'show running-config', 'ios', ['hostname', 'Cisco IOS 16.8', 30, 1, 0, 20, 0]],
  ['cisco_asa__5512_9.12.simulation.yaml', 'more system:running-config', 'asa', ['LAB-ASA12-Oxidized-IPv6', 'Cisco ASA 9.12(4)67', 7, 5, 3, 2, 0]],
  ['fortinet_fortigate__91G_7.4.7.simulation.yaml', 'show | grep .', 'fortios', ['TEST-FW1234', 'FortiOS 7.4.7', 1, 1, 1, 0, 0]],
  ['juniper_junos__srx300_22.4.simulation.yaml', 'show configuration | display omit', 'junos', [undefined, 'Junos OS 22.4R3-S2.11', 18, 1, 0, 0, 1]],
  ['mikrotik_routeros__RB5009_7.18.2.simulation.yaml', '/export show-sensitive', 'routeros', [undefined, 'RouterOS 7.18.2', 10, 1, 1, 0, 0]],
  ['cisco_nxos__C93180YC_10.4.5.simulation.yaml', 'show running-config', 'nxos', ['TEST-12345', 'Cisco NX-OS 10.4(5)', 0, 0, 0, 0, 0]],
] // prettier-ignore

for (const [file, command, dialect, expected] of sessions) {
  test(`${file} tells what is in it`, recordings, () =>
    assert.deepEqual(counts(answer(file, command), dialect), expected),
  )
}

test('none of the recorded secrets is left, and of 480 kB only what is secret is hidden', recordings, () => {
  const vrp = hideSecrets(text('huawei_vrp__ctreepo.txt'))
  for (const name of ['admin', 'tacacs', 'cert', 'snmp', 'ike', 'gre', 'nhrp', 'console', 'psk'])
    assert.ok(!vrp.includes(`${name}-secret-key`), name)
  for (const [file, secret] of [
    ['arista_eos__full.txt', /community (networktocode|secure)|2c networktocode|\$6\$/],
    ['hp_comware__full.txt', /\$[ch]\$|Test-Community/],
    ['hp_procurve_aoss__central_template.txt', /8db6741fec/],
    ['paloalto_panos__full.txt', /passwordhash/],
  ] as const)
    assert.doesNotMatch(hideSecrets(text(file)), secret)
  const xr = text('cisco_iosxr__full_480k.txt')
  const shown = hideSecrets(xr).split('\n')
  const touched = xr.split('\n').filter((line, index) => line !== shown[index])
  assert.deepEqual(
    touched.map((line) => line.trim().split(' ')[0]),
    ['secret', 'key', 'snmp-server', 'snmp-server'],
  )
})
