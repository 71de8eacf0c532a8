import type { Context, NewJob } from '#features/context.ts'
import type { AnyJobAction } from '#features/jobs/action.ts'
import { isOwnWork, violationsOf } from '#features/jobs/policy.ts'
import { knownAction } from '#features/jobs/submit-job.ts'
import type { ScheduleTools } from '#features/schedules/claim-slot.ts'
import { ownerOf } from '#features/schedules/owner.ts'
import {
  findSchedules,
  isScheduleCurrent,
  type ScheduleFields,
  type StoredSchedule,
} from '#features/schedules/schedule-queries.ts'
import type { NewJobNeeds, ScheduledWork, ScheduleProvider } from '#features/schedules/scheduled-work.ts'
import { AppError } from '#kernel/errors.ts'
import type { Actor } from '#model/actor.ts'
import type { JobId } from '#model/ids.ts'

/** A preview to be made, as the feature that makes previews takes it. */
export interface NewPreview extends Pick<
  StoredSchedule,
  'action' | 'parameters' | 'name' | 'mode' | 'options'
> {
  rowsFrom: NonNullable<StoredSchedule['rowsFrom']>
  description?: string | undefined
  originalCommand: string
  /** Undefined while there is no such schedule yet. */
  scheduleId: number | undefined
  dependsOn: NewJobNeeds
}

/** What persons' schedules are made of: kinds of work, and the features that make their jobs. */
export interface ScheduleParts extends ScheduleTools {
  actions: ReadonlyMap<string, AnyJobAction>
  createPreview(call: Context & { actor: Actor }, preview: NewPreview): Promise<JobId>
  /** The job that does an action with the named sources, or all of them. */
  sourceJob(
    call: Context & { actor: Actor },
    action: string,
    names: readonly string[],
  ): Promise<Pick<NewJob, 'parameters' | 'rows'>>
}

/** How the schedule with this id is named among all that have times. */
export const personKey = (id: number): string => `person/${id}`

/** The schedules that people made. */
export const personSchedules =
  (parts: ScheduleParts): ScheduleProvider =>
  async (context) =>
    (await findSchedules(context.db)).map((stored) => personWork(parts, context, stored))

/** A person's schedule as work with times. */
export function personWork(
  parts: ScheduleParts,
  { engine }: Pick<Context, 'engine'>,
  stored: StoredSchedule,
): ScheduledWork {
  return {
    ...stored,
    key: personKey(stored.id),
    origin: 'person',
    page: null,
    changedAt: stored.updatedAt,
    isCurrent: (transaction) => isScheduleCurrent(transaction, engine, stored),
    makeJob: async (context, _slot, dependsOn) =>
      scheduledJob(parts, context, await ownerOf(context, stored), stored, dependsOn),
  }
}

/** Makes the job of a schedule as somebody; throws FORBIDDEN, POLICY_VIOLATED, or what its feature throws. */
export async function scheduledJob(
  parts: ScheduleParts,
  context: Context,
  actor: Actor,
  stored: ScheduleFields & { id?: number | undefined },
  dependsOn: NewJobNeeds,
): Promise<JobId> {
  const action = knownAction(parts.actions, stored.action)
  assertMay(actor, action)
  const call = { ...context, actor }
  const { id: scheduleId, name, parameters, options, rowsFrom } = stored
  const originalCommand = scheduleId === undefined ? '' : `rollcall schedule run ${scheduleId}`
  const common = { scheduleId, name, options, dependsOn, originalCommand }
  if (!isOwnWork(action)) {
    if (rowsFrom === null) throw new AppError('ROWS_INVALID', `${name} doesn't say where its rows come from`)
    return parts.createPreview(call, {
      ...common,
      action: action.name,
      parameters,
      rowsFrom,
      mode: stored.mode,
      description: stored.description ?? undefined,
    })
  }
  const names = rowsFrom?.kind === 'sources' ? rowsFrom.names : []
  const of = action.subject === 'source' ? await parts.sourceJob(call, action.name, names) : { parameters }
  assertPolicy(context, stored, of.rows?.length ?? 1, actor)
  return context.jobs.submit({
    ...common,
    ...of,
    action: action.name,
    actor,
    description: stored.description ?? undefined,
  })
}

function assertMay(actor: Actor, { needs }: AnyJobAction): void {
  for (const permission of ['jobs.submit', needs] as const)
    if (!actor.permissions.has(permission))
      throw new AppError('FORBIDDEN', `${actor.name} may not do this: it needs the permission ${permission}`)
}

/** Throws POLICY_VIOLATED for work without a preview that could not begin by itself. */
export function assertPolicy(
  { config }: Pick<Context, 'config'>,
  { action, mode }: Pick<StoredSchedule, 'action' | 'mode'>,
  rows: number,
  requestedBy: Actor,
): void {
  const facts = { estimatedCostCents: null, maxRowCostCents: null, warnings: 0 }
  const violations = violationsOf(config, { ...facts, action, mode, rows, requestedBy })
  if (violations.length === 0) return
  throw new AppError('POLICY_VIOLATED', violations.map(({ message }) => message).join('; '), {
    complaints: violations.map(({ policy, message }) => ({ path: policy, expected: message })),
  })
}
