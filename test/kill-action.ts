import { connect } from 'node:net'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { z } from 'zod'
import { jobAction } from '#features/jobs/action.ts'
import type { AnyJobAction, EffectClass, RowLimits } from '#features/jobs/action.ts'
import { OutcomeUnknown } from '#features/jobs/outcome-unknown.ts'
import type { SinkRequest } from '#test/kill-sink.ts'

/** What a worker that will be killed works on. */
export interface KillWork {
  /** The classes of actions that there are. */
  effects: EffectClass[]
  /** The socket of the sink. */
  sink: string
  concurrency: number
  /** Milliseconds between the beginning of a row and its request, at most. */
  asksWithin: number
  limits?: RowLimits | undefined
  /** Rows about the same target are `row number modulo this`. */
  targets?: number | undefined
}

type Ask = (request: Omit<SinkRequest, 'id' | 'pid'>) => Promise<boolean>

/** The worker's connection to the sink; answers come in any order. */
function connectSink(path: string): Ask {
  const socket = connect(path)
  const waiting = new Map<number, (isDone: boolean) => void>()
  let last = 0
  createInterface(socket).on('line', (line) => {
    const { id, isDone } = JSON.parse(line) as { id: number; isDone: boolean }
    waiting.get(id)?.(isDone)
    waiting.delete(id)
  })
  return (asked) =>
    new Promise((resolve) => {
      const request: SinkRequest = { ...asked, id: (last += 1), pid: process.pid }
      waiting.set(request.id, resolve)
      socket.write(`${JSON.stringify(request)}\n`)
    })
}

/** Actions, one of each class, whose effects are kept by a sink. */
export function killActions(work: KillWork): ReadonlyMap<string, AnyJobAction> {
  let asked: Ask | undefined
  const ask: Ask = (request) => (asked ??= connectSink(work.sink))(request)
  const actions = work.effects.map((effect) => killAction(effect, work, ask))
  return new Map(actions.map((action) => [action.name, action]))
}

export const killActionName = (effect: EffectClass): string => `kill-${effect}`

function killAction(effect: EffectClass, work: KillWork, ask: Ask): AnyJobAction {
  const targetOf = (n: number): string => `target-${n % (work.targets ?? 1)}`
  /** What the sink knows a row by. */
  const keyOf = (n: number, effectKey: string | null): string =>
    effect === 'keyed' ? effectKey! : `${effect} ${n}`
  return jobAction({
    name: killActionName(effect),
    title: 'Be killed',
    summary: 'Does rows whose effects somebody else keeps.',
    effect,
    subject: 'table',
    parameters: z.strictObject({}),
    input: z.strictObject({ n: z.number() }),
    needs: 'jobs.submit',
    concurrency: work.concurrency,
    maxAttempts: 100,
    ...(work.limits
      ? { limits: (_context, _parameters, { n }) => ({ ...work.limits, target: targetOf(n) }) }
      : {}),
    ...(effect === 'keyed' ? { effectOf: (_context, _parameters, { n }) => ({ n }) } : {}),
    async run({ row }, _parameters, { n }, signal) {
      if (work.asksWithin > 0) await pause(Math.random() * work.asksWithin)
      signal.throwIfAborted()
      const request = { effect, key: keyOf(n, row.effectKey), target: targetOf(n) }
      if (!(await ask({ ask: 'do', ...request }))) throw new OutcomeUnknown('The sink did not say')
      return { result: { n } }
    },
    async probe({ row }, _parameters, { n }) {
      const request = { effect, key: keyOf(n, row.effectKey), target: targetOf(n) }
      return (await ask({ ask: 'probe', ...request }))
        ? { outcome: 'done', result: { n } }
        : { outcome: 'not_done' }
    },
  })
}
