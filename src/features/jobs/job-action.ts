import type { Context } from '#features/context.ts'
import type { Json, JsonObject } from '#kernel/json.ts'
import type { Actor } from '#model/actor.ts'
import type { JobId } from '#model/ids.ts'

/** How far a job is. */
export interface JobProgress {
  done: number
  total: number | null
  message: string | null
}

/** What the work of a job runs with. */
export interface JobCall extends Context {
  jobId: JobId
  /** Who asked for the job. */
  actor: Actor
  /** Tells how far it is; may be called often, only the newest is kept. */
  progress(progress: JobProgress): void
}

/** A kind of long work. Jobs name it in `jobs.action`. */
export interface JobAction {
  readonly name: string
  /** Does the work; what it gives is the job's result. Throws AppError to fail it; an abort cancels it. */
  run(job: JobCall, parameters: JsonObject, signal: AbortSignal): Promise<Json>
}
