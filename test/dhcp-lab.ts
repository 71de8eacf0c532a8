import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

/**
 * One DHCP server and its clients on a wire of their own: two network namespaces and a pair of virtual cards, on
 * addresses for documentation (RFC 5737). Nothing in it reaches the outside. Needs root.
 */
export interface DhcpLab {
  /** Folder of the lab's files. */
  path(name: string): string
  write(name: string, content: string): Promise<string>
  /** Starts a daemon in the server's namespace; it ends with the lab. */
  serve(command: readonly string[], environment?: Record<string, string>): void
  /** Starts a daemon in this machine's own network, where a test can talk to it. */
  serveOutside(command: readonly string[], environment?: Record<string, string>): void
  /** Gets an address for a card with this MAC, the way a machine does. */
  lease(mac: string, options?: readonly string[]): Promise<void>
  /** Gets an address and gives it back. */
  visit(mac: string, options?: readonly string[]): Promise<void>
  /** What the daemons said, for an error. */
  said(): string
  remove(): Promise<void>
}

/** The server's card and address. */
export const serverCard = 'srv0'
export const serverAddress = '192.0.2.1'

/** Why these programs cannot be tried here; false when they can. */
export function labObstacle(programs: readonly string[]): string | false {
  if (process.platform !== 'linux') return 'network namespaces exist only on Linux'
  if (process.getuid?.() !== 0) return 'making network namespaces needs root'
  for (const program of ['ip', 'udhcpc', ...programs]) {
    if (!succeeds('sh', ['-c', `command -v ${program}`])) return `${program} is not installed`
    if (isConfined(program)) return `AppArmor keeps ${program} to its own files`
  }
  return succeeds('unshare', ['-n', 'true']) ? false : 'this system may not make network namespaces'
}

function succeeds(command: string, given: readonly string[]): boolean {
  try {
    execFileSync(command, given, { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

function isConfined(program: string): boolean {
  try {
    const profiles = readFileSync('/sys/kernel/security/apparmor/profiles', 'utf8')
    return new RegExp(`(^|/)${program} \\(enforce\\)`, 'm').test(profiles)
  } catch {
    return false
  }
}

/** What a client does with an answer: it takes the address, and lets go of it when it leaves. */
const configureScript = `#!/bin/sh
case "$1" in
  bound) ip address add "$ip/24" dev "$interface" ;;
  deconfig) ip address flush dev "$interface" ;;
esac
`

let labs = 0

/** Builds an empty lab. Names are this process's own, so that several may run at the same time. */
export async function buildDhcpLab(): Promise<DhcpLab> {
  labs += 1
  const [server, client] = [`rcd${process.pid}s${labs}`, `rcd${process.pid}c${labs}`] as const
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-dhcp-'))
  const children: ChildProcess[] = []
  const outputs: string[] = []
  const cleanUp = () => {
    for (const child of children) child.kill('SIGKILL')
    for (const namespace of [server, client]) succeeds('ip', ['netns', 'delete', namespace])
  }
  // Even a test that dies leaves no namespace and no daemon behind.
  process.once('exit', cleanUp)
  wire(server, client)
  const script = join(folder, 'configure')
  await writeFile(script, configureScript, { mode: 0o755 })

  const start = (command: readonly string[], environment: Record<string, string>): ChildProcess => {
    const child = spawn(command[0]!, command.slice(1), {
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (part: Buffer) => outputs.push(String(part)))
    children.push(child)
    return child
  }
  /** A card of its own for each machine, so that its packets truly come from its address; and the client on it. */
  const udhcpc = (mac: string, options: readonly string[]): string[] => {
    const card = `c${mac.slice(-2)}`
    execFileSync('ip', [
      '-n',
      client,
      'link',
      'add',
      'link',
      'cli0',
      'name',
      card,
      'address',
      mac,
      'type',
      'macvlan',
    ])
    execFileSync('ip', ['-n', client, 'link', 'set', card, 'up'])
    return inside(client, ['udhcpc', '-i', card, '-f', '-t', '10', '-T', '1', '-s', script, ...options])
  }
  const inside = (namespace: string, command: readonly string[]) => [
    'ip',
    'netns',
    'exec',
    namespace,
    ...command,
  ]

  return {
    path: (name) => join(folder, name),
    async write(name, content) {
      await writeFile(join(folder, name), content)
      return join(folder, name)
    },
    serve: (command, environment = {}) => void start(inside(server, command), environment),
    serveOutside: (command, environment = {}) => void start(command, environment),
    async lease(mac, options = []) {
      const child = start(udhcpc(mac, ['-q', '-n', ...options]), {})
      const [code] = (await once(child, 'close')) as [number]
      if (code !== 0) throw new Error(`udhcpc got no address for ${mac}\n${outputs.join('')}`)
    },
    async visit(mac, options = []) {
      const child = start(udhcpc(mac, ['-R', ...options]), {})
      const closed = once(child, 'close')
      let said = ''
      for await (const part of child.stderr!) {
        said += String(part)
        // Only a client that is told to end gives its address back.
        if (/lease of [\d.]+ obtained/.test(said)) child.kill('SIGTERM')
      }
      await closed
      if (!said.includes('release'))
        throw new Error(`udhcpc gave back no address of ${mac}\n${outputs.join('')}`)
    },
    said: () => outputs.join(''),
    async remove() {
      const ended = children
        .filter((child) => child.exitCode === null && child.signalCode === null)
        .map((child) => once(child, 'close'))
      cleanUp()
      await Promise.all(ended)
      process.removeListener('exit', cleanUp)
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function wire(server: string, client: string): void {
  const ip = (...given: string[]) => execFileSync('ip', given, { stdio: ['ignore', 'ignore', 'pipe'] })
  ip('netns', 'add', server)
  ip('netns', 'add', client)
  ip('-n', server, 'link', 'add', serverCard, 'type', 'veth', 'peer', 'name', 'cli0', 'netns', client)
  for (const card of ['lo', serverCard]) ip('-n', server, 'link', 'set', card, 'up')
  ip('-n', server, 'address', 'add', `${serverAddress}/24`, 'dev', serverCard)
  for (const card of ['lo', 'cli0']) ip('-n', client, 'link', 'set', card, 'up')
}

/** Waits until a file holds what is looked for, at most ten seconds. */
export async function untilFile(path: string, holds: RegExp, said: () => string): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    if (holds.test(await readFile(path, 'utf8').catch(() => ''))) return
    await pause(100)
  }
  throw new Error(`${path} never held ${holds}\n${said()}`)
}
