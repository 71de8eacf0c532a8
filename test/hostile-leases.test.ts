import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { open, truncate, writeFile } from 'node:fs/promises'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { leaseSize, LeaseTable } from '#sources/lease-table.ts'
import { temporaryFolder } from '#test/lease-world.ts'
import type { WatchedReading } from '#test/read-lease-source.ts'

const folder = await temporaryFolder()
const script = fileURLToPath(new URL('./read-lease-source.ts', import.meta.url))

/** Reads a file in a process that may use 64 MB for all its objects; it dies when that is not enough. */
async function readWatched(type: string, path: string): Promise<WatchedReading> {
  const node = ['--max-old-space-size=64', script, type, path]
  const { stdout } = await promisify(execFile)(process.execPath, node)
  return JSON.parse(stdout) as WatchedReading
}

/** Memory of the whole process: Node and the modules alone are about half of it. */
const mostMegabytes = 256

/** Writes the parts over and over until the file has the size. */
async function writeLong(
  name: string,
  megabytes: number,
  head: string,
  part: (round: number) => string,
): Promise<string> {
  const path = folder.path(name)
  await using file = await open(path, 'w')
  await file.write(head)
  for (let written = 0, round = 0; written < megabytes * 1024 * 1024; round += 1) {
    const text = part(round)
    await file.write(text)
    written += text.length
  }
  return path
}

const clients = Array.from({ length: 2000 }, (_, index) => index)
const pair = (number: number) => (number & 255).toString(16).padStart(2, '0')
const addressOf = (index: number) => `10.0.${index >> 8}.${index & 255}`
const cardOf = (index: number) => `02:00:5e:00:${pair(index >> 8)}:${pair(index)}`

const dhcpdBlock = (index: number, end: string) => `lease ${addressOf(index)} {
  starts 0 2026/11/22 06:17:00;
  ends 0 2026/11/22 ${end};
  binding state active;
  hardware ethernet ${cardOf(index)};
  uid "\\001\\002\\000^\\000\\000\\001";
  client-hostname "caf\\303\\251-${index}";
}
`
const blocks = clients.map((index) => dhcpdBlock(index, '06:27:00')).join('')
const lastBlocks = clients.map((index) => dhcpdBlock(index, '08:27:00')).join('')
const keaHeader =
  'address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state,user_context\n'
const keaRows = clients
  .map((index) => `${addressOf(index)},${cardOf(index)},01:02,3600,1795335232,1,0,0,nas-${index},0,\n`)
  .join('')
const dnsmasqRows = clients
  .map((index) => `1795339104 ${cardOf(index)} ${addressOf(index)} nas-${index} *\n`)
  .join('')

const longFiles: [type: string, content: () => Promise<string>][] = [
  [
    'isc-dhcp',
    () => writeLong('long.leases', 48, lastBlocks, () => blocks).then((path) => appendText(path, lastBlocks)),
  ],
  ['kea', () => writeLong('long.csv', 48, keaHeader, () => keaRows)],
  ['dnsmasq', () => writeLong('long.dnsmasq', 24, '', () => dnsmasqRows)],
  [
    'csv',
    () => writeLong('long-list.csv', 24, 'name,notes\n', (round) => `web-${round},"${'x'.repeat(1000)}\n"\n`),
  ],
]

async function appendText(path: string, text: string): Promise<string> {
  await writeFile(path, text, { flag: 'a' })
  return path
}

for (const [type, content] of longFiles) {
  test(`${type}: a file far larger than the memory allowed is read to its end`, async () => {
    const reading = await readWatched(type, await content())

    assert.deepEqual({ error: reading.error, complete: reading.complete }, { error: '', complete: true })
    assert.ok(reading.records >= 2000, `${reading.records} records`)
    assert.ok(reading.peakMegabytes < mostMegabytes, `${reading.peakMegabytes} MB`)
  })

  test(`${type}: a gigabyte without a line end is refused with its line, at once and in little memory`, async () => {
    const start = {
      'isc-dhcp': dhcpdBlock(1, '08:00:00'),
      kea: keaHeader,
      dnsmasq: '0 02:00:5e:00:00:01 10.0.0.1 a *\n',
      csv: 'name\nweb\n',
    }[type]!
    const path = await folder.write(`hole-${type}`, start)
    await truncate(path, 1024 ** 3)

    const reading = await readWatched(type, path)

    const line = start.split('\n').length
    assert.equal(reading.code, 'SOURCE_ANSWER_INVALID')
    assert.match(reading.error, new RegExp(`^Line ${line} of .* is longer than 1048576 bytes$`))
    assert.ok(reading.peakMegabytes < mostMegabytes, `${reading.peakMegabytes} MB`)
  })
}

test('names of any bytes, half a last declaration and escapes without end do not stop the leases around them', async () => {
  const everyByte = Buffer.from(
    Array.from({ length: 256 }, (_, byte) => byte).filter((byte) => ![10, 34, 92].includes(byte)),
  )
  const path = folder.path('bytes.leases')
  const named = (index: number, name: Buffer) =>
    Buffer.concat([
      Buffer.from(
        `lease ${addressOf(index)} {\n  binding state active;\n  hardware ethernet ${cardOf(index)};\n  client-hostname "`,
      ),
      name,
      Buffer.from('";\n}\n'),
    ])
  await writeFile(
    path,
    Buffer.concat([
      named(1, everyByte),
      named(2, Buffer.from('\\000\\377\\"\\\\\\9\\x41'.repeat(1000))),
      named(3, Buffer.from('nas')),
      Buffer.from('lease 10.0.0.9 {\n  binding state act'),
    ]),
  )

  const reading = await readWatched('isc-dhcp', path)

  assert.deepEqual(
    { records: reading.records, complete: reading.complete, error: reading.error },
    { records: 3, complete: false, error: '' },
  )
})

test('more leases than any server holds, or names that fill memory, are refused with the line that was too much', () => {
  const many = new LeaseTable(leaseSize, { leases: 3, bytes: 100_000 })
  const fill = () => {
    for (let line = 1; line <= 10; line += 1)
      many.put(addressOf(line), { address: addressOf(line) }, 'x.leases', line)
  }
  assert.throws(fill, { message: 'Line 4 of x.leases cannot be read: there are more than 3 leases in force' })

  const large = new LeaseTable(leaseSize, { leases: 100, bytes: 10_000 })
  const overfill = () => {
    for (let line = 1; line <= 10; line += 1) {
      large.put(addressOf(line), { address: addressOf(line), hostname: 'x'.repeat(4000) }, 'x.leases', line)
    }
  }
  assert.throws(overfill, {
    message: /^Line 3 of x\.leases cannot be read: the leases in force hold more than 10000 bytes$/,
  })
})

test('the same lease declared again and again fills nothing', () => {
  const table = new LeaseTable(leaseSize, { leases: 2, bytes: 1000 })
  for (let line = 1; line <= 1000; line += 1)
    table.put('10.0.0.1', { address: '10.0.0.1', hostname: `name-${line}` }, 'x', line)

  assert.equal(table.values().length, 1)
})
