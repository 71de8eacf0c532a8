import type { ScheduledWork } from '#features/schedules/scheduled-work.ts'
import { previousTime, slotsBetween } from '#features/schedules/schedule-times.ts'
import { isWithin } from '#features/schedules/wall-times.ts'
import { segmentAt } from '#features/schedules/zone-segments.ts'
import { shift, toMilliseconds, type Timestamp } from '#kernel/clock.ts'

/** One time that has come, and what is to become of it. */
export interface DueSlot {
  slot: Timestamp
  outcome: 'make' | 'missed' | 'skipped_window'
}

/** A time so old is one that was missed: whoever looks at schedules looks more often. */
const late = 60_000

/** Times made up for in one go at most. */
const mostCaughtUp = 100

const hour = 3_600_000

/** The times of work after `since` and up to now that something has to be done or noted about, in order. */
export function dueSlots(work: ScheduledWork, since: Timestamp, now: Timestamp): DueSlot[] {
  const { timetable, catchUp, catchUpHours } = work
  const newest = previousTime(timetable, now)
  if (newest === undefined || newest <= since) return []
  const reach = shift(now, -Math.max(late, catchUp === 'none' ? 0 : catchUpHours * hour))
  if (newest < reach) return [{ slot: newest, outcome: 'missed' }]
  const from = since > reach ? since : shift(reach, -1)
  const slots = catchUp === 'all' ? slotsBetween(timetable, from, now, mostCaughtUp) : [newest]
  return slots.map((slot) => ({ slot, outcome: mayBegin(work, slot, now) ? 'make' : 'skipped_window' }))
}

/** What is made up for has to keep to the windows, too: it begins now. */
function mayBegin({ timetable }: ScheduledWork, slot: Timestamp, now: Timestamp): boolean {
  if (slot >= shift(now, -late)) return true
  const instant = toMilliseconds(now)
  return isWithin(timetable.windows, instant + segmentAt(timetable.timeZone, instant).offset)
}
