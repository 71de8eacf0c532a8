import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import {
  computeResourceRow,
  hostDetails,
  hostRow,
  listAnswer,
  statusAnswer,
  subnetRow,
} from '#sources/foreman/answers.ts'
import { foremanTime, toDevice, type Surroundings } from '#sources/foreman/mapping.ts'
import { openForeman } from '#test/fakes/foreman.ts'
import { never } from '#test/http-lab.ts'
import { testSourceContract } from '#test/source-contract.ts'

const folder = new URL('../../../../shared/fixtures/foreman/', import.meta.url)
const recordings = existsSync(folder) ? {} : { skip: 'the recorded answers are not here' }

/** The recorded answers to requests of this path. */
function answers(file: string, path: RegExp, method = 'GET'): unknown[] {
  const all = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as {
    request: { method: string; uri: string }
    response: { body: unknown }
  }[]
  return all
    .filter(({ request }) => request.method === method && path.test(new URL(request.uri).pathname))
    .map(({ response }) => response.body)
}

const around: Surroundings = {
  subnets: new Map([[1, 24]]),
  providers: new Map([[1, 'Vmware']]),
  now: '2026-11-26T00:00:00.000Z',
  activeHours: 24,
}

const device = (file: string, id: number) => {
  const [body] = answers(file, new RegExp(`/hosts/${id}$`))
  return toDevice({ row: hostRow.parse(body), details: hostDetails.parse(body), facts: undefined }, around)
}

test('a recorded machine of VMware carries the id that vCenter gave it', recordings, () => {
  const { nativeIds, deviceType, os, status, address, vm, interfaces, facts } = device('snapshot-0.json', 6)
  assert.deepEqual(nativeIds, [
    'certname:debian11.deploy3.dev.atix',
    'instance-uuid:5023b735-d4d6-b692-4192-3ad0eca283cb',
  ])
  assert.deepEqual(
    [deviceType, os, status, address, vm],
    [
      'vm',
      'Debian Bullseye',
      'unknown',
      '192.168.171.106',
      { instanceUuid: '5023b735-d4d6-b692-4192-3ad0eca283cb' },
    ],
  )
  assert.deepEqual(interfaces?.[0]?.mac, '00:50:56:a3:1b:24')
  assert.deepEqual(
    [facts?.['organization'], facts?.['location'], facts?.['createdAt'], facts?.['installedAt']],
    ['ÄTIX', 'Ängineering', '2022-11-03T11:28:18.000Z', '2022-11-03T11:33:53.000Z'],
  )
})

test(
  'a recorded host that nobody manages has a name, a certificate and one interface without anything',
  recordings,
  () => {
    assert.deepEqual(device('host-12.json', 3), {
      kind: 'device',
      sourceId: '3',
      name: 'test-host.example.net',
      deviceType: 'server',
      status: 'unknown',
      nativeIds: ['certname:test-host.example.net'],
      interfaces: [
        {
          name: 'primary',
          addresses: [],
          type: 'physical',
          metadata: { primary: true, provision: true, fqdn: 'test-host.example.net' },
        },
      ],
      facts: {
        hostgroup: 'test_group',
        organization: 'Test Organization',
        location: 'Test Location',
        domain: 'example.net',
        owner: 'Admin User',
        managed: false,
        createdAt: '2022-11-25T11:51:51.000Z',
      },
      volatile: { globalStatus: 'OK' },
    })
  },
)

test('a recorded interface has its address with the prefix of its subnet', recordings, () => {
  assert.deepEqual(device('host_interface_attributes-2.json', 2).interfaces, [
    {
      name: 'fam01',
      mac: 'ee:ff:00:00:00:01',
      addresses: ['192.0.2.23/24'],
      type: 'physical',
      metadata: {
        primary: true,
        provision: true,
        fqdn: 'test-host.example.net',
        subnet: 'Test subnet4',
        mtu: 1500,
      },
    },
  ])
})

test(
  'recorded lists, subnets, compute resources and states of all releases are understood',
  recordings,
  () => {
    const lists = answers('subnet_info-0.json', /\/subnets$/).map((body) => listAnswer.parse(body))
    assert.ok(lists.length > 0 && lists.every(({ subtotal, results }) => subtotal === results.length))
    const [resource] = answers('compute_resource-0.json', /\/compute_resources$/, 'POST')
    assert.equal(computeResourceRow.parse(resource).provider, 'Libvirt')
    const [subnet] = answers('host_interface_attributes-2.json', /\/subnets$/).map((body) =>
      listAnswer.parse(body),
    )
    assert.deepEqual(subnetRow.parse(subnet!.results[0]).cidr, 24)
    assert.equal(statusAnswer.parse(answers('status_info-0.json', /\/status$/)[0]).version, '2.1.2')
  },
)

test('times of Foreman are times, and other text is none', () => {
  assert.equal(foremanTime('2022-11-03 11:33:53 UTC'), '2022-11-03T11:33:53.000Z')
  assert.equal(foremanTime('2022-11-03T11:33:53.123+02:00'), '2022-11-03T09:33:53.123Z')
  assert.equal(foremanTime('2022-11-03 11:33:53 +0200'), '2022-11-03T09:33:53.000Z')
  for (const text of [undefined, '', 'yesterday', 'Thu, 03 Nov 2022 11:33:53 GMT'])
    assert.equal(foremanTime(text), undefined)
})

const {
  ROLLCALL_TEST_FOREMAN_URL: url,
  ROLLCALL_TEST_FOREMAN_USERNAME: username,
  ROLLCALL_TEST_FOREMAN_PASSWORD: password,
} = process.env

if (url && username && password) {
  const open = () => openForeman({ url, username, password })
  testSourceContract('a real Foreman', open)
  test('a real Foreman: the connection test names its release', async () =>
    assert.match((await open().test(never)).message, /^Foreman \d/))
} else {
  test('a real Foreman', { skip: 'ROLLCALL_TEST_FOREMAN_URL, _USERNAME and _PASSWORD are not set' }, () => {})
}
