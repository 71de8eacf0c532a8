import { schemaState } from '#database/migrate.ts'
import type { Context } from '#features/context.ts'
import { machineTimetable } from '#features/schedules/schedule-times.ts'
import type { ScheduledWork, ScheduleProvider } from '#features/schedules/scheduled-work.ts'
import { scheduler } from '#features/system/backup-job.ts'
import { findSettings } from '#features/system/setting-queries.ts'
import type { Timestamp } from '#kernel/clock.ts'
import { systemActor } from '#model/actor.ts'

/** When the database is tidied up: after the backup of the night. */
export const maintainSchedule = '43 3 * * *'

/** What was due while nobody ran is made up for however long ago it was. */
const hoursOfAYear = 8_784

/** The backup and the clean-up of the database. A new database counts from when it was made. */
export const upkeepSchedules: ScheduleProvider = async (context) => {
  const { backup } = context.config
  const madeAt = await databaseMadeAt(context)
  const setAt = (await findSettings(context.db))
    .filter(({ key }) => key === 'backup.enabled' || key === 'backup.schedule')
    .map(({ updatedAt }) => updatedAt)
  const backupChangedAt = [...setAt, ...(madeAt === undefined ? [] : [madeAt])].toSorted().at(-1)
  return [
    toWork('backup', 'Back up the database', backup.schedule, {
      enabled: backup.enabled,
      changedAt: backupChangedAt,
      page: '/settings?part=runtime',
    }),
    toWork('maintain', 'Tidy up the database', maintainSchedule, {
      enabled: true,
      changedAt: madeAt,
      page: '/settings?part=system',
    }),
  ]
}

const databaseMadeAt = async ({ db }: Pick<Context, 'db'>): Promise<Timestamp | undefined> =>
  (await schemaState({ db })).applied.map((each) => each.appliedAt).toSorted()[0]

const toWork = (
  action: string,
  name: string,
  cron: string,
  rest: Pick<ScheduledWork, 'enabled' | 'changedAt' | 'page'>,
): ScheduledWork => ({
  key: `upkeep/${action}`,
  origin: 'upkeep',
  id: null,
  name,
  action,
  parameters: { reason: scheduler },
  rowsFrom: null,
  options: {},
  mode: 'auto',
  timetable: machineTimetable(cron),
  catchUp: 'last',
  catchUpHours: hoursOfAYear,
  overlap: 'skip',
  description: null,
  createdBy: 'Rollcall',
  version: 1,
  makeJob: (context, _slot, dependsOn) =>
    context.jobs.submit({
      action,
      name,
      parameters: { reason: scheduler },
      actor: systemActor(scheduler),
      dependsOn,
    }),
  ...rest,
})
