import type { ErrorCode } from '#kernel/errors.ts'
import type { Actor } from '#model/actor.ts'
import type { Sample, Told } from '#model/sample.ts'

/** Who sends readings. */
export interface Sender {
  actor: Actor
  /** The one server that an agent's key is for. */
  server?: string | undefined
}

/** One reading of one server as somebody sent it; `subject` is the server's id. */
export interface Reading extends Sample {
  /** True for what was stored and is sent late, false for what was just measured; undefined where the sender says neither. */
  backfill?: boolean | undefined
  told?: Told | undefined
  /** What the server calls itself, for one that is not known yet. */
  hostname?: string | undefined
}

/** What was not taken, and why. */
export interface Refusal {
  /** Which of the readings, from 0. */
  index: number
  code: ErrorCode
  /** The field in question: `timestamp`, `metrics.cpu_percent`. */
  path: string
  value?: unknown
  expected: string
}

/** What became of readings; what was accepted is on disk. */
export interface Receipt {
  accepted: number
  rejected: Refusal[]
}
