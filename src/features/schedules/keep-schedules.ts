import type { Context } from '#features/context.ts'
import { claimDue, type ScheduleTools } from '#features/schedules/claim-slot.ts'
import { dueSlots } from '#features/schedules/due-slots.ts'
import type { ScheduledWork, ScheduleProvider } from '#features/schedules/scheduled-work.ts'
import { nextTime } from '#features/schedules/schedule-times.ts'
import { newestSlots } from '#features/schedules/slot-queries.ts'
import { shift, toMilliseconds, type Timestamp } from '#kernel/clock.ts'

/** Another process may change schedules unheard, so they are read again at least this often. */
const readEvery = 30_000

/** Topics after which schedules are read again at once; the last is all that is heard of others on SQLite. */
const changes = new Set(['schedule.changed', 'source.changed', 'setting.changed', 'database.changed'])

/** Work whose times are kept, and how far they are dealt with. */
interface Kept {
  work: ScheduledWork
  since: Timestamp
  /** Undefined when it has no more times. */
  next: Timestamp | undefined
}

/** The schedules as one process keeps them. */
export interface ScheduleKeeper {
  /** Reads them anew. */
  read(): Promise<void>
  /** Deals with every time that has come; gives the next one of any schedule. */
  look(): Promise<Timestamp | undefined>
}

/**
 * Keeps schedules for this process. How far a schedule is, is read from the database each time: a clock that was wrong
 * for a while misleads nobody for longer.
 */
export function createScheduleKeeper(
  context: Context,
  tools: ScheduleTools,
  providers: readonly ScheduleProvider[],
): ScheduleKeeper {
  /** Where nothing else says since when a schedule counts. */
  const firstSeen = new Map<string, Timestamp>()
  let kept: Kept[] = []
  return {
    async read() {
      const all = await Promise.all(providers.map((provider) => provider(context)))
      const works = all.flat().filter(({ enabled }) => enabled)
      const now = context.clock.now()
      const keys = works.map(({ key }) => key)
      const slots = await newestSlots(context.db, context.engine, keys, now)
      const before = new Map(kept.map((each) => [each.work.key, each]))
      kept = works.map((work) => {
        const known = newestOf([work.changedAt, work.lastKnown, slots.get(work.key)], now)
        if (known === undefined && !firstSeen.has(work.key)) firstSeen.set(work.key, now)
        const since = known ?? firstSeen.get(work.key)!
        return { work, since, next: nextOf(work, since, before.get(work.key)) }
      })
    },
    async look() {
      const now = context.clock.now()
      const due = kept.filter(({ next }) => next !== undefined && next <= now)
      for (const each of due.sort((left, right) => (left.next! < right.next! ? -1 : 1)))
        await deal(context, tools, each, now)
      return kept.reduce<Timestamp | undefined>(
        (first, { next }) => (next !== undefined && (first === undefined || next < first) ? next : first),
        undefined,
      )
    },
  }
}

/** The newest of some times up to now; one to come is of a clock that was wrong. */
const newestOf = (times: readonly (Timestamp | undefined)[], now: Timestamp): Timestamp | undefined =>
  times.reduce(
    (newest, each) =>
      each === undefined || each > now || (newest !== undefined && each <= newest) ? newest : each,
    undefined,
  )

/** The next time after `since`; what was worked out before is taken where nothing has changed. */
function nextOf(work: ScheduledWork, since: Timestamp, before: Kept | undefined): Timestamp | undefined {
  const isSame =
    before !== undefined &&
    before.since === since &&
    JSON.stringify(before.work.timetable) === JSON.stringify(work.timetable)
  return isSame ? before.next : nextTime(work.timetable, since)
}

/** Deals with the times of one schedule that have come; one that fails is tried again at the next reading. */
async function deal(context: Context, tools: ScheduleTools, kept: Kept, now: Timestamp): Promise<void> {
  const { work, since } = kept
  try {
    const slots = dueSlots(work, since, now)
    for (const due of slots) {
      const outcome = await claimDue(context, tools, work, due)
      if (outcome === 'changed') break
      if (outcome !== 'taken') tell(context, work.key)
      context.log.debug({ schedule: work.key, slot: due.slot, outcome }, 'a time of a schedule has come')
    }
    kept.since = slots.at(-1)?.slot ?? now
    kept.next = nextTime(work.timetable, kept.since)
  } catch (err) {
    context.log.error({ err, schedule: work.key }, 'the job of a schedule could not be made; trying again')
    kept.next = shift(now, readEvery)
  }
}

const tell = ({ events, clock }: Context, key: string): void =>
  events.publish({ topic: 'schedule.settled', at: clock.now(), data: { key } })

/**
 * Makes the jobs of all schedules at their times, until the signal aborts. Of several processes on one database one
 * makes each. A database that is lost for a while doesn't end it.
 */
export async function keepSchedules(
  context: Context,
  tools: ScheduleTools,
  providers: readonly ScheduleProvider[],
  signal: AbortSignal,
): Promise<void> {
  const { clock, events, log } = context
  const keeper = createScheduleKeeper(context, tools, providers)
  let woken = new AbortController()
  let isStale = true
  const stopListening = events.subscribe(({ topic }) => {
    if (!changes.has(topic)) return
    isStale = true
    woken.abort()
  })
  let readAt = -Infinity
  while (!signal.aborted) {
    woken = new AbortController()
    let pause = readEvery
    try {
      if (isStale || clock.monotonic() - readAt >= readEvery) {
        isStale = false
        readAt = clock.monotonic()
        await keeper.read()
      }
      const next = await keeper.look()
      pause = pauseUntil(clock.now(), next, readEvery - (clock.monotonic() - readAt))
    } catch (err) {
      isStale = true
      log.error({ err }, 'the schedules could not be looked at; trying again')
    }
    await clock.sleep(pause, AbortSignal.any([signal, woken.signal]))
  }
  stopListening()
}

/** How long to sleep: until the next time, but not past the next reading, and never not at all. */
function pauseUntil(now: Timestamp, next: Timestamp | undefined, untilReading: number): number {
  const untilNext = next === undefined ? Infinity : toMilliseconds(next) - toMilliseconds(now)
  return Math.max(1, Math.min(untilNext, untilReading))
}
