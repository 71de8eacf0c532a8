import assert from 'node:assert/strict'
import { appendFile } from 'node:fs/promises'
import { test } from 'node:test'
import fc from 'fast-check'
import type { ReportedDevice } from '#model/record.ts'
import { csvSource } from '#sources/csv/csv.ts'
import { detectSeparator } from '#sources/csv/csv-rows.ts'
import { temporaryFolder, toolsAt } from '#test/lease-world.ts'
import { readAll, testSourceContract } from '#test/source-contract.ts'

const folder = await temporaryFolder()
const open = (path: string, more: object = {}) =>
  csvSource.open(csvSource.settings.parse({ path, ...more }), toolsAt('2026-11-22T08:00:00.000Z'))

let counter = 0
async function readText(content: string | Buffer, more: object = {}) {
  const path = await folder.write(`${counter++}.csv`, content)
  const reading = await readAll(open(path, more))
  return { ...reading, path, devices: reading.records as ReportedDevice[] }
}

const world = [
  'Asset Tag,Hostname,Type,IP Address,MAC Address,Serial Number,Manufacturer,Model,OS,Site,Rack,Owner,Status,Purchased,Admin Password',
  'A-1,web-01,server,"192.0.2.7/24, 2001:DB8::7/64",00-1B-21-3C-4D-5E 001b.213c.4d5f,0012,Dell,R640,Debian 12,Berlin,R1,ops,in use,2023-04-01,hunter2',
  'A-2,sw-core,Switch,,,,,,,,,,,,',
  'A-3,nas,NAS,192.0.2.9',
  '',
].join('\r\n')
const worldPath = await folder.write('world.csv', world)

testSourceContract('csv', () => open(worldPath))

test('a list with the headers people use becomes devices, its other columns facts, its passwords nothing', async () => {
  const { records, warnings, verdict } = await readAll(open(worldPath))

  assert.deepEqual(verdict, { complete: true })
  assert.deepEqual(records, [
    {
      kind: 'device',
      sourceId: 'A-1',
      name: 'web-01',
      deviceType: 'server',
      status: 'active',
      address: '192.0.2.7',
      serial: '0012',
      vendor: 'Dell',
      model: 'R640',
      os: 'Debian 12',
      interfaces: [
        { name: 'net0', addresses: ['192.0.2.7/24', '2001:db8::7/64'], mac: '00:1b:21:3c:4d:5e' },
        { name: 'net1', mac: '00:1b:21:3c:4d:5f' },
      ],
      facts: { site: 'Berlin', rack: 'R1', owner: 'ops', Purchased: '2023-04-01' },
    },
    { kind: 'device', sourceId: 'A-2', name: 'sw-core', deviceType: 'network_device' },
    {
      kind: 'device',
      sourceId: 'A-3',
      name: 'nas',
      deviceType: 'storage',
      address: '192.0.2.9',
      interfaces: [{ name: 'net0', addresses: ['192.0.2.9'] }],
    },
  ])
  assert.deepEqual(warnings, ['Column 15 "Admin Password" was left out: it looks like a secret'])
})

test('quotes hold separators, quotes and line ends; lines are still counted right', async () => {
  const { devices, warnings } = await readText(
    'name,notes,mac\n"web, ""one""","first\r\nsecond\nthird",\n\nrack 19",24" screen,zz\n',
  )

  assert.deepEqual(
    devices.map(({ name, facts }) => [name, facts]),
    [
      ['web, "one"', { notes: 'first\nsecond\nthird' }],
      ['rack 19"', { notes: '24" screen' }],
    ],
  )
  assert.deepEqual(warnings, ['Line 6, column 3 "mac": "zz" is not the MAC address of a card'])
})

test('byte order marks, other separators and other encodings are understood', async () => {
  const text = 'name;site\nküche;Köln\n'
  const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')])
  const variants: [string | Buffer, object][] = [
    [`\uFEFF${text}`, {}],
    [utf16, {}],
    [Buffer.from(text, 'latin1'), { encoding: 'windows-1252' }],
    [text.replaceAll(';', '\t'), {}],
    [text.replaceAll(';', '|'), {}],
    [text.replaceAll(';', '#'), { separator: '#' }],
    [`sep=;\r\n${text}`, {}],
  ]
  for (const [content, more] of variants) {
    const { devices, verdict, warnings } = await readText(content, more)
    assert.deepEqual({ verdict, warnings }, { verdict: { complete: true }, warnings: [] })
    assert.deepEqual(devices[0], {
      kind: 'device',
      sourceId: 'küche',
      name: 'küche',
      deviceType: 'unknown',
      facts: { site: 'Köln' },
    })
  }
})

test('bytes that are not of the encoding are told with line and column', async () => {
  const { warnings } = await readText(Buffer.from('name,site\nweb,Köln\n', 'latin1'))

  assert.deepEqual(warnings, [
    'Line 2, column 2 "site": holds bytes that are not of the file\'s encoding; set encoding',
  ])
})

test('columns can be told where the headers are unusual, and a wrong one is answered with the likely header', async () => {
  const content = 'Gerät,Kennung,Art\nweb,4711,Blech\n'
  const { devices, warnings } = await readText(content, {
    columns: { name: 'gerät', id: 'Kennung', type: 'Art' },
    defaultType: 'server',
  })
  assert.deepEqual(devices, [
    { kind: 'device', sourceId: '4711', name: 'web', deviceType: 'server', facts: { type: 'Blech' } },
  ])
  assert.match(warnings[0]!, /^Line 2, column 3 "Art": "Blech" is not one of server, vm, /)

  await assert.rejects(readText(content, { columns: { name: 'Gerat' } }), {
    code: 'SOURCE_ANSWER_INVALID',
    message: /^Line 1 of .* lacks a column: columns\.name needs a header of the file, such as "Gerät"$/,
  })
  await assert.rejects(readText('a,b\n1,2\n'), {
    message: /columns\.name needs a column with the header "name"/,
  })
})

test('a row that cannot be one machine is left out, and then nothing is proved absent', async () => {
  const { devices, verdict, warnings, path } = await readText(
    'name,site\nweb,a\n,b\nweb,c\ndb,a,b,c\nmail,d\n',
  )

  assert.deepEqual(
    devices.map(({ name }) => name),
    ['web', 'mail'],
  )
  assert.deepEqual(warnings, [
    'Line 3 was left out: it has no name',
    'Line 4 was left out: "web" is already on line 2',
    'Line 5 was left out: it has 4 cells, the header 2',
  ])
  assert.deepEqual(verdict, {
    complete: false,
    reason: `3 rows of ${path} were left out, the first on line 3`,
  })
})

test('a bad address or MAC costs itself only', async () => {
  const { devices, verdict, warnings } = await readText(
    'name,ip,mac\nweb,"192.0.2.7 300.1.1.1 10.0.0.1/40",ff:ff:ff:ff:ff:ff\n',
  )

  assert.deepEqual(verdict, { complete: true })
  assert.equal(devices[0]!.address, '192.0.2.7')
  assert.equal(devices[0]!.interfaces!.length, 1)
  assert.deepEqual(
    warnings.map((each) => each.split('": ')[1]),
    [
      '"300.1.1.1" is not an IP address',
      '"10.0.0.1/40" is not an IP address',
      '"ff:ff:ff:ff:ff:ff" is not the MAC address of a card',
    ],
  )
})

test('a quote that is never closed, an empty file and a file of nothing but zeros are refused with the line', async () => {
  await assert.rejects(readText('name,site\nweb,a\ndb,"b\nmail,c\n'), {
    code: 'SOURCE_ANSWER_INVALID',
    message: /^Line 3 of .* cannot be read: a quote opens in this row and is never closed$/,
  })
  await assert.rejects(readText(''), { message: /^Line 1 of .* cannot be read: the file is empty$/ })
  await assert.rejects(readText(Buffer.concat([Buffer.from('name\nweb\n'), Buffer.alloc(3_000_000)])), {
    message: /^Line 3 of .* cannot be read: the row is longer than 1048576 bytes$/,
  })
  await assert.rejects(readAll(open(folder.path('absent.csv'))), { code: 'SOURCE_FILE_UNREADABLE' })
})

test('a file that changes while it is read proves nothing absent', async () => {
  const path = await folder.write(
    'changing.csv',
    `name\n${Array.from({ length: 1200 }, (_, row) => `web-${row}\n`).join('')}`,
  )
  const pages = open(path).read(new AbortController().signal)
  await pages.next()
  await appendFile(path, 'late\n')

  let step = await pages.next()
  while (!step.done) step = await pages.next()

  assert.deepEqual(step.value, { complete: false, reason: `${path} changed while it was read` })
})

test('an abort in the middle ends the reading with its reason', async () => {
  const path = await folder.write(
    'long.csv',
    `name\n${Array.from({ length: 50_000 }, (_, row) => `web-${row}\n`).join('')}`,
  )
  const controller = new AbortController()
  const pages = open(path).read(controller.signal)
  await pages.next()
  const reason = new Error('enough')
  controller.abort(reason)

  await assert.rejects(
    async () => {
      for (let step = await pages.next(); !step.done; step = await pages.next());
    },
    (thrown) => thrown === reason,
  )
})

test('a connection test tells how many machines and which columns it knows', async () => {
  const { message } = await open(worldPath).test(new AbortController().signal)

  assert.match(message, /lists 3 machines and tells their id, name, type, status, address, mac, serial,/)
})

test('any cells come back from a file written by the rules, whatever is in them', async () => {
  const cell = fc
    .string({ unit: 'binary', maxLength: 12 })
    .filter((text) => text.trim() === text && !text.includes('\uFFFD'))
  const rows = fc.array(fc.tuple(fc.constantFrom('a', 'b'), cell), { maxLength: 6 })
  const quote = (text: string) => `"${text.replaceAll('"', '""')}"`
  await fc.assert(
    fc.asyncProperty(rows, fc.constantFrom(',', ';', '\t', '|'), async (lines, separator) => {
      const written = lines.map(([, note], row) => [`name-${row}`, quote(note)].join(separator))
      const { devices, verdict } = await readText(
        `${['name', 'note'].join(separator)}\n${written.join('\n')}\n`,
      )

      assert.deepEqual(verdict, { complete: true })
      assert.deepEqual(
        devices.map(({ facts }) => facts?.['note'] ?? ''),
        // Line ends inside a cell are told apart no more.
        lines.map(([, note]) => note.replaceAll(/\r\n?/g, '\n')),
      )
    }),
    { numRuns: 150 },
  )
})

test('the separator is told by the header, not by what stands in quotes', () => {
  assert.equal(detectSeparator('"a,b,c";d\n1,2,3,4'), ';')
  assert.equal(detectSeparator('name\nx;y'), ',')
})
