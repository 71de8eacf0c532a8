import type { Call } from '#features/operation.ts'
import { actorOf } from '#features/jobs/requester.ts'
import { isSamePerson } from '#features/jobs/policy.ts'
import { personWork, type ScheduleParts } from '#features/schedules/person-schedules.ts'
import { findSchedule, findSchedules, type StoredSchedule } from '#features/schedules/schedule-queries.ts'
import type { Schedule } from '#features/schedules/schedule-shapes.ts'
import type { ScheduledWork, ScheduleProvider } from '#features/schedules/scheduled-work.ts'
import { nextTimes } from '#features/schedules/schedule-times.ts'
import { lastOutcomes } from '#features/schedules/slot-queries.ts'
import { AppError } from '#kernel/errors.ts'
import { JobId } from '#model/ids.ts'

/** How many times to come are shown. */
const shownTimes = 5

/** Whether somebody sees and may edit a schedule: who is limited to tags only the own ones. */
function isVisible({ actor }: Call, { createdBy, requester }: StoredSchedule): boolean {
  return actor.tags === undefined || isSamePerson(actorOf(requester, createdBy), actor)
}

/** The schedule of this id that somebody may see; throws NOT_FOUND. */
export async function visibleSchedule(call: Call, id: number): Promise<StoredSchedule> {
  const stored = await findSchedule(call.db, id)
  if (stored && isVisible(call, stored)) return stored
  throw new AppError('NOT_FOUND', `There is no schedule ${id}`, {
    hint: 'rollcall schedule list shows all of them.',
  })
}

/** Everything with times that somebody may see, by name. */
export async function visibleWork(
  call: Call,
  parts: ScheduleParts,
  others: readonly ScheduleProvider[],
): Promise<ScheduledWork[]> {
  const own = (await findSchedules(call.db)).filter((stored) => isVisible(call, stored))
  const rest = call.actor.tags === undefined ? await Promise.all(others.map((other) => other(call))) : []
  return [...own.map((stored) => personWork(parts, call, stored)), ...rest.flat()].sort(byPlace)
}

/** Where work stands in the list. */
export const placeOf = ({ name, key }: Pick<ScheduledWork, 'name' | 'key'>): [string, string] => [name, key]

function byPlace(left: ScheduledWork, right: ScheduledWork): number {
  const [[name, key], [other, otherKey]] = [placeOf(left), placeOf(right)]
  if (name !== other) return name < other ? -1 : 1
  return key < otherKey ? -1 : 1
}

/** Schedules as they are shown: with their next times, and what became of the newest one. */
export async function showWork(call: Call, works: readonly ScheduledWork[]): Promise<Schedule[]> {
  const keys = works.map(({ key }) => key)
  const now = call.clock.now()
  const outcomes = await lastOutcomes(call.db, call.engine, keys, now)
  return works.map((work): Schedule => {
    const last = outcomes.get(work.key)
    const { timetable, enabled } = work
    return {
      ...work,
      ...timetable,
      windows: timetable.windows.map((window) => ({ ...window, days: [...window.days] })),
      next: enabled ? nextTimes(timetable, now, shownTimes) : [],
      last: last
        ? {
            slot: last.slot,
            outcome: last.outcome,
            jobId: last.jobId === undefined ? null : JobId.parse(last.jobId),
            reason: last.reason ?? null,
          }
        : null,
    }
  })
}
