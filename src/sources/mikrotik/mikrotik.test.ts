import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { before, test, type TestContext } from 'node:test'
import { generate } from 'selfsigned'
import type { AppError } from '#kernel/errors.ts'
import type { ReportedDevice, ReportedSighting } from '#model/record.ts'
import { routerMenus } from '#test/fakes/mikrotik-world.ts'
import { openMikrotik, startFakeRouter, type FakeRouter } from '#test/fakes/mikrotik.ts'
import { fuzzSource } from '#test/fuzz-source.ts'
import { failing, never } from '#test/http-lab.ts'
import { readAll, testSourceContract, type Reading } from '#test/source-contract.ts'

const login = { username: 'rollcall', password: 'fake-password' }
const ways = ['url', 'apiUrl'] as const
const nameOf = { url: 'REST', apiUrl: 'the binary API' }

const open = (router: FakeRouter, way: (typeof ways)[number] = 'url', settings: object = {}) =>
  openMikrotik({ url: router[way], ...login, ...settings })

async function readRouter(t: TestContext, menus = routerMenus(), way: (typeof ways)[number] = 'url') {
  const reading = await readAll(open(await startFakeRouter(t, menus), way))
  const [device, ...sightings] = reading.records as [ReportedDevice, ...ReportedSighting[]]
  const of = (last: string) => sightings.find(({ mac }) => mac === `00:1b:21:00:00:${last}`)
  return { ...reading, device, sightings, of }
}

const reasonOf = ({ verdict }: Pick<Reading, 'verdict'>) => (verdict.complete ? '' : verdict.reason)

test('a router gives its board, interfaces, addresses and neighbours', async (t) => {
  const { device, verdict } = await readRouter(t)

  assert.deepEqual(verdict, { complete: true })
  assert.deepEqual(
    [device.sourceId, device.name, device.serial, device.model, device.os, device.address],
    ['serial:he108abcdef', 'gw-1', 'HE108ABCDEF', 'RB5009UG+S+IN', 'RouterOS 7.15.3', '127.0.0.1'],
  )
  assert.deepEqual(
    device.interfaces?.map(({ name, type, status, speedMbps, addresses }) => [
      name,
      type,
      status,
      speedMbps,
      addresses,
    ]),
    [
      ['ether1', 'physical', 'up', 1000, ['198.51.100.2/30']],
      ['lan2', 'physical', 'down', 1000, []],
      ['ether3', 'physical', 'disabled', undefined, []],
      ['sfp1', 'physical', 'up', 10_000, []],
      ['bond1', 'virtual', 'up', undefined, []],
      ['bridge', 'virtual', 'up', undefined, ['192.0.2.1/24', '2001:db8::1/64']],
      ['wifi1', 'physical', 'up', undefined, []],
      ['lo', 'loopback', 'up', undefined, []],
    ],
  )
  assert.equal(device.interfaces?.[0]?.metadata?.['comment'], 'zum Büro')
  assert.deepEqual(
    [device.interfaces?.[3]?.metadata?.['partOf'], device.interfaces?.[1]?.metadata?.['vlan']],
    ['bond1', 10],
  )
  assert.deepEqual(device.relationships, [
    {
      type: 'connects_to',
      other: 'child',
      keys: ['mac:00:1b:21:00:00:63', 'ip:192.0.2.2', 'name:sw-1'],
      metadata: { localPort: 'bond1', remotePort: 'sfp-sfpplus1', protocol: 'lldp' },
    },
  ])
  assert.deepEqual(device.facts?.['firmwareOffered'], '7.16')
  assert.deepEqual(device.volatile, { uptimeSeconds: 245_540, cpuLoad: 3, freeMemoryMb: 512 })
})

test('a lease tells what is held now, and what was seen last of a fixed address', async (t) => {
  const { of, sightings } = await readRouter(t)

  assert.deepEqual(
    sightings.map(({ mac, addresses }) => [mac?.slice(-2), addresses]),
    [
      ['01', ['192.0.2.10']],
      ['02', []],
      ['03', ['192.0.2.99']],
      ['15', ['192.0.2.21']],
      ['63', ['192.0.2.2']],
    ],
  )
  assert.deepEqual([of('01')?.hostname, of('01')?.seenAt], ['büro-pc', undefined])
  assert.deepEqual(of('01')?.facts, { server: 'lan', clientId: '01:00:1b:21:00:00:01' })
  assert.deepEqual(of('01')?.volatile, { expiresAt: '2026-11-27T00:40:26.000Z' })
  assert.equal(of('03')?.hostname, '123')
  assert.deepEqual([of('15')?.seenAt, of('15')?.facts?.['comment']], ['2026-11-17T06:55:55.000Z', 'printer'])
})

test('a machine hangs on its port, nobody on the aggregate to the switch, radio clients on the radio', async (t) => {
  const { of } = await readRouter(t)

  assert.deepEqual(
    ['01', '02', '03', '15', '63'].map((last) => of(last)?.switchPort),
    ['gw-1 lan2', undefined, 'gw-1 wifi1', undefined, 'gw-1 bond1'],
  )
  assert.deepEqual(of('01')?.port, {
    deviceSourceId: 'serial:he108abcdef',
    interface: 'lan2',
    addresses: 1,
    vlan: 10,
  })
})

test('a machine that is silent for a while is on no other port for that', async (t) => {
  const menus = routerMenus()
  menus['interface/bridge/host'] = menus['interface/bridge/host']!.filter(
    (row) => row['on-interface'] !== 'lan2',
  )
  const { of } = await readRouter(t, menus)

  assert.deepEqual([of('01')?.switchPort, of('01')?.unread], [undefined, ['port', 'switchPort']])
  assert.deepEqual([of('02')?.switchPort, of('02')?.unread], [undefined, undefined])
})

test('both interfaces of a router give the same records', async (t) => {
  const rest = await readRouter(t)
  const api = await readRouter(t, routerMenus(), 'apiUrl')

  assert.deepEqual(api.records, rest.records)
  assert.deepEqual(api.verdict, rest.verdict)
})

test('menus that a release lacks are no gap, older radio menus are read too', async (t) => {
  for (const way of ways) {
    const menus = routerMenus()
    delete menus['interface/wifi/registration-table']
    delete menus['ipv6/address']
    delete menus['system/license']
    menus['interface/wireless/registration-table'] = [
      { interface: 'wlan1', 'mac-address': '00:1B:21:00:00:07' },
      { interface: 'wlan1', 'mac-address': '00:1B:21:00:00:08', ap: 'true' },
    ]
    const { verdict, of } = await readRouter(t, menus, way)

    assert.deepEqual(verdict, { complete: true })
    assert.equal(of('07')?.switchPort, 'gw-1 wlan1')
    assert.equal(of('08'), undefined)
  }
})

test('a router without a board is known by its licence, and by its lowest address without one', async (t) => {
  const menus = routerMenus()
  menus['system/routerboard'] = [{ routerboard: 'false' }]
  assert.equal((await readRouter(t, menus)).device.sourceId, 'license:abcd-1234')
  menus['system/license'] = []
  assert.equal((await readRouter(t, menus)).device.sourceId, 'mac:48:a9:8a:00:00:01')
})

test('right after a restart the reading is partial', async (t) => {
  const menus = routerMenus()
  menus['system/resource']![0]!['uptime'] = '42s'
  const reading = await readRouter(t, menus)
  assert.match(reasonOf(reading), /^the router started 42 seconds ago/)
  assert.deepEqual(reading.device.unread, ['relationships'])

  menus['system/routerboard'] = []
  await assert.rejects(readRouter(t, menus), failing('SOURCE_ANSWER_INVALID', /does not know its board/))
  menus['interface'] = []
  await assert.rejects(readRouter(t, menus), failing('SOURCE_ANSWER_INVALID', /tells nothing of interface/))
})

test('MikroTik’s own discovery tells no capabilities: such a neighbour is taken for a switch', async (t) => {
  const menus = routerMenus()
  menus['ip/neighbor'] = [
    {
      interface: 'lan2',
      'mac-address': '00:1B:21:00:00:64',
      identity: 'sw-2',
      platform: 'MikroTik',
      'discovered-by': 'mndp',
    },
  ]
  const { of, device } = await readRouter(t, menus)

  assert.equal(of('01')?.switchPort, undefined)
  assert.equal(device.relationships?.[0]?.metadata?.['protocol'], 'mndp')
})

test('of neighbours on one port only those that LLDP tells are right behind it', async (t) => {
  const menus = routerMenus()
  const beyond = { interface: 'bond1,bridge', platform: 'MikroTik', 'discovered-by': 'cdp,mndp' }
  menus['ip/neighbor']!.push(
    { ...beyond, 'mac-address': '00:1B:21:00:00:64', identity: 'sw-2' },
    { ...beyond, 'mac-address': '00:1B:21:00:00:65', identity: 'sw-1', 'interface-name': 'bridge' },
  )
  const { device, of } = await readRouter(t, menus)

  assert.deepEqual(
    device.relationships?.map(({ keys }) => keys?.at(-1)),
    ['name:sw-1', 'name:sw-1'],
  )
  assert.deepEqual([of('64')?.hostname, of('64')?.switchPort], ['sw-2', undefined])
})

for (const way of ways) {
  test(`${nameOf[way]}: a wrong password is refused, a forbidden menu is a gap`, async (t) => {
    const router = await startFakeRouter(t, routerMenus())
    await assert.rejects(
      readAll(open(router, way, { password: 'wrong-password' })),
      (error: AppError) =>
        failing('SOURCE_REJECTED_LOGIN')(error) && !error.message.includes('wrong-password'),
    )
    router.forbidden.add('ip/arp')
    const reading = await readAll(open(router, way))
    assert.match(reasonOf(reading), /^ip\/arp could not be read/)
    router.forbidden.add('interface/bridge/host')
    const blind = await readAll(open(router, way))
    assert.ok(
      blind.records.every((record) => record.kind !== 'sighting' || !record.switchPort?.includes('lan2')),
    )
    for (const menu of ['system/routerboard', 'ip/neighbor', 'interface']) {
      router.forbidden = new Set([menu])
      await assert.rejects(readAll(open(router, way)), failing('SOURCE_FORBIDDEN'))
    }
  })

  test(`${nameOf[way]}: what is recorded replays the same, without the password`, async (t) => {
    const router = await startFakeRouter(t, routerMenus())
    const folder = mkdtempSync(join(tmpdir(), 'rollcall-mikrotik-'))
    t.after(() => rmSync(folder, { recursive: true }))
    const first = await readAll(open(router, way, { record: folder }))
    for (const file of readdirSync(folder))
      assert.ok(!readFileSync(join(folder, file), 'utf8').includes(login.password), file)

    const url = way === 'url' ? 'http://127.0.0.1' : 'api://127.0.0.1'
    assert.deepEqual(await readAll(openMikrotik({ url, replay: folder })), first)
  })

  test(`${nameOf[way]}: the connection test tells what each menu gave`, async (t) => {
    const router = await startFakeRouter(t, routerMenus())
    delete router.menus['interface/wifi/registration-table']
    router.forbidden.add('ip/dhcp-server/lease')
    const { message, warnings, checks } = await open(router, way).test(never)

    assert.equal(message, 'gw-1: RouterOS 7.15.3 on RB5009UG+S+IN, 8 interfaces.')
    assert.match(warnings[0]!, /unencrypted/)
    assert.deepEqual(
      checks?.map(({ name, result, detail }) => [name, result, detail.split(' (')[0]]),
      [
        ['Read interfaces', 'ok', '8 interfaces'],
        ['Read addresses', 'ok', '5 addresses'],
        ['Read DHCP leases', 'failed', 'ip/dhcp-server/lease could not be read'],
        ['Read address tables', 'ok', '4 entries'],
        ['Read bridge tables', 'ok', '5 addresses on ports'],
        ['Read neighbours', 'ok', '1 neighbours'],
        ['Read radio clients', 'limited', 'this release or its packages have none'],
      ].map(([name, ...rest]) => [
        name === 'Read address tables' ? 'Read address tables (ARP)' : name,
        ...rest,
      ]),
    )
  })
}

test('releases before 6.43 sign in by a challenge', async (t) => {
  const router = await startFakeRouter(t, routerMenus())
  router.isOld = true

  assert.ok((await readAll(open(router, 'apiUrl'))).verdict.complete)
  await assert.rejects(readAll(open(router, 'apiUrl', { password: 'x' })), failing('SOURCE_REJECTED_LOGIN'))
})

test('a session that ends, bytes that are none, and nobody there each have their error', async (t) => {
  const router = await startFakeRouter(t, routerMenus())
  router.fatalAt = 'ip/arp'
  await assert.rejects(readAll(open(router, 'apiUrl')), failing('SOURCE_UNREACHABLE', /ended the session/))
  router.garbage = Buffer.from([0xff, 0xff])
  await assert.rejects(
    readAll(open(router, 'apiUrl', { timeoutSeconds: 0.5 })),
    failing('SOURCE_ANSWER_INVALID', /does not speak the RouterOS API/),
  )
  router.garbage = Buffer.from([0x41, 0x42])
  await assert.rejects(
    readAll(open(router, 'apiUrl', { timeoutSeconds: 0.2 })),
    failing('SOURCE_TIMEOUT', /did not answer \/login within 0.2 s/),
  )
  await assert.rejects(
    readAll(openMikrotik({ url: 'api://127.0.0.1:1', ...login })),
    failing('SOURCE_UNREACHABLE', /Nothing listens/),
  )
})

test('the encrypted API is asked only where the router proves itself', async (t) => {
  const pair = await generate([{ name: 'commonName', value: 'router' }], { keySize: 2048 })
  const router = await startFakeRouter(t, routerMenus(), { cert: pair.cert, key: pair.private })

  await assert.rejects(readAll(open(router, 'apiUrl')), (error: AppError) => {
    failing('SOURCE_NOT_TRUSTED')(error)
    const fingerprint = /(?:[0-9A-F]{2}:){31}[0-9A-F]{2}/.exec(error.hint!)![0]
    t.diagnostic(fingerprint)
    router.username = fingerprint
    return true
  })
  assert.deepEqual(router.asked, [])
  const fingerprint = router.username
  router.username = login.username
  assert.ok((await readAll(open(router, 'apiUrl', { tls: { fingerprint } }))).verdict.complete)
  await assert.rejects(
    readAll(open(router, 'apiUrl', { tls: { fingerprint: '00'.repeat(32) } })),
    failing('SOURCE_NOT_TRUSTED', /another certificate/),
  )
})

test('an abort amid the API stops at once with the signal’s own reason', async (t) => {
  const router = await startFakeRouter(t, routerMenus())
  router.garbage = Buffer.alloc(0)
  const stop = new AbortController()
  const reason = new Error('enough')
  const reading = readAll(open(router, 'apiUrl', { timeoutSeconds: 30 }), stop.signal)
  setImmediate(() => stop.abort(reason))

  await assert.rejects(reading, (thrown) => thrown === reason)
})

let shared: FakeRouter
before(async () => {
  shared = await startFakeRouter(undefined, routerMenus())
})
testSourceContract('mikrotik by REST', () => open(shared))
testSourceContract('mikrotik by the API', () => open(shared, 'apiUrl'))

fuzzSource(
  'mikrotik',
  async (t) => {
    const router = await startFakeRouter(t, routerMenus())
    return {
      url: router.url,
      open: (url) => openMikrotik({ url, ...login }),
      secrets: [login.password, Buffer.from(`${login.username}:${login.password}`).toString('base64')],
    }
  },
  { provesAbsence: false },
)

const {
  ROLLCALL_TEST_MIKROTIK_URL: url,
  ROLLCALL_TEST_MIKROTIK_USER: username,
  ROLLCALL_TEST_MIKROTIK_PASSWORD: password,
  ROLLCALL_TEST_MIKROTIK_FINGERPRINT: fingerprint,
} = process.env

if (url && username && password !== undefined) {
  testSourceContract('a real MikroTik', () =>
    openMikrotik({ url, username, password, tls: fingerprint ? { fingerprint } : {} }),
  )
} else {
  test('a real MikroTik', { skip: 'ROLLCALL_TEST_MIKROTIK_URL, _USER and _PASSWORD are not set' }, () => {})
}
