import type { Context } from '#features/context.ts'
import { logState } from '#features/metrics/log-state.ts'
import { type Check, ok, problem } from '#features/system/check.ts'
import { sizeText } from '#features/system/size-text.ts'
import { toMilliseconds } from '#kernel/clock.ts'

const hour = 3_600_000
/** What is received is sealed after two hours and some minutes; after so long somebody should look. */
const patience = 6 * hour

/** Whether what servers tell is put away, so that the log does not grow without end. */
export async function checkMetrics(context: Pick<Context, 'db' | 'clock'>): Promise<Check[]> {
  const { rows, bytes, oldest } = await logState(context)
  const age = oldest === undefined ? 0 : toMilliseconds(context.clock.now()) - oldest
  const size = `${rows} groups, ${sizeText(bytes)}`
  if (age < patience) return [ok('metrics', `the log of metrics holds ${size}`)]
  return [
    problem(
      'metrics',
      `metrics wait for ${Math.round(age / hour)} hours to be sealed (${size})`,
      'Only a server with the role worker does that: start `rollcall serve`, and look for "metrics" in its log',
    ),
  ]
}
