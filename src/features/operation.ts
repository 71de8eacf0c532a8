import type { z } from 'zod'
import type { Context } from '#features/context.ts'
import type { Actor, Permission } from '#model/actor.ts'

/** read changes nothing; change can be undone or corrected; danger loses something or reaches out. */
export type Effect = 'read' | 'change' | 'danger'

/** What an operation runs with: the context, and who asks. */
export interface Call extends Context {
  actor: Actor
}

/** How the CLI shows an operation; without it, it is `noun verb --option value`. */
export interface CliShape {
  /** Input fields given by position, in order; the last may take several when its schema is an array. */
  arguments?: readonly string[] | undefined
  /** Other names: `['sync']` makes `rollcall sync` mean this operation. */
  aliases?: readonly string[] | undefined
  /** Columns of a list as people see them; dotted paths into an item. */
  columns?: readonly string[] | undefined
  /** The answer, or the result of the job, as people read it, where a table would cut what matters. */
  // oxlint-disable-next-line typescript/no-explicit-any -- the operation's own output, of which the registry forgets the type
  show?: ((answer: any) => string) | undefined
  /** True for an answer, or a job's result, that tells of a failure: scripts learn of it by the exit code. */
  // oxlint-disable-next-line typescript/no-explicit-any -- the same
  isFailure?: ((answer: any) => boolean) | undefined
}

/** One thing a user can ask Rollcall to do. HTTP, CLI, MCP, OpenAPI and docs are projections of it. */
export interface Operation<Input extends z.ZodObject = z.ZodObject, Output extends z.ZodType = z.ZodType> {
  /** `noun.verb`: device.list. */
  readonly name: `${string}.${string}`
  /** One sentence with a full stop. */
  readonly summary: string
  /** Method and path below /api/v1, with parameters: `GET /devices/:id`. Path parameters are input fields. */
  readonly http: `${'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'} /${string}`
  readonly effect: Effect
  /** What the actor needs; `open` answers without sign-in, `session` needs any signed-in actor. */
  readonly permission: Permission | 'open' | 'session'
  readonly input: Input
  readonly output: Output
  /** Input has limit and cursor, output is `{items, nextCursor, total?}`. */
  readonly paged?: boolean | undefined
  /** Answers with `{jobId}` at once; the work is a job. HTTP answers 202. */
  readonly job?: boolean | undefined
  /** A change of nothing that may be an MCP tool although it is a POST (previews, tests of a query). */
  readonly preview?: boolean | undefined
  /**
   * It leaves a job that waits for a person, and so may be an MCP tool although it changes something: there without these
   * fields of its input, which would let the job go on by itself.
   */
  readonly leavesWaiting?: { without: readonly string[] } | undefined
  /** It writes its own lines of the audit trail; the others with an effect get one line a call. */
  readonly auditsItself?: boolean | undefined
  readonly cli?: CliShape | undefined
  run(call: Call, input: z.output<Input>, signal: AbortSignal): Promise<z.input<Output>>
}

/** Keeps input and output types while the registry holds all operations side by side. */
export const operation = <Input extends z.ZodObject, Output extends z.ZodType>(
  definition: Operation<Input, Output>,
): Operation<Input, Output> => definition

/** An operation whose types the registry has forgotten. */
// oxlint-disable-next-line typescript/no-explicit-any -- input and output are checked by their schemas at every call
export type AnyOperation = Operation<any, any>
