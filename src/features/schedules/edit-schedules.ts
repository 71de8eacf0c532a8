import { isUniqueViolation } from '#database/constraint-errors.ts'
import { requesterOf } from '#features/jobs/requester.ts'
import type { Call } from '#features/operation.ts'
import { checkTimetable, checkWork } from '#features/schedules/check-schedule.ts'
import { visibleSchedule } from '#features/schedules/list-schedules.ts'
import { personKey, type ScheduleParts } from '#features/schedules/person-schedules.ts'
import {
  deleteSchedule,
  insertSchedule,
  updateSchedule,
  type ScheduleFields,
  type StoredSchedule,
} from '#features/schedules/schedule-queries.ts'
import { forgetSlots } from '#features/schedules/slot-queries.ts'
import { AppError } from '#kernel/errors.ts'

/** Makes a schedule of whoever asks; its jobs are done with the rights of now. */
export async function addSchedule(
  call: Call,
  parts: ScheduleParts,
  fields: ScheduleFields,
): Promise<StoredSchedule> {
  const now = call.clock.now()
  checkTimetable(fields.timetable, now)
  await checkWork(call, parts, fields)
  const id = await sayTaken(fields.name, () => insertSchedule(call.db, now, { ...fields, ...makerOf(call) }))
  tell(call, id)
  return visibleSchedule(call, id)
}

/** Changes a schedule, which is then of whoever changed it: nobody lends others their rights. */
export async function editSchedule(
  call: Call,
  parts: ScheduleParts,
  stored: StoredSchedule,
  change: Partial<ScheduleFields>,
): Promise<StoredSchedule> {
  const fields = { ...stored, ...change }
  const now = call.clock.now()
  checkTimetable(fields.timetable, now)
  // One that is switched off may be of a kind that is no longer there.
  if (fields.enabled) await checkWork(call, parts, fields)
  const isDone = await sayTaken(fields.name, () =>
    updateSchedule(call.db, now, stored, { ...fields, ...makerOf(call) }),
  )
  if (!isDone) throw changedSince(stored)
  tell(call, stored.id)
  return visibleSchedule(call, stored.id)
}

/** Deletes a schedule; the jobs it made stay. */
export async function removeSchedule(call: Call, { id }: StoredSchedule): Promise<void> {
  await call.db.transaction().execute(async (transaction) => {
    await deleteSchedule(transaction, id)
    await forgetSlots(transaction, personKey(id))
  })
  tell(call, id)
}

/** Throws CHANGED_SINCE for a schedule that is not in the version somebody read. */
export function assertUnchanged(stored: StoredSchedule, expectedVersion: number | undefined): void {
  if (expectedVersion !== undefined && expectedVersion !== stored.version) throw changedSince(stored)
}

const changedSince = ({ name }: StoredSchedule): AppError =>
  new AppError('CHANGED_SINCE', `The schedule ${name} was changed since you read it`, {
    hint: 'Read it again, and decide anew.',
  })

const makerOf = ({ actor }: Call) => ({
  createdBy: actor.name,
  requester: JSON.stringify(requesterOf(actor)),
})

const tell = ({ events, clock }: Call, id: number): void =>
  events.publish({ topic: 'schedule.changed', at: clock.now(), data: { id } })

async function sayTaken<T>(name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!isUniqueViolation(error)) throw error
    throw new AppError('ALREADY_EXISTS', `There is a schedule called ${name} already`, {
      complaints: [{ path: 'name', value: name, expected: 'a name that no other schedule has' }],
    })
  }
}
