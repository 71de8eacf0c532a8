import { appendAudit } from '#features/audit/append-audit.ts'
import type { Context, NewJob, NewRow } from '#features/context.ts'
import type { AnyJobAction, EffectClass } from '#features/jobs/action.ts'
import { existingJobs, insertDependencies, insertJob, insertRows } from '#features/jobs/insert-queries.ts'
import type { NewRowColumns } from '#features/jobs/insert-queries.ts'
import { limitKeys } from '#features/jobs/limits.ts'
import { requesterOf } from '#features/jobs/requester.ts'
import type { Transaction } from '#database/schema.ts'
import { AppError } from '#kernel/errors.ts'
import { contentHash } from '#kernel/json.ts'
import type { JsonObject } from '#kernel/json.ts'
import { DeviceId } from '#model/ids.ts'
import type { JobId } from '#model/ids.ts'

export type SubmitContext = Pick<Context, 'db' | 'engine' | 'clock' | 'events' | 'config'>

/** What doing a row of this action twice means. */
export const effectOf = (
  action: AnyJobAction,
  context: Pick<Context, 'config'>,
  parameters: JsonObject,
): EffectClass => (typeof action.effect === 'function' ? action.effect(context, parameters) : action.effect)

/** Checks a new job and its rows against their action, and writes them in one transaction. */
export async function submitJob(
  context: SubmitContext,
  actions: ReadonlyMap<string, AnyJobAction>,
  job: NewJob,
): Promise<JobId> {
  const { db, clock, events } = context
  const action = knownAction(actions, job.action)
  if (!job.actor.permissions.has(action.needs))
    throw new AppError(
      'FORBIDDEN',
      `${job.actor.name} may not do this: it needs the permission ${action.needs}`,
    )
  const parameters = checked(action.parameters, job.parameters, 'parameters')
  const id = await db
    .transaction()
    .execute((transaction) => write(transaction, context, action, { ...job, parameters }))
  events.publish({ topic: 'job.added', at: clock.now(), data: { id, action: job.action, name: job.name } })
  return id
}

/** The action of this name; NOT_FOUND where there is none. */
export function knownAction(actions: ReadonlyMap<string, AnyJobAction>, name: string): AnyJobAction {
  const action = actions.get(name)
  if (action) return action
  throw new AppError('NOT_FOUND', `This Rollcall knows no work called ${name}`)
}

function checked(schema: AnyJobAction['parameters'], value: JsonObject, path: string): JsonObject {
  const { success, data, error } = schema.safeParse(value)
  if (success) return data as JsonObject
  throw new AppError('INPUT_INVALID', `The ${path} of the job make no sense`, {
    complaints: error.issues.map((issue) => ({
      path: [path, ...issue.path].join('.'),
      expected: issue.message,
    })),
  })
}

async function write(
  transaction: Transaction,
  context: SubmitContext,
  action: AnyJobAction,
  job: NewJob,
): Promise<JobId> {
  const { clock, engine } = context
  const now = clock.now()
  const given = job.rows ?? [{ key: '1', input: {} }]
  const needs = job.dependsOn ?? []
  await refuseUnknown(transaction, needs)
  const id = await insertJob(transaction, now, {
    name: job.name,
    action: action.name,
    parameters: JSON.stringify(job.parameters),
    description: job.description ?? null,
    original_command: job.originalCommand ?? '',
    effect: effectOf(action, context, job.parameters),
    options: JSON.stringify(job.options ?? {}),
    priority: job.priority ?? 0,
    scheduled_for: job.scheduledFor ?? null,
    schedule_id: job.scheduleId ?? null,
    waiting_for: waitingFor(job, now),
    total_rows: given.length,
    requested_by: job.actor.name,
    requester: JSON.stringify(requesterOf(job.actor)),
  })
  const rows = given.map((row, index) => newRow(context, action, job.parameters, row, index + 1))
  await insertRows(transaction, engine, now, id, rows)
  await insertDependencies(transaction, id, needs)
  // Nobody asked, and most readings find nothing new: the trail tells of those that do.
  if (isRoutine(action, job)) return id
  await appendAudit(transaction, clock, [
    {
      actor: job.actor.name,
      operation: 'job.submit',
      subject: `job:${id}`,
      eventType: 'state_change',
      message: `${job.name}: ${given.length} ${given.length === 1 ? 'row' : 'rows'} to do`,
      details: { action: action.name },
      jobId: id,
    },
  ])
  return id
}

/** A reading of sources that has its time, or is done because the process began. */
const isRoutine = ({ needs }: AnyJobAction, { actor, scheduleId }: NewJob): boolean =>
  needs === 'sync.run' && (actor.kind === 'system' || scheduleId !== undefined)

function waitingFor(job: NewJob, now: string): 'time' | 'jobs' | null {
  if (job.scheduledFor !== undefined && job.scheduledFor > now) return 'time'
  return (job.dependsOn ?? []).length > 0 ? 'jobs' : null
}

async function refuseUnknown(transaction: Transaction, needs: readonly { jobId: number }[]): Promise<void> {
  const there = await existingJobs(
    transaction,
    needs.map(({ jobId }) => jobId),
  )
  const missing = needs.find(({ jobId }) => !there.has(jobId))
  if (missing) throw new AppError('NOT_FOUND', `There is no job ${missing.jobId} to wait for`)
}

/** A row as it is stored, with the keys that its action gives it. Input that the action refuses throws. */
export function newRow(
  context: Pick<Context, 'config' | 'clock'>,
  action: AnyJobAction,
  parameters: JsonObject,
  row: NewRow,
  number: number,
): NewRowColumns {
  const input = checked(action.input, row.input, `row ${number}`)
  return {
    row_number: number,
    row_key: row.key,
    row_checksum: contentHash(input),
    device_id: row.deviceId ?? null,
    input: JSON.stringify(input),
    ...rowKeys(context, action, parameters, { key: row.key, input, deviceId: row.deviceId ?? null }),
  }
}

/** The keys by which limits and effects are counted beyond a job. */
export function rowKeys(
  context: Pick<Context, 'config' | 'clock'>,
  action: AnyJobAction,
  parameters: JsonObject,
  row: { key: string; input: JsonObject; deviceId: number | null },
): Pick<NewRowColumns, 'target_key' | 'credential_key' | 'effect_key'> {
  const limits = action.limits?.(context, parameters, row.input)
  const deviceId = row.deviceId === null ? null : DeviceId.parse(row.deviceId)
  const effect = action.effectOf?.(context, parameters, row.input, { key: row.key, deviceId })
  return {
    // Empty rather than null, so that limited rows are found by their index.
    ...(limits === undefined ? { target_key: null, credential_key: null } : limitKeys(limits)),
    effect_key: effect === undefined ? null : contentHash({ action: action.name, effect }),
  }
}
