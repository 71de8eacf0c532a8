import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { labObstacle } from '#test/dhcp-lab.ts'
import type { Reading } from '#test/source-contract.ts'

/** Why Net-SNMP and lldpd cannot be tried here; false when they can. */
export const snmpObstacle = (): string | false => labObstacle(['snmpd', 'lldpd', 'lldpcli'])

export const community = 'lab-community'
export const passwords = { auth: 'auth-password', priv: 'priv-password' }

/** What one login gave: a reading, or the code and the sentence of an error. */
export type Outcome = { reading: Reading } | { code: string; message: string }

/**
 * A gateway that runs snmpd, with lldpd behind it, and a machine on its wire that runs lldpd: two network namespaces, on
 * addresses for documentation (RFC 5737). Nothing in it reaches the outside. Needs root.
 */
export interface SnmpLab {
  /** Reads the gateway with each of the logins, from within its namespace. */
  read(logins: readonly object[]): Promise<Outcome[]>
  remove(): Promise<void>
}

export const gatewayMac = '02:00:5e:00:53:0a'
export const machineMac = '02:00:5e:00:53:0b'

/** 7705, as the system lists it. */
const agentPort = ':1E19 '

const daemonConfig = `agentaddress udp:127.0.0.1:161
rocommunity ${community} 127.0.0.1
createUser sha256 SHA-256 "${passwords.auth}"
createUser shaaes SHA "${passwords.auth}" AES "${passwords.priv}"
createUser sha512aes256 SHA-512 "${passwords.auth}" AES-256 "${passwords.priv}"
rouser sha256 auth
rouser shaaes priv
rouser sha512aes256 priv
sysName lab-gateway
sysLocation Lab rack A1
sysServices 72
master agentx
agentXSocket tcp:127.0.0.1:7705
`

export async function buildSnmpLab(): Promise<SnmpLab> {
  const [gateway, machine] = [`rcg${process.pid}`, `rcm${process.pid}`] as const
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-snmp-'))
  // lldpcli is somebody else than root, and looks for its socket in here.
  await chmod(folder, 0o711)
  const daemons: ChildProcess[] = []
  const environment = {
    ...process.env,
    SNMP_PERSISTENT_DIR: join(folder, 'var'),
    SNMPCONFPATH: folder,
    MIBS: '',
  }
  /** Daemons divide themselves into processes, which end as one group. */
  const serve = (namespace: string, ...command: string[]): void => {
    const given = ['netns', 'exec', namespace, ...command]
    daemons.push(spawn('ip', given, { stdio: 'ignore', env: environment, detached: true }))
  }
  const cleanUp = () => {
    for (const { pid } of daemons) tolerant(() => process.kill(-pid!, 'SIGKILL'))
    for (const namespace of [gateway, machine]) tolerant(() => said('ip', 'netns', 'delete', namespace))
  }
  const remove = async (): Promise<void> => {
    const ended = daemons
      .filter((child) => child.exitCode === null && child.signalCode === null)
      .map((child) => once(child, 'exit'))
    cleanUp()
    await Promise.all(ended)
    process.removeListener('exit', cleanUp)
    await rm(folder, { recursive: true, force: true })
  }
  process.once('exit', cleanUp)
  wire(gateway, machine)
  await writeFile(join(folder, 'lab.conf'), daemonConfig, { mode: 0o600 })
  await mkdir(join(folder, 'var'))
  const control = join(folder, 'lldpd')
  serve(gateway, 'snmpd', '-f', '-LE', '7', '-C', '-c', join(folder, 'lab.conf'))
  const start = async (): Promise<void> => {
    // lldpd tries again only after 15 seconds when nobody listens yet.
    await until(() => said('ip', 'netns', 'exec', gateway, 'cat', '/proc/net/tcp').includes(agentPort))
    serve(gateway, 'lldpd', '-d', '-x', '-X', 'tcp:127.0.0.1:7705', '-u', control, '-I', 'sw0')
    serve(machine, 'lldpd', '-d', '-u', `${control}-machine`, '-I', 'eth0')
    // Whoever begins first is not heard by the other; it is told to speak again until both have heard.
    await until(() => {
      said('lldpcli', '-u', `${control}-machine`, 'configure', 'system', 'hostname', 'edge-1.example.org')
      said('lldpcli', '-u', `${control}-machine`, 'update')
      return said('lldpcli', '-u', control, 'show', 'neighbors').includes('edge-1')
    })
  }
  await start().catch(async (error: unknown) => {
    await remove()
    throw error
  })
  return {
    async read(logins) {
      const script = join(import.meta.dirname, 'snmp-child.ts')
      const given = ['netns', 'exec', gateway, process.execPath, script, JSON.stringify(logins)]
      const child = spawn('ip', given, { stdio: ['ignore', 'pipe', 'pipe'] })
      let told = ''
      let complained = ''
      child.stdout.on('data', (part: Buffer) => (told += String(part)))
      child.stderr.on('data', (part: Buffer) => (complained += String(part)))
      await once(child, 'close')
      if (told === '') throw new Error(complained)
      return JSON.parse(told) as Outcome[]
    },
    remove,
  }
}

/** Runs a program to its end; what it said. */
const said = (command: string, ...given: string[]): string =>
  execFileSync(command, given, { stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8' })

function wire(gateway: string, machine: string): void {
  const ip = (...given: string[]) => said('ip', ...given)
  ip('netns', 'add', gateway)
  ip('netns', 'add', machine)
  ip(
    '-n',
    gateway,
    'link',
    'add',
    'sw0',
    'address',
    gatewayMac,
    'type',
    'veth',
    'peer',
    'name',
    'eth0',
    'address',
    machineMac,
    'netns',
    machine,
  )
  for (const [namespace, card] of [
    [gateway, 'lo'],
    [gateway, 'sw0'],
    [machine, 'eth0'],
  ] as const)
    ip('-n', namespace, 'link', 'set', card, 'up')
  ip('-n', gateway, 'address', 'add', '192.0.2.1/24', 'dev', 'sw0')
  ip('-n', machine, 'address', 'add', '192.0.2.2/24', 'dev', 'eth0')
  ip('-n', gateway, 'neighbour', 'add', '192.0.2.2', 'lladdr', machineMac, 'dev', 'sw0', 'nud', 'reachable')
}

function tolerant(work: () => void): void {
  try {
    work()
  } catch {
    // It was not there, or is gone by now.
  }
}

/** Waits until the work says yes and does not fail; a busy machine may take its time to start daemons. */
async function until(isDone: () => boolean): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    try {
      if (isDone()) return
    } catch (error) {
      if (tries > 400) throw error
    }
    if (tries > 400) throw new Error('lldpd never heard its neighbour')
    await pause(100)
  }
}
