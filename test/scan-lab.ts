import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Reading } from '#test/source-contract.ts'

/**
 * A little network of its own: one namespace that scans, one that is the wire (a bridge), and machines in namespaces
 * of their own. Nothing in it reaches the outside. Needs root.
 */
export interface ScanLab {
  /** Adds a machine with these addresses (with prefix length), in its own namespace; gives the namespace. */
  machine(name: string, mac: string, addresses: readonly string[]): string
  /** Adds many machines on one cable, each a card of its own (address to MAC). */
  crowd(machines: ReadonlyMap<string, string>): string
  /** Runs a command in a namespace and gives its output. */
  run(namespace: string, command: readonly string[]): string
  /** Starts a long-running command in a namespace; it ends with the lab. */
  start(namespace: string, command: readonly string[]): ChildProcess
  /** Waits until something in the namespace listens on the UDP port. */
  settled(namespace: string, protocol: 'udp', port: number): Promise<void>
  /** Reads a source inside the scanning namespace in a process of its own; `user` is who runs it. */
  read(type: string, settings: object, user?: 'root' | 'nobody'): Promise<Reading & { seconds: number }>
  scanner: string
  remove(): void
}

/** Why such a lab cannot be built here; undefined when it can. */
export function labMissing(): string | undefined {
  if (process.platform !== 'linux') return 'network namespaces exist only on Linux'
  if (process.getuid?.() !== 0) return 'making network namespaces needs root'
  try {
    execFileSync('ip', ['netns', 'list'], { stdio: 'ignore' })
    return undefined
  } catch {
    return 'iproute2 is not installed or may not make namespaces'
  }
}

/** Why a program cannot be used; undefined when it is installed. */
export function programMissing(program: string): string | undefined {
  try {
    execFileSync('which', [program], { stdio: 'ignore' })
    return undefined
  } catch {
    return `${program} is not installed`
  }
}

let labs = 0

/** Builds a lab whose scanner has these addresses (with prefix length). */
export function buildLab(scannerAddresses: readonly string[]): ScanLab {
  labs += 1
  const prefix = `rc${process.pid}x${labs}`
  const namespaces: string[] = []
  const children: ChildProcess[] = []
  const ip = (...args: string[]) =>
    execFileSync('ip', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  const batch = (namespace: string, lines: readonly string[]) =>
    execFileSync('ip', ['-n', namespace, '-batch', '-'], {
      input: `${lines.join('\n')}\n`,
      stdio: ['pipe', 'ignore', 'pipe'],
    })

  const addNamespace = (name: string): string => {
    const namespace = `${prefix}${name}`
    ip('netns', 'add', namespace)
    namespaces.push(namespace)
    run(namespace, [
      'sh',
      '-c',
      'echo 0 > /proc/sys/net/ipv6/conf/all/accept_dad; echo 0 > /proc/sys/net/ipv6/conf/default/accept_dad',
    ])
    batch(namespace, ['link set lo up'])
    return namespace
  }
  const run = (namespace: string, command: readonly string[]): string =>
    execFileSync('ip', ['netns', 'exec', namespace, ...command], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    })

  const wire = addNamespace('w')
  batch(wire, ['link add name wire type bridge', 'link set wire up'])
  let cables = 0
  const plug = (namespace: string, mac: string | undefined): void => {
    cables += 1
    batch(namespace, [
      `link add name eth0 ${mac === undefined ? '' : `address ${mac}`} type veth peer name p${cables} netns ${wire}`,
      'link set eth0 up',
    ])
    batch(wire, [`link set p${cables} master wire up`])
  }
  const address = (namespace: string, addresses: readonly string[]) =>
    batch(
      namespace,
      addresses.map((each) => `address add ${each} dev eth0 ${each.includes(':') ? 'nodad' : ''}`),
    )

  const scanner = addNamespace('s')
  plug(scanner, undefined)
  address(scanner, scannerAddresses)

  return {
    scanner,
    run,
    machine(name, mac, addresses) {
      const namespace = addNamespace(name)
      plug(namespace, mac)
      address(namespace, addresses)
      return namespace
    },
    crowd(machines) {
      const namespace = addNamespace('c')
      plug(namespace, undefined)
      // Each card answers only for its own address, as separate machines would.
      run(namespace, ['sh', '-c', 'echo 1 > /proc/sys/net/ipv4/conf/all/arp_ignore'])
      const cards = [...machines].flatMap(([where, mac], index) => [
        `link add link eth0 name m${index} address ${mac} type macvlan mode bridge`,
        `link set m${index} up`,
        `address add ${where} dev m${index}`,
      ])
      batch(namespace, cards)
      return namespace
    },
    start(namespace, command) {
      const child = spawn('ip', ['netns', 'exec', namespace, ...command], { stdio: 'ignore' })
      children.push(child)
      return child
    },
    async settled(namespace, protocol, port) {
      const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')} `
      for (let tries = 0; tries < 100; tries += 1) {
        if (run(namespace, ['cat', `/proc/net/${protocol}`]).includes(suffix)) return
        await new Promise((resolve) => setTimeout(resolve, 100))
      }
      throw new Error(`nobody listens on ${protocol} ${port} in ${namespace}`)
    },
    read: (type, settings, user = 'nobody') => readInside(scanner, type, settings, user),
    remove() {
      for (const child of children) child.kill('SIGKILL')
      for (const namespace of namespaces) ip('netns', 'delete', namespace)
    },
  }
}

async function readInside(namespace: string, type: string, settings: object, user: 'root' | 'nobody') {
  const script = fileURLToPath(new URL('./read-source.ts', import.meta.url))
  const drop = user === 'root' ? [] : ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups']
  const command = [...drop, process.execPath, script, type, JSON.stringify(settings)]
  const child = spawn('ip', ['netns', 'exec', namespace, ...command], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const parts: Buffer[] = []
  child.stdout.on('data', (part: Buffer) => parts.push(part))
  const code = await new Promise((resolve) => child.once('close', resolve))
  const text = Buffer.concat(parts).toString('utf8')
  if (code !== 0) throw new Error(`reading ${type} ended with ${String(code)}: ${text}`)
  return JSON.parse(text) as Reading & { seconds: number }
}
