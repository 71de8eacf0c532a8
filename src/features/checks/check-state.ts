import type { CheckOutcome } from '#features/checks/outcome.ts'

export const checkStates = ['up', 'down', 'pending', 'unknown'] as const
export type CheckState = (typeof checkStates)[number]

/** A state, and how often in a row it failed. */
export interface CheckProgress {
  state: CheckState
  failures: number
}

/**
 * What a check is after one more outcome: down only when it failed once and `retries` times more. What this machine could
 * not ask makes it unknown, and is no failure of the other.
 */
export function nextState(
  { state, failures }: CheckProgress,
  result: CheckOutcome['result'],
  retries: number,
): CheckProgress {
  if (result === 'up') return { state: 'up', failures: 0 }
  if (result === 'unable') return { state: state === 'down' ? 'down' : 'unknown', failures }
  const count = failures + 1
  return { state: count > retries || state === 'down' ? 'down' : 'pending', failures: count }
}
