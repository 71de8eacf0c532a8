import { release } from 'node:os'
import type { Collector, Tools } from '#agent/collector.ts'
import type { CommandOutcome } from '#agent/run-command.ts'
import type { Updates } from '#agent/reading.ts'

type Counts = Pick<Updates, 'available' | 'security'>

/** A package manager that can say without root what waits. */
interface Manager {
  program: string
  /** Where its program is when it is this system's. */
  paths: readonly string[]
  command: readonly [string, ...string[]]
  count(outcome: CommandOutcome): Counts | undefined
}

const lines = (text: string): string[] => text.split('\n').filter((line) => line.trim() !== '')
const ended = ({ code }: CommandOutcome, ...good: number[]): boolean =>
  code !== undefined && good.includes(code)

export const managers: readonly Manager[] = [
  {
    program: 'apt',
    paths: ['/usr/bin/apt-get'],
    command: ['apt-get', '-s', '-q', '-o', 'Debug::NoLocking=1', 'dist-upgrade'],
    count: (outcome) => {
      if (!ended(outcome, 0)) return undefined
      const wanted = lines(outcome.out).filter((line) => line.startsWith('Inst '))
      return {
        available: wanted.length,
        security: wanted.filter((line) => /-security|Debian-Security/i.test(line)).length,
      }
    },
  },
  {
    program: 'dnf',
    paths: ['/usr/bin/dnf', '/usr/bin/yum'],
    // Only what was fetched before: asking the network is not ours to do.
    command: ['dnf', '-q', '-C', 'check-update'],
    count: (outcome) => {
      if (!ended(outcome, 0, 100)) return undefined
      const [updates = ''] = outcome.out.split(/^Obsoleting/m)
      return { available: lines(updates).filter((line) => /^\S+\.\S+\s+\S+\s+\S+/.test(line)).length }
    },
  },
  {
    program: 'zypper',
    paths: ['/usr/bin/zypper'],
    command: ['zypper', '--no-refresh', '-q', 'list-updates'],
    count: (outcome) =>
      ended(outcome, 0)
        ? { available: lines(outcome.out).filter((line) => line.startsWith('v |')).length }
        : undefined,
  },
  {
    program: 'apk',
    paths: ['/sbin/apk'],
    command: ['apk', '--no-network', 'list', '--upgradable'],
    count: (outcome) => (ended(outcome, 0) ? { available: lines(outcome.out).length } : undefined),
  },
  {
    program: 'pacman',
    paths: ['/usr/bin/pacman'],
    command: ['pacman', '-Qu'],
    // It ends with 1 when nothing waits.
    count: (outcome) =>
      ended(outcome, 0, 1)
        ? { available: lines(outcome.out).filter((line) => !line.includes('[ignored]')).length }
        : undefined,
  },
]

const pause = 6 * 3_600_000
const patience = 120_000

/**
 * Updates that wait, and whether the machine wants to be started again. Package managers are slow, so they are asked
 * beside the heartbeats, as the least important work, every six hours; a heartbeat tells the last answer.
 */
export function updatesCollector({ files, run, clock }: Tools): Collector {
  let askedAt: number | undefined
  let counts: Counts | undefined
  let problem: string | undefined

  async function ask(signal: AbortSignal): Promise<void> {
    for (const { program, paths, command, count } of managers) {
      if (!(await anyExists(paths))) continue
      const outcome = await run(['nice', '-n', '19', ...command], { timeout: patience }, signal)
      const found = count(outcome)
      counts = found ?? counts
      problem = found ? undefined : `updates: ${outcome.failure ?? `${program} ended with ${outcome.code}`}`
      return
    }
  }

  const anyExists = async (paths: readonly string[]): Promise<boolean> =>
    (await Promise.all(paths.map((path) => files.exists(path)))).includes(true)

  /** As Debian says it; elsewhere when the modules of the running kernel were replaced by those of a newer one. */
  async function wantsReboot(): Promise<boolean> {
    if (await anyExists(['/run/reboot-required', '/var/run/reboot-required'])) return true
    const kernels = await files.names('/lib/modules')
    return kernels.length > 0 && !kernels.includes(release())
  }

  return {
    name: 'updates',
    timeout: 5_000,
    async collect() {
      const now = clock.monotonic()
      if (askedAt === undefined || now - askedAt >= pause) {
        askedAt = now
        // Longer than a heartbeat waits, so it has a time-out of its own.
        void ask(new AbortController().signal)
      }
      const warnings = problem === undefined ? [] : [problem]
      if (counts === undefined) return { warnings }
      return { updates: { ...counts, reboot_required: await wantsReboot() }, warnings }
    },
  }
}
