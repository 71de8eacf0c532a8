import assert from 'node:assert/strict'
import { createServer, type AddressInfo } from 'node:net'
import { once } from 'node:events'
import { mkdir, stat } from 'node:fs/promises'
import { after, before, describe, test } from 'node:test'
import { systemClock, toMilliseconds } from '#kernel/clock.ts'
import { silentLog } from '#kernel/log.ts'
import { dnsmasqSource } from '#sources/dnsmasq/dnsmasq.ts'
import { iscDhcpSource } from '#sources/isc-dhcp/isc-dhcp.ts'
import { keaSource } from '#sources/kea/kea.ts'
import type { Source } from '#sources/source.ts'
import {
  buildDhcpLab,
  labObstacle,
  serverAddress,
  serverCard,
  untilFile,
  type DhcpLab,
} from '#test/dhcp-lab.ts'
import { bySourceId } from '#test/lease-world.ts'
import { readAll } from '#test/source-contract.ts'

const tools = { clock: systemClock, log: silentLog, name: 'real' }

/** Three machines as they come: one with a name, one without, one with a name that is not ASCII and no client id. */
const machines: [mac: string, name: string | undefined, options: string[]][] = [
  ['02:00:5e:00:53:01', 'nas-01', ['-x', 'hostname:nas-01', '-V', 'rollcall-test']],
  ['02:00:5e:00:53:02', undefined, []],
  ['02:00:5e:00:53:03', 'Web-Prod', ['-x', 'hostname:Web-Prod', '-C']],
]

/** A guest, who gives its address back when it leaves. */
const guest = '02:00:5e:00:53:00'

async function leaseAll(lab: DhcpLab): Promise<void> {
  await lab.visit(guest, ['-x', 'hostname:guest'])
  for (const [mac, , options] of machines) await lab.lease(mac, options)
}

/** Each machine once, with an address of the pool, its name, an end to come; and nothing else. */
async function assertMachines(source: Source, { lowerCase = false } = {}): Promise<void> {
  const { records, verdict, warnings } = await readAll(source)
  assert.deepEqual({ verdict, warnings }, { verdict: { complete: true }, warnings: [] })
  const found = bySourceId(records)
  assert.deepEqual(
    Object.keys(found).sort(),
    machines.map(([mac]) => mac),
  )
  for (const [mac, name] of machines) {
    const sighting = found[mac]!
    assert.equal(sighting.mac, mac)
    assert.equal(sighting.hostname, lowerCase ? name?.toLowerCase() : name)
    assert.match(sighting.addresses.join(), /^192\.0\.2\.1\d\d$/)
    const remaining =
      toMilliseconds(String(sighting.volatile!['expiresAt'])) - toMilliseconds(systemClock.now())
    assert.ok(remaining > 300_000 && remaining <= 3_700_000, `${remaining} ms left`)
  }
  assert.equal(new Set(Object.values(found).map(({ addresses }) => addresses[0])).size, machines.length)
}

/** One test of a real server in a lab of its own. */
function withLab(name: string, programs: readonly string[], work: (lab: DhcpLab) => Promise<void>): void {
  describe(name, { skip: labObstacle(programs) }, () => {
    let lab: DhcpLab
    before(async () => {
      lab = await buildDhcpLab()
    })
    after(() => lab.remove())
    test('leases real addresses to clients, and its source reads exactly them', { timeout: 60_000 }, () =>
      work(lab),
    )
  })
}

withLab('dnsmasq', ['dnsmasq'], async (lab) => {
  const leases = lab.path('dnsmasq.leases')
  lab.serve([
    'dnsmasq', '--no-daemon', '--conf-file=/dev/null', '--port=0', '--user=root', '--group=root', '--no-ping',
    `--interface=${serverCard}`, '--bind-interfaces', '--log-dhcp', '--dhcp-authoritative',
    '--dhcp-range=192.0.2.100,192.0.2.150,1h', `--dhcp-leasefile=${leases}`, `--pid-file=${lab.path('pid')}`,
  ]) // prettier-ignore
  await leaseAll(lab)
  await untilFile(leases, /02:00:5e:00:53:03/, lab.said)

  await assertMachines(dnsmasqSource.open({ path: leases }, tools))
})

withLab('ISC dhcpd', ['dhcpd'], async (lab) => {
  const leases = await lab.write('dhcpd.leases', '')
  const config = await lab.write(
    'dhcpd.conf',
    `authoritative; ping-check false; default-lease-time 3600; max-lease-time 3600;
     subnet 192.0.2.0 netmask 255.255.255.0 { range 192.0.2.100 192.0.2.150; option routers ${serverAddress}; }\n`,
  )
  lab.serve(['dhcpd', '-4', '-f', '-cf', config, '-lf', leases, '-pf', lab.path('pid'), serverCard])
  await leaseAll(lab)
  await untilFile(leases, /02:00:5e:00:53:03/, lab.said)

  const source = iscDhcpSource.open({ path: leases }, tools)
  await assertMachines(source)
  const [first] = (await readAll(source)).records
  assert.equal(first!.facts!['vendorClass'], 'rollcall-test')
  assert.ok(first!.kind === 'sighting' && first!.seenAt !== undefined)
})

withLab('Kea', ['kea-dhcp4', 'kea-ctrl-agent'], async (lab) => {
  const leases = lab.path('kea-leases4.csv')
  // Kea wants its own folders to itself; its socket is how the agent outside the wire reaches it.
  await mkdir(lab.path('run'), { mode: 0o700 })
  const folders = {
    KEA_PIDFILE_DIR: lab.path('run'),
    KEA_LOCKFILE_DIR: lab.path('run'),
    KEA_CONTROL_SOCKET_DIR: lab.path('run'),
    KEA_DHCP_DATA_DIR: lab.path(''),
  }
  const socket = { 'socket-type': 'unix', 'socket-name': lab.path('run/kea4.sock') }
  const hook = await leaseCommandsHook()
  const server = await lab.write(
    'kea-dhcp4.conf',
    JSON.stringify({
      Dhcp4: {
        'interfaces-config': { interfaces: [serverCard], 'dhcp-socket-type': 'raw' },
        'control-socket': socket,
        'lease-database': { type: 'memfile', persist: true, name: leases, 'lfc-interval': 1 },
        'hooks-libraries': hook === undefined ? [] : [{ library: hook }],
        'valid-lifetime': 3600,
        subnet4: [
          {
            id: 1,
            subnet: '192.0.2.0/24',
            interface: serverCard,
            pools: [{ pool: '192.0.2.100-192.0.2.150' }],
          },
        ],
        loggers: [{ name: 'kea-dhcp4', severity: 'INFO', output_options: [{ output: 'stdout' }] }],
      },
    }),
  )
  lab.serve(['kea-dhcp4', '-c', server], folders)
  await untilFile(leases, /^address,/, lab.said)
  await leaseAll(lab)
  await untilFile(leases, /02:00:5e:00:53:03/, lab.said)
  await assertMachines(keaSource.open(keaSource.settings.parse({ path: leases }), tools), { lowerCase: true })
  await readDuringCleanUps(leases)
  if (hook === undefined) return

  const port = await freePort()
  const agent = await lab.write(
    'kea-ctrl-agent.conf',
    JSON.stringify({
      'Control-agent': {
        'http-host': '127.0.0.1',
        'http-port': port,
        'control-sockets': { dhcp4: socket },
        authentication: { type: 'basic', realm: 'kea', clients: [{ user: 'reader', password: 'of-leases' }] },
      },
    }),
  )
  lab.serveOutside(['kea-ctrl-agent', '-c', agent], folders)
  const login = { url: `http://127.0.0.1:${port}`, username: 'reader', password: 'of-leases', pageSize: 2 }
  const source = keaSource.open(keaSource.settings.parse(login), tools)
  await untilAnswers(source)

  await assertMachines(source, { lowerCase: true })
  assert.equal((await readAll(source)).records[0]!.facts!['subnet'], '192.0.2.0/24')
  assert.match((await source.test(new AbortController().signal)).message, /^dhcp4 of Kea \d/)
  const wrong = keaSource.open(keaSource.settings.parse({ ...login, password: 'of-nothing' }), tools)
  await assert.rejects(readAll(wrong), { code: 'SOURCE_REJECTED_LOGIN' })
})

/** Kea cleans up once a second here; whenever its files are read in between, every machine is in them. */
async function readDuringCleanUps(path: string): Promise<void> {
  const source = keaSource.open(keaSource.settings.parse({ path }), tools)
  const started = await cleanUps(path)
  for (let readings = 0; readings < 200 && (await cleanUps(path)) < started + 2; readings += 1) {
    await assertMachines(source, { lowerCase: true })
    await systemClock.sleep(25, new AbortController().signal)
  }
  assert.ok((await cleanUps(path)) > started, 'a clean-up happened while the files were read')
}

let lastInode = 0
let seen = 0
/** How many results of clean-ups were seen so far: each is a new file. */
async function cleanUps(path: string): Promise<number> {
  const inode = (await stat(`${path}.2`).catch(() => undefined))?.ino ?? 0
  if (inode !== lastInode) seen += 1
  lastInode = inode
  return seen
}

/** The hook with the commands for leases, where this system's Kea has it. */
async function leaseCommandsHook(): Promise<string | undefined> {
  for (const triplet of ['x86_64-linux-gnu', 'aarch64-linux-gnu', '']) {
    const path = `/usr/lib/${triplet}/kea/hooks/libdhcp_lease_cmds.so`
    if (await stat(path).catch(() => undefined)) return path
  }
  return undefined
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** Waits until the agent listens, at most ten seconds; its refusals and answers are for the test. */
async function untilAnswers(source: Source): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    const error = await source.test(new AbortController().signal).then(
      () => undefined,
      (thrown: { code?: string }) => thrown,
    )
    if (error?.code !== 'SOURCE_UNREACHABLE') return
    await systemClock.sleep(100, new AbortController().signal)
  }
}
