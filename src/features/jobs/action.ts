import type { z } from 'zod'
import type { Context } from '#features/context.ts'
import type { Json, JsonObject } from '#kernel/json.ts'
import type { Actor, Permission } from '#model/actor.ts'
import type { DeviceId, JobId } from '#model/ids.ts'

/**
 * What doing a row twice means. `read` may be done again freely; `keyed`: the other side does what comes with the same
 * effect key once; `probe`: it can be asked whether it was done; `once`: never done a second time without a person.
 */
export type EffectClass = 'read' | 'keyed' | 'probe' | 'once'

/** What the rows of an action are about, and so where they can come from. */
export type RowSubject = 'none' | 'source' | 'device' | 'host' | 'table'

/** How far a job or a row is. */
export interface JobProgress {
  done: number
  total: number | null
  message: string | null
}

/** What the work of a job runs with. */
export interface JobCall extends Context {
  jobId: JobId
  /** Who asked for the job, with the rights and tags of then. */
  actor: Actor
  /** Counts from 1; the next when failed rows are tried again after the end. */
  run: number
  /** Tells how far it is; may be called often, only the newest is kept. */
  progress(progress: JobProgress): void
}

/** What the work of one row runs with. */
export interface RowCall extends JobCall {
  row: {
    /** Counts from 1. */
    number: number
    /** What names it within the job. */
    key: string
    /** Counts from 1; greater when it is done again. */
    attempt: number
    deviceId: DeviceId | null
    /** The same for the same effect in any job; null for actions that read. */
    effectKey: string | null
  }
}

/** How a row ended well. Anything that went wrong is thrown: AppError, or OutcomeUnknown where nobody can tell. */
export interface RowOutcome {
  result?: Json | undefined
  /** What it really cost, where that is not what was estimated. */
  costCents?: number | undefined
  /** Set when there was nothing to do. */
  skipped?: string | undefined
  /** It looked and found everything as it was: the trail has nothing to tell. */
  isUnchanged?: boolean | undefined
}

/** One row of a preview, to be filled in by the action. */
export interface PreviewItem<Input extends JsonObject = JsonObject> {
  number: number
  key: string
  deviceId: DeviceId | null
  input: Input
}

/** What a preview says of a row. */
export interface PreviewFacts {
  before?: Json | undefined
  after?: Json | undefined
  costCents?: number | undefined
  warnings?: readonly string[] | undefined
  /** The row is done only while what it is about still has this version. */
  version?: string | undefined
  /** Nothing needs to be done: why. The row is made, as skipped. */
  nothingToDo?: string | undefined
}

/** At most `perTarget` rows about the same target at a time, over all jobs and processes; null for no limit. */
export interface RowLimits {
  target?: string | undefined
  perTarget?: number | undefined
  credential?: string | undefined
  perCredential?: number | undefined
  /** At most `limit` rows begun in any `seconds`, over all jobs and processes that name the key. */
  rate?: { key: string; limit: number; seconds: number } | undefined
}

/** A kind of long work. Jobs name it in `jobs.action`; each of their rows is done by `run`. */
export interface JobAction<
  Parameters extends JsonObject = JsonObject,
  Input extends JsonObject = JsonObject,
> {
  readonly name: string
  /** A few words: `Tag devices`. */
  readonly title: string
  /** One sentence with a full stop, for people and for a model that chooses. */
  readonly summary: string
  readonly effect: EffectClass | ((context: Pick<Context, 'config'>, parameters: Parameters) => EffectClass)
  readonly subject: RowSubject
  readonly parameters: z.ZodType<Parameters>
  /** What a row has to hold. */
  readonly input: z.ZodType<Input>
  /** What the requester needs beside jobs.submit. */
  readonly needs: Permission
  /** False for work that has an operation of its own (backups, clean-ups) and is not offered for rows. */
  readonly isOffered?: boolean | undefined
  /** Rows of one job at a time; 4 where it does not say. */
  readonly concurrency?:
    | number
    | ((context: Pick<Context, 'config'>, parameters: Parameters) => number)
    | undefined
  /** How often a row is begun at most by itself; 3 where it does not say. */
  readonly maxAttempts?: number | undefined
  /** What parameters may be here, by their names, where the configuration says it. */
  choices?(context: Pick<Context, 'config'>): Readonly<Record<string, readonly string[]>>
  /** Refuses parameters that are well-formed and make no sense here; throws AppError. */
  check?(call: Context & { actor: Actor }, parameters: Parameters): Promise<void>
  /** Limits that hold beyond the job. */
  limits?(context: Pick<Context, 'config'>, parameters: Parameters, input: Input): RowLimits
  /** Target, desired state and period, of which the effect key is made: never the job. Needed for keyed. */
  effectOf?(
    context: Pick<Context, 'config' | 'clock'>,
    parameters: Parameters,
    input: Input,
    row: Pick<PreviewItem, 'key' | 'deviceId'>,
  ): JsonObject
  /** What is and what would be, for up to 500 rows at once and in their order. Reads only. */
  preview?(
    call: Context & { actor: Actor },
    parameters: Parameters,
    items: readonly PreviewItem<Input>[],
    signal: AbortSignal,
  ): Promise<PreviewFacts[]>
  /** The versions of now, as `preview` gave them, for rows about to be done; null for what is gone. */
  versions?(
    call: Context & { actor: Actor },
    parameters: Parameters,
    items: readonly PreviewItem<Input>[],
  ): Promise<(string | null)[]>
  /** For probe: whether an effect that was begun was done. */
  probe?(
    call: RowCall,
    parameters: Parameters,
    input: Input,
    signal: AbortSignal,
  ): Promise<{ outcome: 'done' | 'not_done' | 'unknown'; result?: Json }>
  /** Does one row. Stops soon after the signal aborts. */
  run(call: RowCall, parameters: Parameters, input: Input, signal: AbortSignal): Promise<RowOutcome>
  /** What the whole job gives, when every row is over; without it, a job of one row gives that row's result. */
  finish?(call: JobCall, parameters: Parameters, signal: AbortSignal): Promise<Json>
}

/** An action whose types the catalogue has forgotten; parameters and input are checked by its schemas. */
// oxlint-disable-next-line typescript/no-explicit-any -- see above
export type AnyJobAction = JobAction<any, any>

/** Keeps the types of parameters and input together while an action is written. */
export const jobAction = <Parameters extends JsonObject, Input extends JsonObject>(
  action: JobAction<Parameters, Input>,
): JobAction<Parameters, Input> => action
