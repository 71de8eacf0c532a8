import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs'
import { createServer } from 'node:net'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { EffectClass } from '#features/jobs/action.ts'

/** One effect as it arrived at the other side. */
export interface Effect {
  effect: EffectClass
  key: string
  target: string
  /** The process that asked for it. */
  pid: number
  /** Milliseconds since 1970 at which it began and ended. */
  begun: number
  ended: number
}

/** A question of a worker: do it, or say whether it was done. */
export interface SinkRequest {
  id: number
  ask: 'do' | 'probe'
  effect: EffectClass
  key: string
  target: string
  pid: number
}

export interface KillSink {
  path: string
  /** Resolves when a process asks for an effect of this class, or any, or when `patience` milliseconds are over. */
  heard(pid: number, patience: number, effect?: EffectClass): Promise<void>
  /** Every effect that was done, read from the disk. */
  effects(): Effect[]
  close(): Promise<void>
}

export interface SinkOptions {
  /** Milliseconds from an effect to its answer, at most. */
  answersWithin: number
}

/**
 * The other side of jobs whose workers are killed: another process for them, which keeps every effect in a file that is
 * flushed before the answer goes out. What has arrived is done, whatever became of the asker; of the class `keyed` what
 * comes with the same key again is answered and not done.
 */
export async function startSink(folder: string, { answersWithin }: SinkOptions): Promise<KillSink> {
  const path = join(folder, 'sink')
  const log = join(folder, 'effects.log')
  const file = openSync(log, 'a')
  const done = new Set<string>()
  const listeners = new Map<number, (effect: EffectClass) => void>()
  const sockets = new Set<Socket>()
  let arrived: { request: SinkRequest; answer: (isDone: boolean, after: number) => void }[] = []

  /** All that arrived in one turn, with one flush; questions come last, so that they see what was sent before them. */
  const handle = (): void => {
    const turn = arrived
    arrived = []
    let lines = ''
    for (const { request, answer } of turn.filter((each) => each.request.ask === 'do')) {
      const wait = Math.random() * answersWithin
      const { effect, key, target, pid } = request
      if (effect !== 'keyed' || !done.has(key)) {
        const begun = Date.now()
        const effected: Effect = { effect, key, target, pid, begun, ended: begun + Math.ceil(wait) }
        lines += `${JSON.stringify(effected)}\n`
      }
      done.add(key)
      answer(true, wait)
    }
    if (lines !== '') writeSync(file, lines)
    if (lines !== '') fsyncSync(file)
    for (const { request, answer } of turn.filter((each) => each.request.ask === 'probe'))
      answer(done.has(request.key), 0)
    for (const { request } of turn) listeners.get(request.pid)?.(request.effect)
  }

  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
    const lines = createInterface(socket).on('error', () => {})
    lines.on('line', (line) => {
      const request = JSON.parse(line) as SinkRequest
      const answer = (isDone: boolean, after: number): void => {
        const send = () => void socket.write(`${JSON.stringify({ id: request.id, isDone })}\n`)
        if (after > 0) setTimeout(send, after)
        else send()
      }
      if (arrived.push({ request, answer }) === 1) setImmediate(() => setImmediate(handle))
    })
  })
  await new Promise<void>((resolve) => server.listen(path, resolve))
  return {
    path,
    heard: (pid, patience, effect) =>
      new Promise((resolve) => {
        const end = (): void => {
          clearTimeout(timer)
          listeners.delete(pid)
          resolve()
        }
        const timer = setTimeout(end, patience)
        listeners.set(pid, (asked) => (effect === undefined || asked === effect) && end())
      }),
    effects: () =>
      readFileSync(log, 'utf8')
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Effect),
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
      closeSync(file)
    },
  }
}
