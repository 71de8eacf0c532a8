import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { z } from 'zod'
import type { ReportedConfig, ReportedDevice } from '#model/record.ts'
import { nodeRow } from '#sources/oxidized/answers.ts'
import { isConfig } from '#sources/oxidized/client.ts'
import { fullNameOf, toDevice } from '#sources/oxidized/mapping.ts'
import { parseRubyTime } from '#sources/oxidized/ruby-time.ts'
import type { KeptConfig, KeptConfigs, Page, Source, Verdict } from '#sources/source.ts'
import { openOxidized, oxidizedLab, routerConfig, switchConfig } from '#test/fakes/oxidized-world.ts'
import { failing, never } from '#test/http-lab.ts'
import { readAll, testSourceContract } from '#test/source-contract.ts'

const lab = oxidizedLab()
testSourceContract('oxidized', () => lab.open())

interface Told {
  devices: Map<string, ReportedDevice>
  configs: ReportedConfig[]
  warnings: string[]
  verdict: Verdict
}

/** Everything a reading tells, with what is said to be kept. */
async function tell(source: Source, kept: Record<string, Partial<KeptConfig>> = {}): Promise<Told> {
  const newest = new Map(
    Object.entries(kept).map(([id, each]): [string, KeptConfig] => [
      id,
      {
        revision: null,
        retrievedAt: '2026-01-01T00:00:00.000Z',
        hash: '',
        text: null,
        metadata: {},
        ...each,
      },
    ]),
  )
  const keeper: KeptConfigs = { newest: async () => newest, revisions: async () => new Set() }
  const pages = source.read(never, keeper)
  const all: Page[] = []
  for (;;) {
    const step = await pages.next()
    if (!step.done) {
      all.push(step.value)
      continue
    }
    const records = all.flatMap((page) => page.records as ReportedDevice[])
    return {
      devices: new Map(records.map((record) => [record.sourceId, record])),
      configs: all.flatMap((page) => page.configs ?? []),
      warnings: all.flatMap((page) => page.warnings ?? []),
      verdict: step.value,
    }
  }
}

test('a node becomes a network device, with what its configuration tells', async () => {
  const { devices, configs, verdict } = await tell(lab.open())

  assert.deepEqual(verdict, { complete: true })
  assert.deepEqual([...devices.keys()], ['edge-1.example.net', 'site-a/access/sw-1', 'site-b/203.0.113.9'])
  assert.deepEqual(devices.get('site-a/access/sw-1'), {
    kind: 'device',
    sourceId: 'site-a/access/sw-1',
    name: 'sw-1',
    deviceType: 'network_device',
    status: 'active',
    names: ['sw-1', 'sw-1.example.net'],
    address: '192.0.2.5',
    serial: 'FOC1000X001',
    vendor: 'Cisco',
    model: 'WS-C2960X-24TS-L',
    os: 'Cisco IOS 15.2(7)E8',
    interfaces: [
      {
        name: 'GigabitEthernet1/0/1',
        addresses: [],
        type: 'physical',
        metadata: { description: 'To the roof', vlan: 10 },
      },
      { name: 'Vlan10', addresses: ['192.0.2.5/24'], type: 'virtual', metadata: {} },
    ],
    facts: { group: 'site-a/access', model: 'IOS', vlans: '10', vlanNames: { '10': 'USERS' } },
    volatile: {
      lastStatus: 'success',
      lastEnd: '2026-08-15T10:00:07.000Z',
      lastSeconds: 7.1,
      configChangedAt: '2026-08-14T09:00:00.000Z',
    },
  })
  const bare = devices.get('site-b/203.0.113.9')!
  assert.deepEqual(
    [bare.name, bare.status, bare.names, bare.interfaces, bare.vendor],
    ['203.0.113.9', 'unknown', undefined, undefined, undefined],
  )
  assert.deepEqual(
    configs.map(({ deviceSourceId, text, retrievedAt, metadata }) => [
      deviceSourceId,
      text,
      retrievedAt,
      metadata,
    ]),
    [
      [
        'edge-1.example.net',
        routerConfig,
        '2026-08-15T09:00:00.000Z',
        { model: 'RouterOS', mtime: '2026-08-15T09:00:00.000Z' },
      ],
      [
        'site-a/access/sw-1',
        switchConfig,
        '2026-08-14T09:00:00.000Z',
        { model: 'IOS', mtime: '2026-08-14T09:00:00.000Z' },
      ],
    ],
  )
})

test('nothing is done to Oxidized, and a node without group is asked for without the group default', async () => {
  await tell(lab.open())

  assert.deepEqual(lab.fake.deeds, [])
  assert.deepEqual(lab.fake.requests.toSorted(), [
    '/node/fetch/edge-1.example.net',
    '/node/fetch/site-a/access/sw-1',
    '/nodes.json',
  ])
})

test('a configuration that is kept is not fetched again, and still tells its interfaces', async () => {
  const first = await tell(lab.open())
  lab.fake.requests = []
  const kept = Object.fromEntries(
    first.configs.map(({ deviceSourceId, text, metadata }) => [
      deviceSourceId,
      { text, metadata: metadata! },
    ]),
  )

  const second = await tell(lab.open(), kept)

  assert.deepEqual(lab.fake.requests, ['/nodes.json'])
  assert.deepEqual(second.configs, [])
  assert.deepEqual(second.devices, first.devices)
})

test('after a restart Oxidized knows nothing of its nodes: what is kept stands in, and nothing changes', async () => {
  const first = await tell(lab.open())
  const kept = Object.fromEntries(
    first.configs.map(({ deviceSourceId, text, metadata }) => [
      deviceSourceId,
      { text, metadata: metadata! },
    ]),
  )
  for (const node of lab.fake.nodes) Object.assign(node, { status: 'never', mtime: 'unknown' })

  const { devices, configs, verdict } = await tell(lab.open(), kept)

  assert.deepEqual([configs, verdict], [[], { complete: true }])
  assert.deepEqual(
    devices.get('site-a/access/sw-1')!.interfaces,
    first.devices.get('site-a/access/sw-1')!.interfaces,
  )
})

test('an answer that says there is no configuration is none, although it comes with 200', async () => {
  lab.fake.nodes[0]!.config = null

  const { devices, configs, warnings, verdict } = await tell(lab.open())

  assert.deepEqual(
    configs.map((config) => config.deviceSourceId),
    ['edge-1.example.net'],
  )
  assert.equal(devices.size, 3)
  assert.match(warnings.join(), /no configuration of these nodes: site-a\/access\/sw-1/)
  assert.deepEqual(verdict, { complete: true })
  for (const text of [
    'node not found',
    'version not found\n',
    'no diffs',
    "unable to find 'x'",
    'anything short',
    '',
  ])
    assert.equal(isConfig(text), false, text)
})

test('names that oxidized-web would cut are asked for so that it does not', async () => {
  const names = ['sw.json', 'sw.', 'sw.example.net', 'Büro 1%2/3?']
  lab.fake.nodes = names.map((name, index) => ({
    ...lab.fake.nodes[0]!,
    name,
    config: `hostname n${index}\n!\n`,
  }))
  delete (lab.fake.nodes[3] as { group?: string }).group

  const { configs, verdict } = await tell(lab.open())

  assert.deepEqual(verdict, { complete: true })
  const texts = new Map(configs.map(({ deviceSourceId, text }) => [deviceSourceId, text]))
  assert.deepEqual(
    names.map((name, index) => texts.get(index === 3 ? name : `site-a/access/${name}`)),
    ['hostname n0\n!\n', 'hostname n1\n!\n', 'hostname n2\n!\n', 'hostname n3\n!\n'],
  )
})

test('bytes that are no UTF-8 are kept, and a byte order mark too', async () => {
  lab.fake.nodes[0]!.config = Buffer.from('hostname Z\xfcrich\r\n!\n', 'latin1')
  lab.fake.nodes[1]!.config = Buffer.from('\ufeff# RouterOS\n/ip address\n')

  const { configs } = await tell(lab.open())

  assert.deepEqual(
    configs.map(({ text, encoding }) => [text, encoding]),
    [
      ['\ufeff# RouterOS\n/ip address\n', undefined],
      ['hostname Zürich\r\n!\n', 'latin1'],
    ],
  )
})

test('logins in vars are told to nobody, and the connection test warns of them', async () => {
  const told = await tell(lab.open())
  const { checks, message } = await lab.open().test(never)

  assert.doesNotMatch(JSON.stringify([...told.devices.values(), ...told.warnings]), /node-word/)
  assert.equal(message, 'Oxidized knows 3 nodes.')
  assert.deepEqual(
    checks!.map(({ name, result }) => [name, result]),
    [
      ['Read the nodes', 'ok'],
      ['Keep logins of devices private', 'limited'],
      ['Read a configuration', 'ok'],
      ['Read the history', 'limited'],
    ],
  )
})

test('configurations that fail leave the reading partial, keep what was known, and are not tried for ever', async () => {
  const many = Array.from({ length: 40 }, (_, index) => ({ ...lab.fake.nodes[0]!, name: `sw-${index + 10}` }))
  lab.fake.nodes = many
  lab.fake.interfere = (path) => (path.startsWith('/node/fetch/') ? { status: 500, body: 'oops' } : undefined)

  const { devices, configs, verdict } = await tell(lab.open({ parallel: 1 }), {
    'site-a/access/sw-49': { text: switchConfig },
  })

  assert.equal(devices.size, 40)
  assert.equal(devices.get('site-a/access/sw-49')!.interfaces!.length, 2)
  assert.deepEqual(configs, [])
  assert.ok(
    !verdict.complete && /these configurations could not be read: .* and 30 more/.test(verdict.reason),
  )
  assert.equal(lab.fake.requests.length, 6)
})

test('a sign-in page in place of a configuration is not kept', async () => {
  lab.fake.interfere = (path) =>
    path.startsWith('/node/fetch/')
      ? { body: '<!DOCTYPE html>\n<html><body>Sign in</body></html>\n' }
      : undefined

  const { configs, verdict } = await tell(lab.open())

  assert.deepEqual([configs, verdict.complete], [[], false])
})

test('entries that are not understood leave the reading partial; those told twice are one', async () => {
  lab.fake.interfere = (path) =>
    path === '/nodes.json'
      ? {
          body: JSON.stringify([
            { ip: '192.0.2.1' },
            { name: 'a', ip: null },
            { name: 'a', ip: '192.0.2.1' },
            7,
          ]),
        }
      : undefined

  const { devices, verdict } = await tell(lab.open())

  assert.deepEqual([...devices.keys()], ['a'])
  assert.deepEqual(verdict, { complete: false, reason: '2 nodes could not be understood' })
})

test('a wrong password, a wrong prefix and something else that answers are told apart', async () => {
  const open = (settings: object) => openOxidized({ url: lab.fake.url, ...settings })
  await assert.rejects(readAll(open({})), failing('SOURCE_REJECTED_LOGIN'))
  await assert.rejects(
    readAll(lab.open({ url: lab.fake.url.replace('/oxidized', '') })),
    failing('SOURCE_ANSWER_INVALID', /404/),
  )
  lab.fake.interfere = () => ({ body: '{"nodes":[]}' })
  await assert.rejects(readAll(lab.open()), failing('SOURCE_ANSWER_INVALID', /without a list of nodes/))
})

async function newFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-oxidized-'))
  t.after(() => rm(folder, { recursive: true }))
  return folder
}

test('a recording has no secret of the configurations, and reads the same without the network', async (t) => {
  const record = await newFolder(t)
  const first = await tell(lab.open({ record }))
  const files = await readdir(record)
  const all = await Promise.all(files.map((file) => readFile(join(record, file), 'utf8')))

  assert.doesNotMatch(all.join('\n'), /enableword|pppword|node-word|proxy-word/)
  const replayed = await tell(openOxidized({ url: 'http://nowhere.invalid/oxidized', replay: record }))
  assert.deepEqual(replayed.devices, first.devices)
})

test('times as Ruby writes them', () => {
  assert.deepEqual(
    [
      '2026-08-15 10:00:07 UTC',
      '2025-02-05 19:49:00 +0100',
      '2015-12-01T13:14:23Z',
      'never',
      'unknown',
      '',
      '2026-13-45 10:00:07 UTC',
    ].map(parseRubyTime),
    [
      '2026-08-15T10:00:07.000Z',
      '2025-02-05T18:49:00.000Z',
      '2015-12-01T13:14:23.000Z',
      undefined,
      undefined,
      undefined,
      undefined,
    ],
  )
})

const folder = new URL('../../../../shared/fixtures/oxidized/', import.meta.url)
const recordings = existsSync(folder) ? {} : { skip: 'the recorded answers are not here' }
const recorded = (file: string): string => readFileSync(new URL(file, folder), 'utf8')

test('the older shape of nodes, in which last is a time alone, is understood', recordings, () => {
  const rows = z.array(nodeRow).parse(JSON.parse(recorded('nodes.sample.json')))
  const devices = rows.map((row) => toDevice(row, undefined))

  assert.deepEqual(rows.map(fullNameOf), [
    '192.168.33.30',
    'cows/rtr1.sfo.example.com',
    'rtr2.sfo.example.com',
  ])
  assert.deepEqual(
    devices.map(({ name, address, status, volatile }) => [name, address, status, volatile!['lastEnd']]),
    [
      ['192.168.33.30', '192.168.33.30', 'unknown', undefined],
      ['rtr1.sfo.example.com', '192.168.33.31', 'unknown', '2015-12-01T13:14:23.000Z'],
      ['rtr2.sfo.example.com', '192.168.33.32', 'active', '2015-12-15T09:43:21.000Z'],
    ],
  )
  assert.doesNotMatch(JSON.stringify(rows), /s3cr3t|passw0rd/)
})

test('a recorded configuration of RouterOS tells its ports and its address', recordings, () => {
  const row = nodeRow.parse({ name: 'chr', ip: '10.0.2.100', model: 'RouterOS', last: null })
  const device = toDevice(row, recorded('config-routeros-CHR_7.16.txt'))

  assert.deepEqual(
    [device.os, device.model, device.interfaces!.length, device.interfaces![0]!.addresses],
    ['RouterOS 7.16', 'D53G-5HacD2HnD&EG120K-EA', 8, ['10.0.2.100/24']],
  )
})

const { ROLLCALL_TEST_OXIDIZED_URL: url } = process.env
if (url) testSourceContract('a real Oxidized', () => openOxidized({ url }))
else test('a real Oxidized', { skip: 'ROLLCALL_TEST_OXIDIZED_URL is not set' }, () => {})
