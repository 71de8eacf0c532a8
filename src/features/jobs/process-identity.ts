import { readFileSync, readlinkSync } from 'node:fs'

/**
 * Where process ids mean the same as here: this boot of this host, and its containers apart. Null where the system
 * does not tell (not Linux).
 */
export function bootId(): string | null {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    return `${boot} ${readlinkSync('/proc/self/ns/pid')}`
  } catch {
    return null
  }
}

/** When a process began, in ticks since boot: with it, a process id that was used again is told from the first. */
export function processStarted(pid: number): string | null {
  const stat = read(`/proc/${pid}/stat`)
  // The name in parentheses may hold anything; field 22 of proc(5) is the 20th after it.
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null
}

interface KeptProcess {
  pid: number
  boot_id: string | null
  process_started: string | null
}

/** Whether a process is there: true and false only when that is certain, undefined where it cannot be seen from here. */
export function lives(node: KeptProcess): boolean | undefined {
  if (node.boot_id === null || node.boot_id !== bootId() || node.process_started === null) return undefined
  return processStarted(node.pid) === node.process_started
}

/** Whether a process is for certain not of this boot of this machine. */
export function isOfOtherBoot({ boot_id: boot }: Pick<KeptProcess, 'boot_id'>): boolean {
  const own = bootId()
  return boot !== null && own !== null && boot.split(' ')[0] !== own.split(' ')[0]
}

/** False only when it is certain that the process is gone: it was of this boot and is no more. */
export const isAlive = (node: KeptProcess): boolean => lives(node) !== false

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
