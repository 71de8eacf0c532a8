import type { Context } from '#features/context.ts'
import { machineTimetable } from '#features/schedules/schedule-times.ts'
import type { ScheduledWork, ScheduleProvider } from '#features/schedules/scheduled-work.ts'
import { syncJob } from '#features/sync/source-jobs.ts'
import { keyText } from '#features/sync/source-queries.ts'
import { listSources, type RegisteredSource } from '#features/sync/source-registry.ts'
import { findLastRuns } from '#features/sync/source-run-queries.ts'
import { sourcesInWork } from '#features/sync/source-work-queries.ts'
import type { Timestamp } from '#kernel/clock.ts'
import { systemActor } from '#model/actor.ts'

type Scheduled = RegisteredSource & { schedule: string; system: string }

/** A time that was missed is made up for however long ago it was. */
const hoursOfAYear = 8_784

/**
 * Sources are read at the times of their schedules. Times that were missed are made up for by one reading, unless the
 * source has been read since; none begins while the source waits to be read or is being read.
 */
export const sourceSchedules: ScheduleProvider = async (context) => {
  const scheduled = (await listSources(context)).flatMap((source) => toScheduled(context, source))
  const lastRuns = await findLastRuns(context.db, scheduled)
  return scheduled.map((source) => toWork(source, lastRuns.get(keyText(source))?.startedAt))
}

function toScheduled({ sourceTypes }: Context, source: RegisteredSource): Scheduled[] {
  const system = sourceTypes.get(source.type)?.system
  const { schedule } = source
  return schedule !== undefined && system !== undefined ? [{ ...source, schedule, system }] : []
}

function toWork(source: Scheduled, lastRead: Timestamp | undefined): ScheduledWork {
  const { name, schedule, enabled, version, changedAt, origin } = source
  return {
    key: `source/${name}`,
    origin: 'source',
    id: null,
    name: `Read ${name}`,
    action: 'sync',
    parameters: {},
    rowsFrom: { kind: 'sources', names: [name] },
    options: {},
    mode: 'auto',
    timetable: machineTimetable(schedule),
    catchUp: 'last',
    catchUpHours: hoursOfAYear,
    overlap: 'skip',
    enabled,
    description: null,
    createdBy: origin === 'database' ? 'sources' : 'rollcall.yaml',
    version,
    page: origin === 'database' ? `/sources?edit=${encodeURIComponent(name)}` : '/sources',
    changedAt,
    lastKnown: lastRead,
    isBusy: async (transaction) => (await sourcesInWork(transaction)).has(name),
    makeJob: (context, _slot, dependsOn) =>
      context.jobs.submit({ ...syncJob([name], systemActor('schedule')), dependsOn }),
  }
}
