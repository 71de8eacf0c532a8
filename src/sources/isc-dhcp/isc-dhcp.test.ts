import assert from 'node:assert/strict'
import { appendFile, rename, writeFile } from 'node:fs/promises'
import { test } from 'node:test'
import fc from 'fast-check'
import { iscDhcpSource } from '#sources/isc-dhcp/isc-dhcp.ts'
import { unescapeString } from '#sources/isc-dhcp/lease-statements.ts'
import { bySourceId, recording, temporaryFolder, toolsAt } from '#test/lease-world.ts'
import { readAll, testSourceContract } from '#test/source-contract.ts'

const now = '2026-11-22T07:20:00.000Z'
const folder = await temporaryFolder()
const open = (path: string, at = now) => iscDhcpSource.open({ path }, toolsAt(at))

/** A reading of a file with this text. */
async function readText(text: string | Buffer, at = now) {
  const path = await folder.write(`text-${counter++}.leases`, text)
  return readAll(open(path, at))
}
let counter = 0

const lease = (address: string, ...statements: string[]) =>
  `lease ${address} {\n${statements.map((each) => `  ${each};\n`).join('')}}\n`
const card = (last: string) => `hardware ethernet 02:00:5e:00:00:${last}`

const world = [
  '# The format of this file is documented in the dhcpd.leases(5) manual page.\nauthoring-byte-order little-endian;\n',
  'server-duid "\\000\\001\\000\\0012\\225Sh\\206\\215G\\270\\201\\311";\n',
  'failover peer "dhcp" state {\n  my state normal at 0 2026/11/22 07:00:00;\n}\n',
  'host printer {\n  dynamic;\n  hardware ethernet 02:00:5e:00:00:50;\n  fixed-address 192.0.2.50;\n}\n',
  lease('192.0.2.100', 'binding state active', card('07')),
  lease(
    '192.0.2.101',
    'starts 0 2026/11/22 07:17:00',
    'ends 0 2026/11/22 07:27:00',
    'cltt 0 2026/11/22 07:18:00',
    'binding state active',
    'next binding state free',
    card('01'),
    'uid "\\001\\002\\000^\\000\\000\\001"',
    'set vendor-class-identifier = "udhcp 1.35.0"',
    'option agent.circuit-id "Gi1/0/4"',
    'option agent.remote-id "core-sw-1"',
    'client-hostname "nas-01."',
  ),
  lease('192.0.2.102', 'starts never', 'ends never', 'binding state active', card('02')),
  lease('192.0.2.103', 'binding state active', card('03'), 'client-hostname "early"'),
  lease('192.0.2.103', 'binding state free', card('03')),
  lease('192.0.2.104', 'binding state abandoned'),
  lease('192.0.2.105', 'binding state backup'),
  lease('192.0.2.106', 'ends 0 2026/11/22 07:19:59', 'binding state active', card('06')),
  lease(
    '192.0.2.100',
    'ends epoch 1795331831; # Sun Nov 22 07:17:11 2026',
    'binding state active',
    card('08'),
  ),
].join('')
const worldPath = await folder.write('world.leases', world)

testSourceContract('isc-dhcp', () => open(worldPath))

test('the last declaration of an address holds, and only active leases that have not ended', async () => {
  const found = bySourceId((await readAll(open(worldPath))).records)

  assert.deepEqual(Object.keys(found), ['02:00:5e:00:00:01', '02:00:5e:00:00:02'])
  assert.deepEqual(found['02:00:5e:00:00:01'], {
    kind: 'sighting',
    sourceId: '02:00:5e:00:00:01',
    mac: '02:00:5e:00:00:01',
    addresses: ['192.0.2.101'],
    hostname: 'nas-01',
    switchPort: 'core-sw-1 Gi1/0/4',
    seenAt: '2026-11-22T07:18:00.000Z',
    facts: {
      clientId: '01:02:00:5e:00:00:01',
      vendorClass: 'udhcp 1.35.0',
      circuitId: 'Gi1/0/4',
      remoteId: 'core-sw-1',
    },
    volatile: { expiresAt: '2026-11-22T07:27:00.000Z' },
  })
  assert.deepEqual(found['02:00:5e:00:00:02']!.volatile, { expiresAt: 'never' })
})

test('several addresses of one card are one sighting, whatever their order in the file', async () => {
  const one = lease('192.0.2.20', 'binding state active', card('01'))
  const two = lease('192.0.2.3', 'binding state active', card('01'), 'client-hostname "two"')

  const first = await readText(one + two)
  const second = await readText(two + one)

  assert.deepEqual(first.records, second.records)
  assert.deepEqual(bySourceId(first.records)['02:00:5e:00:00:01']!.addresses, ['192.0.2.3', '192.0.2.20'])
})

test('names and ids come out of any spelling: octal, raw bytes, Windows code page, hexadecimal ids', async () => {
  const raw = Buffer.concat([
    Buffer.from('lease 192.0.2.3 {\n binding state active; client-hostname "k\u00fcche \\"1\\"";}\n'),
    Buffer.from(`lease 192.0.2.4 { binding state active; client-hostname "k\u00fcche"; }\n`, 'latin1'),
    Buffer.from(
      'lease 192.0.2.5 { binding state active; client-hostname "k\\303\\274che\\000\\007"; uid 1:2:0:5e; }\n',
    ),
    Buffer.from('lease 192.0.2.6 { binding state active; set ddns-fwd-name = "box.example.net"; }\n'),
    Buffer.from('lease 192.0.2.7 { binding state active; client-hostname "\\000"; }'),
  ])

  const found = bySourceId((await readText(raw)).records)

  assert.equal(found['ip:192.0.2.3']!.hostname, 'küche "1"')
  assert.equal(found['ip:192.0.2.4']!.hostname, 'küche')
  assert.equal(found['ip:192.0.2.5']!.hostname, 'küche')
  assert.deepEqual(found['ip:192.0.2.5']!.facts, { clientId: '01:02:00:5e' })
  assert.equal(found['ip:192.0.2.6']!.hostname, 'box.example.net')
  assert.equal(found['ip:192.0.2.7']!.hostname, undefined)
})

test('a whole file on one line, braces in strings and unknown nested blocks are read', async () => {
  const { records, verdict } = await readText(
    'lease 192.0.2.1{starts 0 2026/11/22 07:17:00;binding state active;on release{log(debug,"} ; {");}' +
      `${card('01')};client-hostname "a{b;#c}";}lease 192.0.2.2{${card('02')};}#end`,
  )

  assert.deepEqual(verdict, { complete: true })
  assert.equal(bySourceId(records)['02:00:5e:00:00:01']!.hostname, 'a{b;#c}')
  assert.ok(bySourceId(records)['02:00:5e:00:00:02'], 'a lease without a state is in force')
})

const association = (kind: string, id: string, ...inner: string[]) =>
  `${kind} "${id}" {\n  cltt 0 2026/11/22 07:10:00;\n${inner.join('')}}\n`
const within = (kind: string, address: string, state = 'active') =>
  `  ${kind} ${address} {\n    binding state ${state};\n    ends 0 2026/11/22 08:00:00;\n    on expiry { log (debug, "x"); }\n  }\n`

test('DHCPv6 addresses and prefixes are of the client with that DUID, and a newer association replaces the older', async () => {
  const id = '\\001\\000\\000\\000\\000\\003\\000\\001\\002\\000^\\000\\000\\007'
  const other = '\\002\\000\\000\\000\\000\\003\\000\\001\\002\\000^\\000\\000\\010'
  const { records } = await readText(
    association('ia-na', id, within('iaaddr', '2001:db8::1'), within('iaaddr', '2001:db8::2')) +
      association(
        'ia-na',
        id,
        within('iaaddr', '2001:DB8:0::3'),
        within('iaaddr', '2001:db8::4', 'expired'),
      ) +
      association('ia-pd', id, within('iaprefix', '2001:db8:ff00::/56')) +
      association('ia-na', other, within('iaaddr', '2001:db8::1')) +
      association('ia-na', other, within('iaaddr', '2001:db8::1', 'released')),
  )

  assert.deepEqual(records, [
    {
      kind: 'sighting',
      sourceId: 'duid:00:03:00:01:02:00:5e:00:00:07',
      addresses: ['2001:db8::3'],
      seenAt: '2026-11-22T07:10:00.000Z',
      facts: {
        duid: '00:03:00:01:02:00:5e:00:00:07',
        macHint: '02:00:5e:00:00:07',
        prefixes: ['2001:db8:ff00::/56'],
      },
      volatile: {
        expiresAt: '2026-11-22T08:00:00.000Z',
        expiries: {
          '2001:db8::3': '2026-11-22T08:00:00.000Z',
          '2001:db8:ff00::/56': '2026-11-22T08:00:00.000Z',
        },
      },
    },
  ])
})

test('an address that moved to another DHCPv6 client stays with it when the first one renews without it', async () => {
  const { records } = await readText(
    association('ia-na', 'AAAAfirst', within('iaaddr', '2001:db8::1')) +
      association('ia-na', 'AAAAother', within('iaaddr', '2001:db8::1')) +
      association('ia-na', 'AAAAfirst', within('iaaddr', '2001:db8::2')),
  )

  assert.deepEqual(
    Object.entries(bySourceId(records)).map(([id, { addresses }]) => [id, addresses]),
    [
      ['duid:6f:74:68:65:72', ['2001:db8::1']],
      ['duid:66:69:72:73:74', ['2001:db8::2']],
    ],
  )
})

test('half a declaration at the end makes the reading partial and names the line it begins on', async () => {
  const { records, verdict } = await readText(`${world}lease 192.0.2.200 {\n  starts 0 2026/11/22 07:1`)

  assert.equal(records.length, 2)
  assert.ok(!verdict.complete)
  assert.match(verdict.reason, /^The declaration that begins on line \d+ of .* has no end$/)
})

test('a declaration the server completes meanwhile is read once it is whole', async () => {
  const path = await folder.write('growing.leases', 'lease 192.0.2.1 {\n  binding state active;\n')
  const tools = toolsAt(now)
  const sleep = async () => appendFile(path, `  ${card('01')};\n}\n`)

  const source = iscDhcpSource.open({ path }, { ...tools, clock: { ...tools.clock, sleep } })
  const { records, verdict } = await readAll(source)

  assert.deepEqual(verdict, { complete: true })
  assert.equal(records[0]!.sourceId, '02:00:5e:00:00:01')
})

test('a declaration that lost its end in the middle costs itself only, and is told', async () => {
  const { records, verdict, warnings } = await readText(
    `lease 192.0.2.1 {\n  binding state active;\n  ${card('01')};\n${lease('192.0.2.2', card('02'))}${lease('192.0.2.3', card('03'))}`,
  )

  assert.deepEqual(Object.keys(bySourceId(records)), ['02:00:5e:00:00:02', '02:00:5e:00:00:03'])
  assert.equal(verdict.complete, false)
  assert.match(warnings[0]!, /^Line 4 of .*: the declaration before it has no end$/)
})

test('a missing or empty lease file falls back to the older copy and says so', async () => {
  const older = lease('192.0.2.1', card('01'))
  await folder.write('moved.leases~', older)
  const missing = await readAll(open(folder.path('moved.leases')))
  await writeFile(folder.path('moved.leases'), '')
  const empty = await readAll(open(folder.path('moved.leases')))

  for (const { records, verdict } of [missing, empty]) {
    assert.equal(records.length, 1)
    assert.ok(!verdict.complete)
    assert.match(verdict.reason, /is missing or empty; the older .*~ was read instead$/)
  }
  await assert.rejects(readAll(open(folder.path('never-was.leases'))), {
    code: 'SOURCE_FILE_UNREADABLE',
    message: /never-was\.leases does not exist$/,
  })
})

test('a file that the server puts into place of the one being read is read again', async () => {
  const path = await folder.write('replaced.leases', `${lease('192.0.2.1', card('01'))}lease 192.0.2.9 {`)
  const tools = toolsAt(now)
  const sleep = async () => {
    await writeFile(`${path}.new`, lease('192.0.2.2', card('02')))
    await rename(`${path}.new`, path)
  }

  const { records, verdict } = await readAll(
    iscDhcpSource.open({ path }, { ...tools, clock: { ...tools.clock, sleep } }),
  )

  assert.deepEqual(verdict, { complete: true })
  assert.deepEqual(Object.keys(bySourceId(records)), ['02:00:5e:00:00:02'])
})

test('damage is refused with its line: a stray brace, an endless string, an endless statement, nesting without end', async () => {
  const damaged: [string, RegExp][] = [
    [`${lease('192.0.2.1')}}\n`, /^Line 3 of .*: a closing brace without an opening one$/],
    [`lease 192.0.2.1 {\n  uid "${'x'.repeat(70_000)}\n`, /^Line 2 of .*: a quoted text does not end$/],
    [
      `lease 192.0.2.1 {\n${'word word word word word\n'.repeat(4000)}`,
      /^Line \d+ of .*: a statement does not end$/,
    ],
    [`lease 192.0.2.1 {\n${'on x {\n'.repeat(100)}`, /^Line 65 of .*: blocks are nested too deep$/],
  ]
  for (const [text, message] of damaged) {
    await assert.rejects(readText(text), { code: 'SOURCE_ANSWER_INVALID', message })
  }
})

test('whatever bytes a client puts into its name come back from the escapes dhcpd writes', () => {
  const bytes = fc.uint8Array({ maxLength: 64 })
  fc.assert(
    fc.property(bytes, (data) => {
      // As dhcpd prints: octal for what is not printable, a backslash before quote and backslash.
      const written = [...data]
        .map((byte) => {
          const char = String.fromCharCode(byte)
          if (char === '"' || char === '\\') return `\\${char}`
          return byte >= 32 && byte < 127 ? char : `\\${byte.toString(8).padStart(3, '0')}`
        })
        .join('')
      assert.equal(unescapeString(written), Buffer.from(data).toString('latin1'))
    }),
  )
})

test('any text either reads or is refused with a line number; a sound lease after sound text is always found', async () => {
  const piece = fc.constantFrom('lease 192.0.2.9 {', '{', '}', ';', '"', '\\', '\n', ' ', 'ends never', 'binding state active', 'ia-na "AAAAx" {', 'iaaddr 2001:db8::1 {', '#', 'hardware ethernet 02:00:5e:00:00:33', '\u00a0', '\r\n', 'uid "\\001\\377"') // prettier-ignore
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 25 }), async (pieces) => {
      const path = await folder.write('any.leases', pieces.join(''))
      const tools = toolsAt(now)
      const source = iscDhcpSource.open(
        { path },
        { ...tools, clock: { ...tools.clock, sleep: async () => {} } },
      )
      await readAll(source).catch((error: Error) => assert.match(error.message, /^Line \d+ of /))
    }),
    { numRuns: 200 },
  )
})

const recorded: [string, string, string[]][] = [
  [
    'recorded-4.4.3/fresh.leases',
    now,
    ['01', '02', '03', '04', '05', '06', '07'].map((each) => `02:00:5e:00:00:${each}`),
  ],
  [
    'recorded-4.4.3/released-abandoned.leases',
    now,
    ['01', '02', '03', '04', '05', '06', '08'].map((each) => `02:00:5e:00:00:${each}`),
  ],
  [
    'python-isc-dhcp-leases/pfsense.leases',
    '2015-07-06T08:00:00.000Z',
    ['64:5a:04:6a:07:a2', '14:da:e9:04:c8:a3'],
  ],
  ['python-isc-dhcp-leases/debian7.leases', '2014-01-01T00:00:00.000Z', []],
  ['python-isc-dhcp-leases/static.leases', '2015-09-10T00:00:00.000Z', []],
  [
    'python-isc-dhcp-leases/dhcpd6-4.3.3.leases',
    '2016-01-06T15:00:00.000Z',
    ['duid:00:01:00:01:1c:f7:10:a5:00:27:22:33:2b:34', 'duid:00:01:00:01:1d:34:4c:00:00:25:90:6b:a1:34'],
  ],
  ['dhcpd-pools/same-twice', now, ['ip:10.0.0.5']],
]
for (const [name, at, expected] of recorded) {
  const { path, skip } = recording(`isc-dhcpd/${name}`)
  test(`the recorded file ${name} gives exactly the clients that held a lease`, { skip }, async () => {
    const { records, verdict, warnings } = await readAll(open(path, at))

    assert.deepEqual({ verdict, warnings }, { verdict: { complete: true }, warnings: [] })
    assert.deepEqual(Object.keys(bySourceId(records)).sort(), expected.toSorted())
  })
}

const states = recording('isc-dhcpd/dhcpd-pools/binding-states')
test('of every binding state only active is a sighting', { skip: states.skip }, async () => {
  const { records } = await readAll(open(states.path))

  const addresses = new Set(Object.values(bySourceId(records)).flatMap((each) => each.addresses))
  for (const held of ['10.0.0.0', '10.0.0.2', '10.0.0.4']) assert.ok(addresses.has(held), held)
  for (const free of ['10.0.0.1', '10.0.0.3', '10.0.0.5', '10.0.0.6', '10.0.0.7', '10.0.0.8']) {
    assert.ok(!addresses.has(free), free)
  }
})
