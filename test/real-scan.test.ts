import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { ReportedSighting } from '#model/record.ts'
import { buildLab, labMissing, programMissing, type ScanLab } from '#test/scan-lab.ts'
import type { Reading } from '#test/source-contract.ts'

const macs = {
  plain: '00:1b:21:88:00:10',
  hush: '00:1b:21:88:00:11',
  arpOnly: '00:1b:21:88:00:12',
  six: '00:1b:21:88:00:13',
  router: 'b8:27:eb:88:00:fe',
  hushRouter: '00:1b:21:88:00:20',
  far: '00:1b:21:88:00:30',
}

const crowd = new Map(
  Array.from({ length: 12 }, (_, index) => [
    `10.88.0.${100 + index * 7}/22`,
    `00:1b:21:88:01:${String(index + 10)}`,
  ]),
)

/** Everything alive on the link in 10.88.0.0/24, the scanner itself too. */
const onLink = [
  '10.88.0.1',
  '10.88.0.10',
  '10.88.0.11',
  '10.88.0.12',
  '10.88.0.20',
  '10.88.0.254',
  ...[...crowd.keys()].map((each) => each.split('/')[0]!),
]

/** What answers ICMP behind the router, and what answers only TCP. */
const behind = ['10.89.0.5', '10.89.0.77', '10.89.0.200']
const behindHushed = ['10.89.1.7']

const ranges = ['10.88.0.0/24', '10.89.0.0/24', '10.89.1.0/28']

function populate(lab: ScanLab): void {
  const ignorePing = ['sh', '-c', 'echo 1 > /proc/sys/net/ipv4/icmp_echo_ignore_all']
  lab.machine('plain', macs.plain, ['10.88.0.10/22', 'fd00:88::10/64'])
  lab.run(lab.machine('hush', macs.hush, ['10.88.0.11/22']), ignorePing)
  // It cannot answer the scanner anything but ARP: its way back ends in nothing.
  lab.run(lab.machine('arp', macs.arpOnly, ['10.88.0.12/22']), [
    'ip',
    'route',
    'add',
    'blackhole',
    '10.88.0.1/32',
  ])
  lab.machine('six', macs.six, ['fd00:88::30/64'])
  lab.machine('far', macs.far, ['10.88.3.200/22'])
  lab.crowd(crowd)
  const router = lab.machine('router', macs.router, ['10.88.0.254/22'])
  for (const address of behind) lab.run(router, ['ip', 'address', 'add', `${address}/32`, 'dev', 'lo'])
  lab.run(router, ['ip', 'route', 'add', 'blackhole', '10.89.0.0/24'])
  const hushRouter = lab.machine('hushr', macs.hushRouter, ['10.88.0.20/22'])
  for (const address of behindHushed)
    lab.run(hushRouter, ['ip', 'address', 'add', `${address}/32`, 'dev', 'lo'])
  lab.run(hushRouter, ['ip', 'route', 'add', 'blackhole', '10.89.1.0/24'])
  lab.run(hushRouter, ignorePing)
  lab.run(lab.scanner, ['ip', 'route', 'add', '10.89.0.0/24', 'via', '10.88.0.254'])
  lab.run(lab.scanner, ['ip', 'route', 'add', '10.89.1.0/24', 'via', '10.88.0.20'])
  // Entries of machines that are gone: one remembered, one set by hand.
  const remember = (address: string, state: string) =>
    lab.run(lab.scanner, [
      'ip',
      'neigh',
      'add',
      address,
      'lladdr',
      '00:1b:21:99:99:99',
      'nud',
      state,
      'dev',
      'eth0',
    ])
  remember('10.88.0.98', 'permanent')
  remember('10.88.0.99', 'stale')
}

const sightings = ({ records }: Reading): ReportedSighting[] =>
  records.filter((record) => record.kind === 'sighting')

const ipv4 = (reading: Reading): string[] =>
  sightings(reading)
    .flatMap(({ addresses }) => addresses)
    .filter((address) => !address.includes(':'))

const sorted = (addresses: readonly string[]): string[] => [...addresses].sort()

const byMac = (reading: Reading, mac: string): ReportedSighting | undefined =>
  sightings(reading).find((each) => each.mac === mac)

const noLab = labMissing()

describe('a scan of a real network', { skip: noLab ?? false, concurrency: false }, () => {
  let lab: ScanLab
  before(() => {
    lab = buildLab(['10.88.0.1/22', 'fd00:88::1/64'])
    populate(lab)
  })
  after(() => lab.remove())

  const everything = sorted([...onLink, ...behind, ...behindHushed])

  test('an unprivileged scan misses nobody, invents nobody and knows the cards', async () => {
    const reading = await lab.read('scan', { ranges, method: 'tcp', names: false })
    assert.deepEqual(sorted(ipv4(reading)), everything)
    assert.deepEqual(reading.verdict, { complete: true })
    assert.equal(byMac(reading, macs.arpOnly)?.sourceId, macs.arpOnly)
    assert.equal(byMac(reading, macs.router)?.vendor, 'Raspberry Pi Foundation')
    for (const address of [...behind, ...behindHushed]) {
      assert.equal(sightings(reading).find((each) => each.sourceId === `ip:${address}`)?.mac, undefined)
    }
  })

  test('a range larger than the neighbour table holds at once is asked to its last address', async () => {
    const reading = await lab.read('scan', { ranges: ['10.88.0.0/22'], method: 'tcp', names: false })
    assert.deepEqual(sorted(ipv4(reading)), sorted([...onLink, '10.88.3.200']))
    assert.deepEqual(reading.verdict, { complete: true })
  })

  test('IPv6 neighbours are found by multicast and joined with their IPv4 addresses by the card', async (context) => {
    const missing = programMissing('ping')
    if (missing !== undefined) return context.skip(missing)
    const reading = await lab.read('scan', { ranges: ['10.88.0.0/28'], method: 'tcp', names: false })
    assert.ok(byMac(reading, macs.six)?.addresses.includes('fd00:88::30'))
    assert.ok(byMac(reading, macs.six)?.addresses.some((address) => address.startsWith('fe80:')))
    assert.ok(byMac(reading, macs.plain)?.addresses.includes('10.88.0.10'))
    assert.ok(byMac(reading, macs.plain)?.addresses.includes('fd00:88::10'))
  })

  test('a small IPv6 range is asked address by address', async () => {
    const reading = await lab.read('scan', {
      ranges: ['fd00:88::/122'],
      method: 'tcp',
      names: false,
      ipv6: false,
    })
    const addresses = sightings(reading).flatMap((each) => each.addresses)
    assert.deepEqual(sorted(addresses), ['fd00:88::1', 'fd00:88::10', 'fd00:88::30'])
  })

  test('with fping, only what drops ICMP beyond the own links is missed', async (context) => {
    const missing = programMissing('fping')
    if (missing !== undefined) return context.skip(missing)
    const reading = await lab.read('scan', { ranges, method: 'fping', names: false }, 'root')
    assert.deepEqual(sorted(ipv4(reading)), sorted([...onLink, ...behind]))
    assert.deepEqual(reading.verdict, { complete: true })
  })

  for (const user of ['root', 'nobody'] as const) {
    test(`with nmap run by ${user}, nobody is missed or invented`, async (context) => {
      const missing = programMissing('nmap')
      if (missing !== undefined) return context.skip(missing)
      const reading = await lab.read('scan', { ranges, method: 'nmap', names: false }, user)
      assert.deepEqual(sorted(ipv4(reading)), everything)
      assert.equal(byMac(reading, macs.arpOnly)?.addresses[0], '10.88.0.12')
    })
  }

  test('without ranges the own subnets are scanned, by every means there is', async () => {
    const reading = await lab.read('scan', { names: false, exclude: ['10.88.1.0-10.88.3.255'] })
    assert.deepEqual(sorted(ipv4(reading)), sorted(onLink))
  })

  test('a scan that nobody answers is not called complete', async () => {
    const reading = await lab.read('scan', { ranges: ['10.88.2.0/28'], names: false, ipv6: false })
    assert.deepEqual(reading.verdict, { complete: false, reason: 'none of 16 addresses answered' })
  })

  test('names come from reverse DNS, and from multicast DNS where DNS has none', async (context) => {
    const missing = programMissing('dnsmasq') ?? programMissing('avahi-daemon')
    if (missing !== undefined) return context.skip(missing)
    const folder = mkdtempSync(join(tmpdir(), 'rollcall-names-'))
    try {
      await serveNames(lab, folder)
      const reading = await lab.read('scan', {
        ranges: ['10.88.0.10', '10.88.0.240-10.88.0.253'],
        dnsServers: ['10.88.0.253'],
      })
      assert.equal(byMac(reading, macs.plain)?.hostname, 'plain.lab.example')
      assert.equal(
        sightings(reading).find((each) => each.addresses.includes('10.88.0.252'))?.hostname,
        'printer.local',
      )
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  test('the local source reads the neighbour table it finds, and this machine, as an ordinary user', async () => {
    const reading = await lab.read('local', { leaseFiles: false })
    assert.equal(reading.records[0]?.kind, 'device')
    assert.ok(byMac(reading, macs.plain)?.addresses.includes('10.88.0.10'))
    assert.equal(
      sightings(reading).some((each) => each.addresses.includes('10.88.0.1')),
      false,
    )
    assert.ok(reading.seconds < 1, `${reading.seconds} s`)
  })
})

/** A DNS server that names one machine and a machine that names itself by multicast DNS. */
async function serveNames(lab: ScanLab, folder: string): Promise<void> {
  const server = lab.machine('dns', '00:1b:21:88:00:53', ['10.88.0.253/22'])
  const record = '--host-record=plain.lab.example,10.88.0.10'
  lab.start(server, [
    'dnsmasq',
    '--no-daemon',
    '--no-resolv',
    '--no-hosts',
    '--conf-file=/dev/null',
    '--user=root',
    '--pid-file=',
    record,
  ])
  const printer = lab.machine('mdns', '00:1b:21:88:00:52', ['10.88.0.252/22'])
  const conf = join(folder, 'avahi.conf')
  writeFileSync(
    conf,
    '[server]\nhost-name=printer\nenable-dbus=no\nallow-interfaces=eth0\n[publish]\npublish-addresses=yes\n',
  )
  lab.start(printer, ['avahi-daemon', '--no-drop-root', '--no-chroot', '--no-rlimits', '-f', conf])
  await lab.settled(printer, 'udp', 5353)
  await lab.settled(server, 'udp', 53)
}
