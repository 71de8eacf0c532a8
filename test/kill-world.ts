import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Config } from '#config.ts'
import type { OpenDatabase } from '#database/open.ts'
import type { SecretKey } from '#features/access/key-file.ts'
import { createSecretBox } from '#features/access/secret-box.ts'
import { signAuditWith } from '#features/audit/chain-head.ts'
import type { EffectClass } from '#features/jobs/action.ts'
import { submitJob } from '#features/jobs/submit-job.ts'
import { systemClock } from '#kernel/clock.ts'
import { systemActor } from '#model/actor.ts'
import { killActionName, killActions } from '#test/kill-action.ts'
import type { KillWork } from '#test/kill-action.ts'
import { testConfig } from '#test/test-config.ts'
import { testContext } from '#test/test-context.ts'

/** What a child is told on its command line. */
export interface KillOrder {
  url: string
  node: string
  work: KillWork
  leaseSeconds: number
  /** Keeps the compiled code for those that are started later. */
  keepsCode?: boolean | undefined
}

export const killKeys: [SecretKey] = [{ id: '00000001', key: Buffer.alloc(32, 7) }]

export function killConfig({ leaseSeconds }: Pick<KillOrder, 'leaseSeconds'>): Config {
  const { jobs } = testConfig()
  return testConfig({ jobs: { ...jobs, leaseSeconds, graceSeconds: 2 } })
}

/** A context like that of the children, over the same database. */
export function killContext(opened: OpenDatabase, leaseSeconds = 15) {
  const secrets = createSecretBox(killKeys)
  signAuditWith(opened.db, secrets)
  return { ...testContext(opened, { secrets, config: killConfig({ leaseSeconds }) }), clock: systemClock }
}

/** Makes a job of rows numbered from `first` on, for the children to do. */
export async function killJob(
  context: ReturnType<typeof killContext>,
  work: KillWork,
  effect: EffectClass,
  first: number,
  rows: number,
): Promise<number> {
  return submitJob(context, killActions(work), {
    action: killActionName(effect),
    name: 'rows of killed workers',
    parameters: {},
    actor: systemActor('test'),
    rows: Array.from({ length: rows }, (_, index) => ({
      key: String(first + index),
      input: { n: first + index },
    })),
  })
}

/** A worker process. */
export interface KillChild {
  pid: number
  /** Resolves when everything is loaded. */
  warm: Promise<void>
  go(): void
  /** Ends it as it ends itself; resolves with its exit code. */
  end(): Promise<number | null>
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>
  signal(name: 'SIGSTOP' | 'SIGCONT'): void
}

export function killChild(order: KillOrder): KillChild {
  const child: ChildProcess = fork(new URL('kill-child.ts', import.meta.url), [JSON.stringify(order)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    execArgv: [],
    env: { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), 'rollcall-kill-code') },
  })
  const gone = new Promise<number | null>((resolve) => child.once('exit', resolve))
  return {
    pid: child.pid!,
    warm: once(child, 'message').then(() => undefined),
    go: () => void child.send('go'),
    async end() {
      child.send('end')
      return gone
    },
    async kill() {
      child.kill('SIGKILL')
      await gone
    },
    signal: (name) => void child.kill(name),
  }
}
