import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Context } from '#features/context.ts'
import { submitJob } from '#features/jobs/submit-job.ts'
import { systemActor } from '#model/actor.ts'
import { waitingActions } from './jobs-waiting.ts'
import type { WaitingOrder, WaitingWord } from './jobs-waiting.ts'

/** A worker process whose rows wait for their signal. */
export interface Waiter {
  /** Resolves when it has said this so many times. */
  said(what: WaitingWord['what'], times: number): Promise<WaitingWord[]>
  order(order: WaitingOrder): void
  kill(): Promise<void>
  end(): Promise<void>
}

export function waiter(url: string, name: string): Waiter {
  const child = fork(join(import.meta.dirname, 'jobs-waiting.ts'), [url, name], { execArgv: [] })
  const words: WaitingWord[] = []
  let heard = Promise.withResolvers<void>()
  child.on('message', (word) => {
    words.push(word as WaitingWord)
    heard.resolve()
    heard = Promise.withResolvers()
  })
  child.once('exit', (code) => {
    // Mostly nobody waits for it to say more.
    heard.promise.catch(() => {})
    heard.reject(new Error(`a worker ended with ${code}`))
  })
  return {
    async said(what, times) {
      for (;;) {
        const those = words.filter((word) => word.what === what)
        if (those.length >= times) return those
        await heard.promise
      }
    },
    order: (order) => void child.send(order),
    async kill() {
      const gone = once(child, 'exit')
      child.kill('SIGKILL')
      await gone
    },
    async end() {
      const gone = once(child, 'exit')
      child.disconnect()
      await gone
    },
  }
}

/** A job of rows that wait; gives its id. */
export const waitingJob = (context: Context, rows: number): Promise<number> =>
  submitJob(
    context,
    waitingActions(() => {}),
    {
      action: 'wait',
      name: 'rows that wait',
      parameters: {},
      actor: systemActor('bench'),
      rows: Array.from({ length: rows }, (_, n) => ({ key: String(n), input: {} })),
    },
  )
