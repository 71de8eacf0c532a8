import { appendAudit } from '#features/audit/append-audit.ts'
import type { JobOptions } from '#features/context.ts'
import type { AnyJobAction, RowSubject } from '#features/jobs/action.ts'
import { existingJobs, insertDependencies, insertJob } from '#features/jobs/insert-queries.ts'
import type { RowsFrom } from '#features/jobs/job-shapes.ts'
import { requesterOf } from '#features/jobs/requester.ts'
import { sentenceOf } from '#features/jobs/sentence.ts'
import { effectOf } from '#features/jobs/submit-job.ts'
import type { Call } from '#features/operation.ts'
import { findHostIds } from '#features/hosts/host-queries.ts'
import { deviceFilter } from '#features/inventory/device-list-queries.ts'
import { chosenSources } from '#features/previews/chosen-sources.ts'
import { needDatabase } from '#features/previews/open-row-source.ts'
import { prepareAgain } from '#features/previews/prepare-queries.ts'
import { needUpload } from '#features/previews/uploads.ts'
import type { Transaction } from '#database/schema.ts'
import { AppError } from '#kernel/errors.ts'
import type { JsonObject } from '#kernel/json.ts'
import { suggest } from '#kernel/suggest.ts'
import type { JobId } from '#model/ids.ts'

type Actions = ReadonlyMap<string, AnyJobAction>

/** What is asked for, before its rows are known. */
export interface PreviewRequest {
  action: string
  parameters: JsonObject
  /** Left out for an action that is about nothing. */
  rowsFrom?: RowsFrom | null | undefined
  name?: string | undefined
  description?: string | undefined
  /** `auto`: it begins by itself where it breaks no rule. */
  mode?: 'confirm' | 'auto' | undefined
  options?: JobOptions | undefined
  priority?: number | undefined
  scheduledFor?: string | undefined
  dependsOn?: readonly { jobId: number; need: 'completed' | 'ended' }[] | undefined
  scheduleId?: number | undefined
  originalCommand?: string | undefined
}

/** Where rows may come from, by what an action is about. */
const fitting: Readonly<Record<RowSubject, readonly RowsFrom['kind'][]>> = {
  none: [],
  source: ['sources'],
  device: ['query', 'ids', 'file', 'sql'],
  host: ['query', 'ids', 'file', 'sql'],
  table: ['file', 'sql', 'query', 'ids'],
}

const longestName = 200

/**
 * Makes a job whose rows are prepared in the background and shown before anything is done. Everything that can be refused
 * at once is: an unknown action (NOT_FOUND), parameters and sources of rows that make no sense (INPUT_INVALID,
 * QUERY_INVALID), what the requester may not do (FORBIDDEN).
 */
export async function createPreview(call: Call, actions: Actions, request: PreviewRequest): Promise<JobId> {
  const { db, clock, events, actor } = call
  const action = offeredAction(actions, request.action)
  if (!actor.permissions.has(action.needs))
    throw new AppError('FORBIDDEN', `${actor.name} may not do this: it needs the permission ${action.needs}`)
  const parameters = checkParameters(action, request.parameters)
  await action.check?.(call, parameters)
  const rowsFrom = request.rowsFrom ?? null
  await checkRowsFrom(call, action, rowsFrom)
  // A name stands in lists and within sentences, so it ends without a full stop.
  const name = (request.name ?? sentenceOf(action, parameters, rowsFrom).slice(0, -1)).slice(0, longestName)
  const id = await db
    .transaction()
    .execute((transaction) => write(transaction, call, action, { ...request, parameters, rowsFrom, name }))
  events.publish({ topic: 'job.added', at: clock.now(), data: { id, action: action.name, name } })
  return id
}

/** Has the rows of a job that waits for its approval, or did not get it in time, prepared anew. CONFLICT for others. */
export async function prepareJobAgain(call: Call, id: number): Promise<void> {
  const { db, clock, events, actor } = call
  await db.transaction().execute(async (transaction) => {
    if (!(await prepareAgain(transaction, clock.now(), id)))
      throw new AppError(
        'CONFLICT',
        `Job ${id} does not wait for an approval, so it cannot be prepared again`,
      )
    await audit(transaction, call, id, 'job.prepare', 'To be prepared again', {})
  })
  const at = clock.now()
  events.publish({ topic: 'job.changed', at, data: { id, status: 'pending', waitingFor: 'rows' } })
  events.publish({ topic: 'job.added', at, data: { id, action: '', name: actor.name } })
}

/** An action that people may ask for; NOT_FOUND for others. */
export function offeredAction(actions: Actions, name: string): AnyJobAction {
  const action = actions.get(name)
  if (action && action.isOffered !== false) return action
  const names = [...actions.values()].filter(({ isOffered }) => isOffered !== false).map((each) => each.name)
  const meant = suggest(name, names)
  throw new AppError('NOT_FOUND', `There is no action ${name}`, {
    complaints: [{ path: 'action', value: name, expected: `one of ${names.join(', ')}` }],
    ...(meant === undefined ? {} : { hint: `Did you mean ${meant}?` }),
  })
}

/** Parameters as the action reads them; INPUT_INVALID. */
export function checkParameters(action: AnyJobAction, given: JsonObject): JsonObject {
  const { success, data, error } = action.parameters.safeParse(given)
  if (success) return data as JsonObject
  throw new AppError('INPUT_INVALID', `The parameters are none of ${action.name}`, {
    complaints: error.issues.map((issue) => ({
      path: ['parameters', ...issue.path].join('.'),
      expected: issue.message,
    })),
    hint: '`rollcall action list --json` shows what each action takes.',
  })
}

async function checkRowsFrom(call: Call, action: AnyJobAction, rowsFrom: RowsFrom | null): Promise<void> {
  const kinds = fitting[action.subject]
  if (rowsFrom === null && kinds.length === 0) return
  if (rowsFrom === null || !kinds.includes(rowsFrom.kind))
    throw new AppError('INPUT_INVALID', `${action.title}: its rows cannot come from there`, {
      complaints: [
        {
          path: 'rowsFrom.kind',
          value: rowsFrom?.kind,
          expected: kinds.length === 0 ? 'nothing' : kinds.join(', '),
        },
      ],
    })
  switch (rowsFrom.kind) {
    case 'query':
      // Read here so that a bad query is told at once.
      if (action.subject === 'host') await findHostIds(call, { q: rowsFrom.q }, 1)
      else await deviceFilter(call, rowsFrom.q)
      return
    case 'sources':
      await chosenSources(call, rowsFrom.names)
      return
    case 'file':
      await needUpload(call, call.actor, rowsFrom.upload)
      return
    case 'sql':
      needDatabase(call, rowsFrom.database)
      return
    case 'ids':
  }
}

async function write(
  transaction: Transaction,
  call: Call,
  action: AnyJobAction,
  request: PreviewRequest & { rowsFrom: RowsFrom | null; name: string },
): Promise<JobId> {
  const { clock, actor } = call
  const needs = request.dependsOn ?? []
  const there = await existingJobs(
    transaction,
    needs.map(({ jobId }) => jobId),
  )
  const missing = needs.find(({ jobId }) => !there.has(jobId))
  if (missing) throw new AppError('NOT_FOUND', `There is no job ${missing.jobId} to wait for`)
  const id = await insertJob(transaction, clock.now(), {
    name: request.name,
    action: action.name,
    parameters: JSON.stringify(request.parameters),
    description: request.description ?? null,
    original_command: request.originalCommand ?? '',
    mode: request.mode ?? 'confirm',
    effect: effectOf(action, call, request.parameters),
    options: JSON.stringify(request.options ?? {}),
    priority: request.priority ?? 0,
    scheduled_for: request.scheduledFor ?? null,
    schedule_id: request.scheduleId ?? null,
    rows_from: request.rowsFrom === null ? null : JSON.stringify(request.rowsFrom),
    approval: 'preparing',
    waiting_for: 'rows',
    requested_by: actor.name,
    requester: JSON.stringify(requesterOf(actor)),
  })
  await insertDependencies(transaction, id, needs)
  await audit(transaction, call, id, 'job.preview', `${request.name}: to be prepared`, {
    action: action.name,
  })
  return id
}

async function audit(
  transaction: Transaction,
  { actor, clock }: Call,
  id: number,
  operation: string,
  message: string,
  details: JsonObject,
): Promise<void> {
  await appendAudit(transaction, clock, [
    {
      actor: actor.name,
      operation,
      subject: `job:${id}`,
      eventType: 'state_change',
      message,
      details,
      jobId: id,
    },
  ])
}
