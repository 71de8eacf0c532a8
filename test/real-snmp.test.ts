import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import type { ReportedDevice, ReportedSighting } from '#model/record.ts'
import { openSnmp } from '#test/fakes/snmp-world.ts'
import { readAll, testSourceContract } from '#test/source-contract.ts'
import {
  buildSnmpLab,
  community,
  gatewayMac,
  machineMac,
  passwords,
  snmpObstacle,
  type Outcome,
} from '#test/snmp-lab.ts'

const obstacle = snmpObstacle()

/** A login, and what is expected of it: a whole reading, or an error. */
const v3 = { version: '3', authKey: passwords.auth }
const logins: [name: string, login: object, error?: [code: string, message: RegExp]][] = [
  ['a community', { community }],
  ['a user with SHA-256', { ...v3, username: 'sha256', authProtocol: 'sha256' }],
  ['a user with SHA and AES', { ...v3, username: 'shaaes', privKey: passwords.priv }],
  [
    'a user with SHA-512 and AES-256',
    {
      ...v3,
      username: 'sha512aes256',
      authProtocol: 'sha512',
      privProtocol: 'aes256',
      privKey: passwords.priv,
    },
  ],
  [
    'a wrong community',
    { community: 'wrong', timeout: 100, retries: 0 },
    ['SOURCE_TIMEOUT', /did not answer SNMP within 0\.1 s/],
  ],
  [
    'a wrong password',
    { ...v3, username: 'sha256', authProtocol: 'sha256', authKey: 'not-the-password' },
    ['SOURCE_REJECTED_LOGIN', /the authentication password or protocol is wrong/],
  ],
  ['an unknown user', { ...v3, username: 'nobody' }, ['SOURCE_REJECTED_LOGIN', /does not know the user/]],
  [
    'a user without the encryption that is wanted',
    { ...v3, username: 'shaaes' },
    ['SOURCE_FORBIDDEN', /does not allow this login/],
  ],
]

describe('a real Net-SNMP with lldpd', obstacle === false ? {} : { skip: obstacle }, () => {
  let outcomes: Outcome[]

  before(async () => {
    const lab = await buildSnmpLab()
    outcomes = await lab.read(logins.map(([, login]) => login)).finally(() => lab.remove())
  })

  test('tells itself, its interfaces and its neighbour', () => {
    const [outcome] = outcomes
    assert.ok(outcome !== undefined && 'reading' in outcome, JSON.stringify(outcome))
    const [device, sighting] = outcome.reading.records as [ReportedDevice, ReportedSighting]

    assert.deepEqual(outcome.reading.verdict, { complete: true })
    assert.deepEqual(
      [device.name, device.sourceId, device.deviceType, device.facts?.['location']],
      ['lab-gateway', `chassis:${gatewayMac}`, 'server', 'Lab rack A1'],
    )
    assert.match(device.os!, /^Linux \d/)
    const card = device.interfaces?.find(({ name }) => name === 'sw0')
    assert.deepEqual([card?.mac, card?.status, card?.addresses], [gatewayMac, 'up', ['192.0.2.1/24']])
    assert.deepEqual(
      device.relationships?.map(({ keys, metadata }) => [keys?.[0], ...keys!.slice(-2), metadata]),
      [
        [
          `mac:${machineMac}`,
          'name:edge-1.example.org',
          'name:edge-1',
          { localPort: 'sw0', remotePort: 'eth0', protocol: 'lldp' },
        ],
      ],
    )
    assert.deepEqual(
      [sighting.mac, sighting.addresses, sighting.hostname, sighting.switchPort],
      [machineMac, ['192.0.2.2'], 'edge-1.example.org', 'lab-gateway sw0'],
    )
  })

  for (const [index, [name, , error]] of logins.entries()) {
    test(`${error === undefined ? 'reads the same by' : 'refuses'} ${name}`, () => {
      const outcome = outcomes[index]!

      if (error !== undefined) {
        assert.ok('code' in outcome)
        assert.equal(outcome.code, error[0])
        assert.match(outcome.message, error[1])
        return
      }
      assert.ok('reading' in outcome, JSON.stringify(outcome))
      const lasting = ({ reading }: { reading: { records: object[] } }) =>
        reading.records.map((record) => ({ ...record, volatile: undefined }))
      assert.deepEqual(lasting(outcome), lasting(outcomes[0] as { reading: { records: object[] } }))
    })
  }
})

const { ROLLCALL_TEST_SNMP_URL: url, ROLLCALL_TEST_SNMP_COMMUNITY: word } = process.env

if (url && word) {
  const { hostname, port } = new URL(url)
  const open = () =>
    openSnmp({ targets: [hostname], community: word, ...(port === '' ? {} : { port: Number(port) }) })
  testSourceContract('a real device', open)
  test('a real device: it has interfaces', async () => {
    const [device] = (await readAll(open())).records
    assert.ok(device?.kind === 'device' && device.interfaces!.length > 0)
  })
} else {
  test(
    'a real device',
    { skip: 'ROLLCALL_TEST_SNMP_URL (snmp://address:161) and ROLLCALL_TEST_SNMP_COMMUNITY are not set' },
    () => {},
  )
}
