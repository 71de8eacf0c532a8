import { joinTransaction } from '#database/join-transaction.ts'
import type { AnyJobAction } from '#features/jobs/action.ts'
import { isOwnWork } from '#features/jobs/policy.ts'
import type { Call } from '#features/operation.ts'
import { holdEvents } from '#features/schedules/hold-events.ts'
import { assertPolicy, scheduledJob, type ScheduleParts } from '#features/schedules/person-schedules.ts'
import type { ScheduleFields } from '#features/schedules/schedule-queries.ts'
import { nextTime, type Timetable } from '#features/schedules/schedule-times.ts'
import { timeOfDay, type MaintenanceWindow } from '#features/schedules/wall-times.ts'
import type { Timestamp } from '#kernel/clock.ts'
import { AppError, type Complaint } from '#kernel/errors.ts'
import { suggest } from '#kernel/suggest.ts'

/** Throws INPUT_INVALID for windows that never are, and for a timetable without a time to come. */
export function checkTimetable(timetable: Timetable, now: Timestamp): void {
  const complaints = timetable.windows.flatMap(windowComplaints)
  if (complaints.length === 0 && nextTime(timetable, now) === undefined)
    complaints.push(noTime(timetable, now))
  refuse(complaints)
}

const timeText = /^([01]\d|2[0-3]):[0-5]\d$/

function windowComplaints({ days, from, to }: MaintenanceWindow, index: number): Complaint[] {
  const path = `windows.${index}`
  const complaints: Complaint[] = []
  if (days.length === 0) complaints.push({ path: `${path}.days`, value: days, expected: 'one day or more' })
  if (!timeText.test(from))
    complaints.push({ path: `${path}.from`, value: from, expected: 'a time of day from 00:00 to 23:59' })
  if (!timeText.test(to) && to !== '24:00')
    complaints.push({ path: `${path}.to`, value: to, expected: 'a time of day from 00:00 to 24:00' })
  else if (timeText.test(from) && timeOfDay(from) === timeOfDay(to))
    complaints.push({
      path: `${path}.to`,
      value: to,
      expected: `another time than ${from}: the window is empty`,
    })
  return complaints
}

function noTime(timetable: Timetable, now: Timestamp): Complaint {
  const { windows, cron } = timetable
  return nextTime({ ...timetable, windows: [] }, now) === undefined
    ? { path: 'cron', value: cron, expected: 'a pattern that has a time to come' }
    : { path: 'windows', value: windows, expected: `windows in which a time of ${cron} lies` }
}

/** Throws INPUT_INVALID, FORBIDDEN or POLICY_VIOLATED for work that could not be done when its time comes. */
export async function checkWork(call: Call, parts: ScheduleParts, fields: ScheduleFields): Promise<void> {
  const { actions } = parts
  const action = actions.get(fields.action)
  if (!action || action.isOffered === false) throw noAction(actions, fields.action)
  if (!call.actor.permissions.has(action.needs))
    throw new AppError('FORBIDDEN', `${action.title} needs the permission ${action.needs}`)
  const parsed = action.parameters.safeParse(fields.parameters)
  const complaints = parsed.success
    ? []
    : parsed.error.issues.map(({ path, message }): Complaint => ({
        path: ['parameters', ...path].join('.'),
        expected: message,
      }))
  refuse([...complaints, ...rowComplaints(action, fields)])
  if (isOwnWork(action)) assertPolicy(call, fields, 1, call.actor)
  await rehearse(call, parts, fields)
}

/** Makes the job as it would be made, and takes it back: whatever refuses it then does so now. */
async function rehearse(call: Call, parts: ScheduleParts, fields: ScheduleFields): Promise<void> {
  const isGood = new Error('taken back')
  const { bus } = holdEvents(call.events)
  try {
    await call.db.transaction().execute(async (transaction) => {
      const joined = { ...call, db: joinTransaction(transaction), events: bus }
      const context = { ...joined, jobs: parts.queueOver(joined) }
      await scheduledJob(parts, context, call.actor, { ...fields, id: undefined }, [])
      throw isGood
    })
  } catch (error) {
    if (error !== isGood) throw error
  }
}

function noAction(actions: ScheduleParts['actions'], name: string): AppError {
  const names = [...actions.values()].filter(({ isOffered }) => isOffered !== false).map((each) => each.name)
  const meant = suggest(name, names)
  return new AppError('INPUT_INVALID', `There is no action ${name}`, {
    hint: meant ? `Did you mean ${meant}?` : 'action.list has those there are.',
    complaints: [{ path: 'action', value: name, expected: `one of ${names.join(', ')}` }],
  })
}

/** Whether rows come from where the action can take them, each time anew. */
function rowComplaints({ subject, title }: AnyJobAction, { rowsFrom, mode }: ScheduleFields): Complaint[] {
  const kind = rowsFrom?.kind ?? null
  const complaint = (expected: string): Complaint[] => [{ path: 'rowsFrom', value: kind, expected }]
  if (subject === 'none' || subject === 'source') {
    const own: Complaint[] =
      mode === 'auto'
        ? []
        : [{ path: 'mode', value: mode, expected: `auto: ${title} has nothing to look at before` }]
    if (subject === 'none' && kind !== null) return [...own, ...complaint(`null: ${title} has no rows`)]
    if (subject === 'source' && kind !== null && kind !== 'sources')
      return [...own, ...complaint('names of sources')]
    return own
  }
  if (kind === null || kind === 'sources') return complaint('a query, ids, or a read-only SQL query')
  if (kind === 'file') return complaint('a query, ids, or SQL: an uploaded file is not kept')
  return []
}

function refuse(complaints: readonly Complaint[]): void {
  if (complaints.length === 0) return
  const where = complaints.map(({ path }) => path).join(', ')
  throw new AppError('INPUT_INVALID', `The schedule cannot use ${where}`, { complaints })
}
