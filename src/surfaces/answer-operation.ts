import type { AuditEntry, Context } from '#features/context.ts'
import type { AnyOperation } from '#features/operation.ts'
import { AppError, toAppError } from '#kernel/errors.ts'
import type { JsonObject } from '#kernel/json.ts'
import type { Actor } from '#model/actor.ts'
import { auditedInput, isTold } from '#surfaces/audit-details.ts'
import { type InputField, inputFields } from '#surfaces/input-fields.ts'
import { type FieldFacts, inputComplaints, unknownFields } from '#surfaces/input-complaints.ts'

/** What an actor must have: a permission, any sign-in, or nothing. */
export type Needed = AnyOperation['permission']

/** True when the actor may. */
export function mayCall(needed: Needed, actor: Actor): boolean {
  if (needed === 'open') return true
  if (actor.kind === 'anonymous') return false
  return needed === 'session' || actor.permissions.has(needed)
}

/** Throws UNAUTHENTICATED or FORBIDDEN, naming the permission that is missing. */
export function assertMayCall(needed: Needed, actor: Actor): void {
  if (mayCall(needed, actor)) return
  if (actor.kind === 'anonymous') {
    throw new AppError('UNAUTHENTICATED', 'This needs a sign-in', {
      hint: 'Sign in on the web page, or send a token: `Authorization: Bearer rc_...`.',
    })
  }
  throw new AppError('FORBIDDEN', `${actor.name} may not do this: the permission ${needed} is missing`, {
    hint: `Ask an admin for a role or a token with ${needed}.`,
  })
}

/** The validated input of an operation. Throws INPUT_INVALID naming each field; unknown fields are errors. */
export function readInput(operation: AnyOperation, given: unknown): unknown {
  const fields = inputFields(operation.input)
  const value = given ?? {}
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw invalidInput(operation, [{ path: '', expected: 'an object' }])
  }
  // A misspelt `dryRun` must never run for real, so nothing unknown is dropped in silence.
  const names = fields.map((field) => field.name)
  const unknown = operation.input._zod.def.catchall ? [] : unknownFields(value, names)
  const result = operation.input.safeParse(value)
  if (result.success && unknown.length === 0) return result.data
  const complaints = result.success ? [] : inputComplaints(result.error, value, factsOf(fields))
  throw invalidInput(operation, [...unknown, ...complaints])
}

const factsOf = (fields: readonly InputField[]): FieldFacts => ({
  secrets: new Set(fields.filter((field) => field.secret).map((field) => field.name)),
  expected: new Map(
    fields.flatMap(({ name, schema }) => (schema.expected ? [[name, schema.expected] as const] : [])),
  ),
})

function invalidInput(operation: AnyOperation, complaints: { path: string; expected: string }[]): AppError {
  const where = complaints.map((each) => each.path || 'the body').join(', ')
  return new AppError('INPUT_INVALID', `${operation.name} cannot use ${where}`, { complaints })
}

/**
 * Runs an operation whose input is already validated and checks its answer.
 * The answer is parsed on every call: that strips what the schema does not name, so a column
 * added to a table never leaks; it costs well under a millisecond for a page of 100.
 */
export async function runOperation(
  operation: AnyOperation,
  context: Context,
  actor: Actor,
  input: unknown,
  signal: AbortSignal,
): Promise<unknown> {
  signal.throwIfAborted()
  const isAudited = operation.effect !== 'read' && !operation.auditsItself
  const line = isAudited ? lineOf(operation, context, actor, input) : undefined
  // What cannot be undone is told of before it begins: a crash in the middle must not hide who asked for it.
  if (line && operation.effect === 'danger') await context.audit(intentOf(line))
  const outcome = await Promise.try(() => operation.run({ ...context, actor }, input, signal)).catch(
    (error: unknown) => refused(operation, context, line, error),
  )
  const answer: unknown = operation.output.parse(outcome)
  if (line) await told(operation, context, operation.job ? { ...line, jobId: jobOf(answer) } : line)
  return answer
}

const jobOf = (answer: unknown): number => (answer as { jobId: number }).jobId

/** One line that says who did what to what. Of the input it tells what its schema allows. */
function lineOf(operation: AnyOperation, context: Context, actor: Actor, input: unknown): AuditEntry {
  const given = input as JsonObject
  const [named] = [...pathParameters(operation), ...(operation.cli?.arguments ?? [])].filter(
    (name) => given[name] !== undefined && isTold(operation, name),
  )
  const about = named === undefined ? undefined : [given[named]].flat().slice(0, 20).join(', ') || undefined
  const noun = operation.name.split('.')[0]!
  const subject = about === undefined ? noun : `${noun}:${about}`
  const tag = (secret: string) => `secret:${context.secrets.mac('audit secret', secret).mac.slice(0, 12)}`
  return {
    actor: actor.name,
    operation: operation.name,
    subject: subject.slice(0, 500),
    message: `${actor.name} asked for ${operation.name}${!about ? '' : ` of ${about.slice(0, 200)}`}`,
    details: { input: auditedInput(operation, given, tag) },
  }
}

const intentOf = (line: AuditEntry): AuditEntry => ({
  ...line,
  message: line.message.replace(' asked for ', ' is asking for '),
  details: { ...line.details, intent: true },
})

/** An intent that came to nothing is told of, so that it does not look like a deed. */
async function refused(
  operation: AnyOperation,
  context: Context,
  line: AuditEntry | undefined,
  error: unknown,
): Promise<never> {
  if (line && operation.effect === 'danger') {
    const { code } = toAppError(error)
    const message = `${line.message}, which failed: ${code}`
    await context
      .audit({ ...line, message, level: 'WARNING', eventType: 'error', details: { code } })
      .catch(() => {
        context.log.error({ operation: operation.name, code }, 'the trail does not tell that this failed')
      })
  }
  throw error
}

/** What was done stays done where the trail cannot be written; whoever asked has to know both. */
async function told(operation: AnyOperation, context: Context, line: AuditEntry): Promise<void> {
  try {
    await context.audit(line)
  } catch (cause) {
    const { code, message, hint } = toAppError(cause)
    context.log.error(
      { operation: operation.name, actor: line.actor, err: cause },
      'the audit trail was not written',
    )
    throw new AppError(
      code,
      `${operation.name} was done, but the audit trail could not be written: ${message}`,
      {
        hint: hint ?? 'Look at what was done before you ask again.',
        cause,
      },
    )
  }
}

const pathParameters = (operation: AnyOperation): string[] =>
  [...operation.http.matchAll(/:(\w+)/g)].map((match) => match[1]!)

/** The whole way every surface takes: may the actor, is the input good, run, check the answer. */
export async function answerOperation(
  operation: AnyOperation,
  context: Context,
  actor: Actor,
  given: unknown,
  signal: AbortSignal,
): Promise<unknown> {
  assertMayCall(operation.permission, actor)
  return runOperation(operation, context, actor, readInput(operation, given), signal)
}
