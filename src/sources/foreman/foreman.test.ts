import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import type { ReportedDevice, ReportedFacts } from '#model/record.ts'
import type { Source } from '#sources/source.ts'
import { openForeman, startFakeForeman, type FakeForeman } from '#test/fakes/foreman.ts'
import { sampleForeman } from '#test/fakes/foreman-world.ts'
import { fuzzSource } from '#test/fuzz-source.ts'
import { failing, never } from '#test/http-lab.ts'
import { readAll, testSourceContract, type Reading } from '#test/source-contract.ts'

const now = '2026-11-26T03:00:00.000Z'
let fake: FakeForeman

before(async () => {
  fake = await startFakeForeman(sampleForeman())
})
beforeEach(() =>
  Object.assign(fake, {
    world: sampleForeman(),
    requests: [],
    busiest: 0,
    rowsAtMost: Infinity,
    interfere: () => undefined,
  }),
)
after(() => fake.close())

const open = (settings: Record<string, unknown> = {}): Source =>
  openForeman({ url: fake.url, password: fake.password, ...settings }, now)

const named = ({ records }: Reading, name: string) =>
  records.find((record) => record.kind === 'device' && record.name === name) as ReportedDevice

const reasonOf = ({ verdict }: Reading): string => {
  assert.ok(!verdict.complete)
  return verdict.reason
}

async function factsOf(source: Source): Promise<Map<string, ReportedFacts>> {
  const told = new Map<string, ReportedFacts>()
  for await (const { facts = [] } of source.read(never))
    for (const each of facts) told.set(each.deviceSourceId, each)
  return told
}

testSourceContract('foreman', () => open())
fuzzSource(
  'foreman',
  async () => ({
    url: fake.url,
    secrets: [fake.password],
    open: (url) => openForeman({ url, password: fake.password, hostsPerPage: 2 }, now),
  }),
  { counts: true },
)

test('a machine of a compute resource is reported with its interfaces, its facts and its id there', async () => {
  assert.deepEqual(named(await readAll(open()), 'app-01.example.net'), {
    kind: 'device',
    sourceId: '6',
    name: 'app-01.example.net',
    deviceType: 'vm',
    status: 'active',
    nativeIds: [
      'certname:app-01.example.net',
      'uuid:35b72350-d6d4-92b6-4192-3ad0eca283cb',
      'instance-uuid:5023b735-d4d6-b692-4192-3ad0eca283cb',
    ],
    address: '192.0.2.106',
    serial: 'VMware-42 23 b7 35 d4 d6 b6 92-41 92 3a d0 ec a2 83 cb',
    vendor: 'VMware, Inc.',
    model: 'VMware7,1',
    os: 'Debian 12',
    interfaces: [
      {
        name: 'ens192',
        mac: '00:50:56:a3:1b:24',
        addresses: ['192.0.2.106/24', '2001:db8::106/64'],
        type: 'physical',
        metadata: {
          primary: true,
          provision: true,
          fqdn: 'app-01.example.net',
          subnet: 'servers',
          mtu: 1500,
        },
      },
      { name: 'ens224', mac: '00:50:56:a3:1b:25', addresses: ['198.51.100.6/24'], type: 'physical' },
    ],
    vm: { instanceUuid: '5023b735-d4d6-b692-4192-3ad0eca283cb' },
    facts: {
      kernel: '6.1.0-22-amd64',
      virtual: 'vmware',
      memoryMb: 3915,
      architecture: 'x86_64',
      hostgroup: 'base/app',
      organization: 'ÄTIX',
      location: 'Änger',
      subnet: 'servers',
      computeResource: 'vcenter',
      computeId: '5023b735-d4d6-b692-4192-3ad0eca283cb',
      managed: true,
      createdAt: '2022-11-03T11:28:18.000Z',
      installedAt: '2022-11-03T11:33:53.000Z',
    },
    volatile: { uptimeSeconds: 3600, lastReport: '2026-11-26T02:00:00.000Z', globalStatus: 'OK' },
  })
})

test('bare metal has its service processor, its bond and its alias as interfaces of their kinds', async () => {
  const { deviceType, model, status, address, interfaces, nativeIds } = named(
    await readAll(open()),
    'metal-01.example.net',
  )
  assert.deepEqual(
    [deviceType, model, status, address, nativeIds],
    ['server', 'PowerEdge R640', 'unknown', '192.0.2.7', []],
  )
  assert.deepEqual(
    interfaces?.map(({ name, mac, type, metadata }) => [name, mac, type, metadata]),
    [
      [
        'bond0',
        '00:1b:21:3c:4d:07',
        'virtual',
        { kind: 'bond', primary: true, attachedDevices: ['eth0', 'eth1'], mode: '802.3ad' },
      ],
      ['bmc', '00:1b:21:3c:4d:f7', 'physical', { role: 'bmc' }],
      ['eth0', '00:1b:21:3c:4d:07', 'physical', undefined],
      ['eth0.20', undefined, 'virtual', { vlan: '20', attachedTo: 'eth0' }],
      ['eth0 (25)', '00:1b:21:3c:4d:08', 'physical', undefined],
    ],
  )
})

test('a Foreman that gives smaller pages than it is asked for is read to its end', async () => {
  const all = (await readAll(open())).records.length
  fake.rowsAtMost = 2
  const { records, verdict } = await readAll(open({ facts: false }))
  assert.deepEqual([records.length, verdict], [all, { complete: true }])
})

test('a right that is missing leaves what is known of a host as it is', async () => {
  const all = fake.world.permissions
  const told = async (...missing: string[]) => {
    fake.world.permissions = new Set([...all].filter((each) => !missing.includes(each)))
    return named(await readAll(open()), 'app-01.example.net').unread
  }
  assert.deepEqual(await told('view_subnets', 'view_compute_resources'), [
    'interfaces.addresses.length',
    'nativeIds',
  ])
  assert.deepEqual(await told('view_facts'), [
      'deviceType', 'nativeIds', 'names', 'serial', 'vendor', 'interfaces', 'facts', 'model',
    ]) // prettier-ignore
  assert.equal(await told(), undefined)
})

test('a host of which nearly everything is null is still a host, of unknown state', async () => {
  const { sourceId, deviceType, status, serial, address } = named(
    await readAll(open()),
    'facts-only.example.net',
  )
  assert.deepEqual(
    [sourceId, deviceType, status, serial, address],
    ['8', 'server', 'unknown', undefined, undefined],
  )
})

test('an id of libvirt is what the firmware tells; where the kind is hidden, it is the weaker one', async () => {
  const { nativeIds, vm } = named(await readAll(open()), '10024')
  assert.deepEqual(nativeIds, [
    'certname:5b1f6a52-8f0b-4a3c-9f1d-0c5a8b7e6d21',
    'uuid:0f6a3b52-93c1-4d61-8a2c-1f7d4f6f7a01',
  ])
  assert.equal(vm, undefined)

  fake.world.permissions.delete('view_compute_resources')
  const reading = await readAll(open())
  assert.equal(named(reading, '10024').nativeIds?.[1], 'instance-uuid:0f6a3b52-93c1-4d61-8a2c-1f7d4f6f7a01')
  assert.match(reading.warnings.join(), /view_compute_resources/)
  assert.deepEqual(reading.verdict, { complete: true })
})

test('a host is active while it reports, and of unknown state when it does so no more', async () => {
  const later = openForeman({ url: fake.url, password: fake.password }, '2026-11-27T02:30:00.000Z')
  assert.equal(named(await readAll(later), 'app-01.example.net').status, 'unknown')
  assert.equal(
    named(await readAll(open({ activeHours: 10_000 / 10 })), 'metal-01.example.net').status,
    'active',
  )
})

test('flat facts become structured again, and are kept without keys and secrets', async () => {
  const told = await factsOf(open())
  const { facts, volatile, collectedAt } = told.get('6')!
  assert.equal(collectedAt, '2026-11-26T02:00:00.000Z')
  assert.deepEqual(facts['dmi'], {
    manufacturer: 'VMware, Inc.',
    product: {
      name: 'VMware7,1',
      serial_number: 'VMware-42 23 b7 35 d4 d6 b6 92-41 92 3a d0 ec a2 83 cb',
      uuid: '35b72350-d6d4-92b6-4192-3ad0eca283cb',
    },
  })
  assert.deepEqual(volatile, {
    memory: { system: { total_bytes: '4105105408' } },
    system_uptime: { seconds: '3600' },
  })
  assert.deepEqual([facts['db_password'], 'sshrsakey' in facts], ['[redacted]', false])
  // A name of digits only is asked for by the host's number.
  assert.equal(told.get('12')!.facts['kernelrelease'], '5.14')
})

test('the tokens that come with a host go nowhere', async () => {
  const text = JSON.stringify([await readAll(open()), [...(await factsOf(open())).values()]])
  for (const secret of ['eyJhbGci', 'build-token', 'swordfish99']) assert.ok(!text.includes(secret), secret)
})

test('hosts come in pages with a fixed order, and no more than two requests are under way', async () => {
  for (let id = 100; id < 130; id += 1) fake.world.hosts.push({ id, name: `h${id}.example.net` })
  const reading = await readAll(open({ hostsPerPage: 10 }))
  assert.deepEqual([reading.verdict, reading.records.length], [{ complete: true }, 34])
  const lists = fake.requests.filter((request) => request.startsWith('/hosts?'))
  assert.equal(lists.length, 4)
  assert.ok(lists.every((request) => request.includes('order=id+ASC')))
  assert.ok(fake.busiest <= 2)
})

test('only what is wanted is asked for', async () => {
  const reading = await readAll(
    open({ interfaces: false, facts: false, organizationId: 3, locationId: 4, search: 'managed = true' }),
  )
  const hosts = fake.requests.filter((request) => !/subnets|compute/.test(request))
  assert.equal(hosts.length, 1)
  assert.match(hosts[0]!, /organization_id=3&location_id=4&search=managed/)
  // What the list itself tells of interfaces is better than nothing.
  assert.deepEqual(
    named(reading, 'metal-01.example.net').interfaces?.map(({ name, mac, addresses }) => [
      name,
      mac,
      addresses,
    ]),
    [
      ['primary', '00:1b:21:3c:4d:07', ['192.0.2.7']],
      ['bmc', '00:1b:21:3c:4d:f7', ['192.0.2.207']],
    ],
  )
})

test('a number of hosts that changes while they are read proves nothing', async () => {
  fake.interfere = (path, query) => {
    if (path === '/hosts' && query.get('page') === '2') fake.world.hosts.shift()
    return undefined
  }
  assert.match(reasonOf(await readAll(open({ hostsPerPage: 2 }))), /hosts came or went while they were read/)
})

test('fewer hosts than were spoken of prove nothing', async () => {
  fake.interfere = (path) =>
    path === '/hosts'
      ? {
          status: 200,
          body: { total: 9, subtotal: 9, results: [{ id: 6, name: 'app-01.example.net' }, { name: 'odd' }] },
        }
      : undefined
  const reading = await readAll(open())
  assert.match(reasonOf(reading), /some hosts could not be understood; Foreman spoke of 9 hosts and told 1/)
  assert.equal(reading.records.length, 1)
})

test('a host that is deleted meanwhile, or that Foreman fails to show, keeps what was known of it', async () => {
  fake.interfere = (path) =>
    path === '/hosts/7'
      ? { status: 404, body: { error: { message: 'Resource host not found' } } }
      : path === '/hosts/8'
        ? { status: 500, body: { error: { message: 'undefined method for nil:NilClass' } } }
        : undefined
  const reading = await readAll(open({ parallel: 1 }))
  assert.match(
    reasonOf(reading),
    /could not be read: metal-01.example.net \(deleted meanwhile\), facts-only.example.net/,
  )
  assert.deepEqual(
    reading.records.map((record) => record.sourceId),
    ['6', '12'],
  )
})

test('without the right to see facts the reading is partial and says which right is missing', async () => {
  fake.world.permissions.delete('view_facts')
  const reading = await readAll(open())
  assert.match(reasonOf(reading), /view_facts/)
  assert.equal(reading.records.length, 4)
  assert.equal(fake.requests.filter((request) => request.startsWith('/fact_values')).length, 1)
  assert.deepEqual((await readAll(open({ facts: false }))).verdict, { complete: true })
})

test('pages of facts that overlap are no whole facts', async () => {
  fake.interfere = (path) =>
    path === '/fact_values'
      ? {
          status: 200,
          body: {
            results: {
              'app-01.example.net': Object.fromEntries(
                Array.from({ length: 20_000 }, (_, at) => [`f${at}`, 'x']),
              ),
            },
          },
        }
      : undefined
  const reading = await readAll(open())
  assert.match(reasonOf(reading), /facts of app-01.example.net and the hosts after it did not come whole/)
  assert.equal(reading.records.length, 0)
})

test('what is refused says what to do', async () => {
  const stranger = openForeman({ url: fake.url, password: 'wrong-wrong-wrong' })
  await assert.rejects(stranger.test(never), (error: { hint: string; message: string }) => {
    failing('SOURCE_REJECTED_LOGIN', /Unable to authenticate user/)(error)
    return /personal access token/.test(error.hint) && !error.message.includes('wrong-wrong')
  })
  fake.world.permissions.delete('view_hosts')
  await assert.rejects(readAll(open()), (error: { hint: string }) => {
    failing('SOURCE_FORBIDDEN')(error)
    return error.hint === 'Give the user’s role view_hosts.'.replace('’', "'")
  })
})

test('the connection test tells what works, what a missing right hides, and how to mend it', async () => {
  fake.world.permissions.delete('view_facts')
  fake.world.permissions.delete('view_subnets')
  const { message, checks, warnings } = await open().test(never)
  assert.equal(message, 'Foreman 3.9.1: 4 hosts.')
  assert.deepEqual(
    checks!.map(({ name, result, fix }) => [name, result, fix]),
    [
      ['Reach Foreman', 'ok', undefined],
      ['Read hosts', 'ok', undefined],
      ['Organizations and locations', 'ok', undefined],
      ['Read interfaces', 'ok', undefined],
      ['Read facts', 'limited', "Give the user's role view_facts."],
      ['Read subnets', 'limited', "Give the user's role view_subnets."],
      ['Read compute resources', 'ok', undefined],
    ],
  )
  assert.match(checks![2]!.detail, /1 organization and 1 location; others are hidden/)
  assert.equal(warnings.length, 2)
})
