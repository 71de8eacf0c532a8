import { z } from 'zod'
import { openDatabase } from '#database/open.ts'
import { jobAction } from '#features/jobs/action.ts'
import type { AnyJobAction } from '#features/jobs/action.ts'
import { cancelJob, pauseJob } from '#features/jobs/job-control.ts'
import { work } from '#features/jobs/worker.ts'
import { systemActor } from '#model/actor.ts'
import { killContext } from '#test/kill-world.ts'

/** What a worker whose rows wait for their signal tells its parent; times by the clock that all processes share. */
export interface WaitingWord {
  what: 'opening' | 'begun' | 'stopped'
  at: number
  job?: number
}

/** What its parent may ask it to do. */
export interface WaitingOrder {
  what: 'cancel' | 'pause'
  job: number
}

/** Milliseconds of the machine's monotonic clock. */
export const sharedClock = (): number => Number(process.hrtime.bigint()) / 1e6

export const control = { cancel: cancelJob, pause: pauseJob }

/** An action whose rows do nothing but wait until they are told to stop. */
export const waitingActions = (tell: (word: WaitingWord) => void): ReadonlyMap<string, AnyJobAction> => {
  const action = jobAction({
    name: 'wait',
    title: 'Wait',
    summary: 'Waits until it is told to stop.',
    effect: 'read',
    subject: 'table',
    parameters: z.strictObject({}),
    input: z.strictObject({}),
    needs: 'jobs.submit',
    concurrency: 32,
    run: ({ jobId }, _parameters, _input, signal) =>
      new Promise((_resolve, reject) => {
        tell({ what: 'begun', at: sharedClock(), job: jobId })
        signal.addEventListener('abort', () => {
          tell({ what: 'stopped', at: sharedClock(), job: jobId })
          reject(signal.reason as Error)
        })
      }),
  })
  return new Map([[action.name, action]])
}

// As a process of its own: node bench/jobs-waiting.ts URL NODE
const [url, name] = process.argv.slice(2)
if (import.meta.main && url !== undefined && name !== undefined) {
  const tell = (word: WaitingWord): void => void process.send!(word)
  tell({ what: 'opening', at: sharedClock() })
  const opened = await openDatabase({ url })
  const context = killContext(opened)
  const ending = new AbortController()
  process.on(
    'message',
    ({ what, job }: WaitingOrder) => void control[what](context, systemActor('bench'), job),
  )
  process.on('disconnect', () => ending.abort())
  const node = { id: name, hostname: name, pid: process.pid, roles: ['worker'] as const }
  await work(context, waitingActions(tell), node, ending.signal)
  await opened.close()
}
