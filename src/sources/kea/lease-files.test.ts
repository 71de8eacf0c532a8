import assert from 'node:assert/strict'
import { appendFile, rename, writeFile } from 'node:fs/promises'
import { test } from 'node:test'
import fc from 'fast-check'
import { keaSource } from '#sources/kea/kea.ts'
import { parseHeader, parseRow } from '#sources/kea/lease-rows.ts'
import { bySourceId, recording, temporaryFolder, toolsAt } from '#test/lease-world.ts'
import { readAll, testSourceContract } from '#test/source-contract.ts'

const now = '2026-11-22T07:30:00.000Z'
const folder = await temporaryFolder()
const openWith = (path: string, sleep?: () => Promise<void>) => {
  const tools = toolsAt(now)
  const clock = sleep ? { ...tools.clock, sleep } : tools.clock
  return keaSource.open(keaSource.settings.parse({ path }), { ...tools, clock })
}

const header4 =
  'address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state,user_context'
const file4 = (...rows: string[]) => [header4, ...rows, ''].join('\n')
const row4 = (
  last: number,
  { lifetime = 3600, expire = 1795335232, name = `host-${last}`, state = 0, context = '' } = {},
) =>
  `192.0.2.${last},02:00:5e:00:00:${last},01:02:00:5e:00:00:${last},${lifetime},${expire},1,0,0,${name},${state},${context}`
const write4 = (name: string, ...rows: string[]) => folder.write(name, file4(...rows))

const worldPath = await write4('world.csv', row4(50), row4(51), row4(52))
testSourceContract('kea lease files', () => openWith(worldPath))

test('the last row of an address holds; deleted, declined, reclaimed and released leases are not reported', async () => {
  const path = await write4(
    'states.csv',
    row4(50),
    row4(50, { expire: 1795335300, name: 'renamed.example.net.' }),
    row4(51),
    row4(51, { lifetime: 0, expire: 1795331635 }),
    row4(52, { state: 1 }),
    row4(53, { state: 2 }),
    row4(54, { state: 3 }),
    row4(55, { expire: 1795331000 }),
    row4(56, { lifetime: 4294967295, expire: 6090298930 }),
  )

  const { records, verdict } = await readAll(openWith(path))

  assert.deepEqual(verdict, { complete: true })
  assert.deepEqual(records, [
    {
      kind: 'sighting',
      sourceId: '02:00:5e:00:00:50',
      mac: '02:00:5e:00:00:50',
      addresses: ['192.0.2.50'],
      hostname: 'renamed.example.net',
      seenAt: '2026-11-22T07:15:00.000Z',
      facts: { clientId: '01:02:00:5e:00:00:50', subnetId: 1 },
      volatile: { expiresAt: '2026-11-22T08:15:00.000Z' },
    },
    {
      kind: 'sighting',
      sourceId: '02:00:5e:00:00:56',
      mac: '02:00:5e:00:00:56',
      addresses: ['192.0.2.56'],
      hostname: 'host-56',
      seenAt: '2026-11-22T07:13:55.000Z',
      facts: { clientId: '01:02:00:5e:00:00:56', subnetId: 1 },
      volatile: { expiresAt: 'never' },
    },
  ])
})

test('escapes in names and contexts are undone, and option 82 kept in them tells the switch port', async () => {
  const escape = (text: string) => text.replaceAll(/[,&]/g, (each) => `&#x${each.charCodeAt(0).toString(16)}`)
  const hex = (text: string) => Buffer.from(text).toString('hex')
  const relay = `0x0108${hex('Gi1/0/42')}0205${hex('sw-01')}`
  const path = await write4(
    'escapes.csv',
    row4(50, { name: 'a&#x2cb&#x26c&#xc3&#xa4' }),
    row4(51, {
      context: escape(
        JSON.stringify({ note: 'a, "b" & c', ISC: { 'relay-agent-info': { 'sub-options': relay } } }),
      ),
    }),
    row4(52, { context: escape(JSON.stringify({ ISC: { 'relay-agent-info': relay } })) }),
    row4(53, { context: '{ not json' }),
  )

  const found = bySourceId((await readAll(openWith(path))).records)

  assert.equal(found['02:00:5e:00:00:50']!.hostname, 'a,b&cä')
  assert.deepEqual(found['02:00:5e:00:00:51']!.facts!['userContext'], { note: 'a, "b" & c' })
  assert.equal(found['02:00:5e:00:00:51']!.switchPort, 'sw-01 Gi1/0/42')
  assert.equal(found['02:00:5e:00:00:52']!.switchPort, 'sw-01 Gi1/0/42')
  assert.equal(found['02:00:5e:00:00:53']!.facts!['userContext'], undefined)
})

test('columns are found by the header, of old, new and IPv6 files alike', async () => {
  const old = await folder.write(
    'old.csv',
    'address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname\n192.0.2.1,02:00:5e:00:00:01,,3600,1795335232,1,0,0,old\n',
  )
  const duid = '00:03:00:01:02:00:5e:00:00:07'
  const v6 = await folder.write(
    'v6.csv',
    [
      'address,duid,valid_lifetime,expire,subnet_id,pref_lifetime,lease_type,iaid,prefix_len,fqdn_fwd,fqdn_rev,hostname,hwaddr,state,user_context,hwtype,hwaddr_source,pool_id',
      `2001:db8::7,${duid},3600,1795335232,1,3000,0,1,128,0,0,seven,02:00:5e:00:00:07,0,,1,2,0`,
      `2001:db8:ff00::,${duid},3600,1795335232,1,3000,2,2,56,0,0,,02:00:5e:00:00:07,0,,1,2,0`,
      `2001:db8::8,00:02:00:00:ab:11:08,3600,1795335232,1,3000,0,1,128,0,0,eight,02:00:5e:00:00:08,4,,1,4,0`,
      '',
    ].join('\n'),
  )

  assert.equal(bySourceId((await readAll(openWith(old))).records)['02:00:5e:00:00:01']!.hostname, 'old')
  const found = bySourceId((await readAll(openWith(v6))).records)
  assert.deepEqual(Object.keys(found), [`duid:${duid}`, '02:00:5e:00:00:08'])
  assert.deepEqual(found[`duid:${duid}`]!.addresses, ['2001:db8::7'])
  assert.deepEqual(found[`duid:${duid}`]!.facts, {
    subnetId: 1,
    duid,
    macHint: '02:00:5e:00:00:07',
    prefixes: ['2001:db8:ff00::/56'],
  })
  assert.equal(found['02:00:5e:00:00:08']!.facts!['duid'], '00:02:00:00:ab:11:08')
})

test('after a clean-up the older rows are in the companions, and the newer file wins', async () => {
  const path = await write4('lfc.csv', row4(50, { name: 'newest' }))
  await write4('lfc.csv.1', row4(50, { name: 'middle' }), row4(51, { name: 'middle' }))
  await write4('lfc.csv.2', row4(51, { name: 'oldest' }), row4(52, { name: 'oldest' }))
  await folder.write('lfc.csv.output', 'half written')
  await folder.write('lfc.csv.pid', '4711\n')
  const names = async () =>
    Object.values(bySourceId((await readAll(openWith(path))).records))
      .map(({ addresses, hostname }) => `${addresses[0]} ${hostname}`)
      .toSorted()

  assert.deepEqual(await names(), ['192.0.2.50 newest', '192.0.2.51 middle', '192.0.2.52 oldest'])

  // Once the clean-up is done writing, its result stands for both.
  await write4('lfc.csv.completed', row4(51, { name: 'cleaned' }))
  assert.deepEqual(await names(), ['192.0.2.50 newest', '192.0.2.51 cleaned'])
})

test('a clean-up between two readings of the folder is noticed and read again', async () => {
  const path = await write4('moving.csv', row4(50))
  let moves = 0
  const source = openWith(path, async () => {
    moves += 1
    await write4('moving.csv', row4(51))
  })
  await rename(path, `${path}.1`)

  const { records, verdict } = await readAll(source)

  assert.equal(moves, 1)
  assert.deepEqual(verdict, { complete: true })
  assert.deepEqual(Object.keys(bySourceId(records)).sort(), ['02:00:5e:00:00:50', '02:00:5e:00:00:51'])
})

test('companions alone give what they hold and a partial reading; nothing at all is an error', async () => {
  await write4('orphan.csv.2', row4(50))
  const { records, verdict } = await readAll(openWith(folder.path('orphan.csv')))

  assert.equal(records.length, 1)
  assert.ok(!verdict.complete)
  assert.match(verdict.reason, /orphan\.csv is missing; only its companions were read$/)
  await assert.rejects(readAll(openWith(folder.path('absent.csv'))), {
    code: 'SOURCE_FILE_UNREADABLE',
    message: /absent\.csv does not exist$/,
  })
})

test('half a last row is waited for; when it stays half the reading is partial and names the line', async () => {
  const half = await folder.write('half.csv', `${file4(row4(50))}192.0.2.51,02:00:5e:00:00:51,,36`)
  const stays = await readAll(openWith(half))
  assert.equal(stays.records.length, 1)
  assert.deepEqual(stays.verdict, { complete: false, reason: `Line 3 of ${half} is not finished` })

  const completed = await readAll(openWith(half, () => appendFile(half, '00,1795335232,1,0,0,late,0,\n')))
  assert.deepEqual(completed.verdict, { complete: true })
  assert.equal(completed.records.length, 2)
})

test('a bad row is left out and named; a file without the header is refused with its line', async () => {
  const bad = await write4(
    'bad.csv',
    'nonsense',
    '192.0.2.7,,,many,1795335232',
    'here,02:00:5e:00:00:07,,3600,1795335232',
    row4(50),
  )
  const { records, verdict, warnings } = await readAll(openWith(bad))
  assert.equal(records.length, 1)
  assert.equal(verdict.complete, false)
  assert.deepEqual(
    warnings.map((each) => /^Line (\d) of .* cannot be read: (.*)$/.exec(each)!.slice(1)),
    [
      ['2', 'it has 1 fields where the header has 11'],
      ['3', 'its lifetime, expiry or state is no number'],
      ['4', 'it has no address'],
    ],
  )

  await writeFile(folder.path('other.csv'), 'name,ip\nweb,192.0.2.1\n')
  await assert.rejects(readAll(openWith(folder.path('other.csv'))), {
    code: 'SOURCE_ANSWER_INVALID',
    message: /^Line 1 of .*other\.csv cannot be read: it is not the header of a Kea lease file$/,
  })
})

test('either the file or the address is needed, not both and not none', () => {
  for (const given of [{}, { path: '/a', url: 'http://127.0.0.1:8000' }]) {
    assert.throws(() => keaSource.open(keaSource.settings.parse(given), toolsAt(now)), {
      code: 'CONFIG_INVALID',
      message: 'Source test needs either path or url',
    })
  }
})

test('any text a client sends survives the escapes of the lease file', () => {
  const columns = parseHeader(header4)!
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      const written = [...bytes]
        .map((byte) =>
          byte < 32 || byte > 126 || byte === 44 || byte === 38
            ? `&#x${byte.toString(16).padStart(2, '0')}`
            : String.fromCharCode(byte),
        )
        .join('')
      const row = parseRow(columns, row4(50, { name: written }))
      assert.ok(typeof row !== 'string')
      assert.equal(row.hostname, Buffer.from(bytes).toString('latin1'))
    }),
  )
})

const recorded: [string, string[]][] = [
  ['single-file.csv', ['01', '02', '99', '03', '04', '05', '01:20']],
  ['lfc-in-progress/kea-leases4.csv', ['01', '02', '99', '03', '04', '05', '06', '01:20']],
  ['lfc-done/kea-leases4.csv', ['01', '02', '99', '03', '04', '05', '06', '07', '01:20']],
]
for (const [name, cards] of recorded) {
  const { path, skip } = recording(`kea/memfile-2.2/${name}`)
  test(`the recorded ${name} gives every client that held a lease, once`, { skip }, async () => {
    const { records, verdict } = await readAll(openWith(path))

    assert.deepEqual(verdict, { complete: true })
    const expected = cards.map((card) =>
      card.includes(':') ? `02:00:5e:00:${card}` : `02:00:5e:00:00:${card}`,
    )
    assert.deepEqual(Object.keys(bySourceId(records)).sort(), expected.sort())
  })
}
