import type { CheckKind, CheckSettings } from '#features/checks/check-settings.ts'
import type { CheckOutcome } from '#features/checks/outcome.ts'
import type { Reach } from '#features/checks/reach.ts'
import type { Clock } from '#kernel/clock.ts'

/** What one kind of check is given. */
export interface ProbeTask<Kind extends CheckKind = CheckKind> {
  target: string
  settings: CheckSettings<Kind>
  timeoutMs: number
  reach: Reach
  clock: Clock
}

/** Asks once. It gives up at the task's time limit; an abort throws the signal's reason. */
export type Probe<Kind extends CheckKind> = (
  task: ProbeTask<Kind>,
  signal: AbortSignal,
) => Promise<CheckOutcome>
