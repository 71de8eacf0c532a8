import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { type Check, ok, warning } from '#features/system/check.ts'

const name = 'scan-tools'
const wanted = ['nmap', 'fping', 'ping'] as const

/** Which programs a scan can use, and whether this user may send ICMP. Without any of it scans connect by TCP. */
export async function checkTools(signal: AbortSignal): Promise<Check[]> {
  const found = await Promise.all(wanted.map((program) => isInstalled(program, signal)))
  const installed = wanted.filter((_, index) => found[index])
  const missing = wanted.filter((_, index) => !found[index])
  const list = installed.length > 0 ? `${installed.join(', ')} found` : 'No program for scans found'
  const lacking = missing.length > 0 ? `, ${missing.join(', ')} not` : ''
  const icmp = icmpWords()
  if (installed.length > 0) return [ok(name, `${list}${lacking}. ${icmp}`)]
  return [
    warning(
      name,
      `${list}. ${icmp}`,
      'Scans connect by TCP and miss machines without an open port: install fping or nmap.',
    ),
  ]
}

/** A program that can be started at all; what it says and how it ends is all the same. */
function isInstalled(program: string, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(5_000)])
    const child = spawn(program, ['-V'], { stdio: 'ignore', signal: limit })
    child.once('error', (error: NodeJS.ErrnoException) => resolve(error.name === 'AbortError'))
    child.once('close', () => resolve(true))
  })
}

/** CAP_NET_RAW of capabilities(7). */
const rawSockets = 13n

function icmpWords(): string {
  if (process.getuid?.() === 0 || hasRawSockets()) return 'This process may send raw packets'
  if (mayPing()) return 'This user may send ICMP by ordinary sockets'
  return 'This process may not send ICMP itself; programs with that right are used'
}

function hasRawSockets(): boolean {
  const effective = /^CapEff:\s*([0-9a-f]+)/m.exec(read('/proc/self/status') ?? '')?.[1]
  return effective !== undefined && ((BigInt(`0x${effective}`) >> rawSockets) & 1n) === 1n
}

function mayPing(): boolean {
  const [first, last] = (read('/proc/sys/net/ipv4/ping_group_range') ?? '1 0').trim().split(/\s+/).map(Number)
  const groups = [process.getgid?.() ?? -1, ...(process.getgroups?.() ?? [])]
  return groups.some((group) => group >= first! && group <= last!)
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
