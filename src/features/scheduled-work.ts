import { jobActions } from '#features/job-actions.ts'
import { createJobQueue } from '#features/jobs/job-queue.ts'
import { createPreview } from '#features/previews/create-preview.ts'
import type { ScheduleTools } from '#features/schedules/claim-slot.ts'
import { personSchedules, type ScheduleParts } from '#features/schedules/person-schedules.ts'
import { createScheduleOperations } from '#features/schedules/schedule-operations.ts'
import type { ScheduleProvider } from '#features/schedules/scheduled-work.ts'
import { syncJob } from '#features/sync/source-jobs.ts'
import { sourceSchedules } from '#features/sync/source-schedules.ts'
import { sourcesToRead } from '#features/sync/source-selection.ts'
import { upkeepSchedules } from '#features/system/upkeep-schedules.ts'

const parts: ScheduleParts = {
  actions: jobActions,
  queueOver: (context) => createJobQueue(context, jobActions),
  createPreview: (call, preview) => createPreview(call, jobActions, preview),
  async sourceJob(call, _action, names) {
    const { parameters, rows } = syncJob(await sourcesToRead(call, names), call.actor)
    return { parameters, rows }
  },
}

/** Schedules that are kept elsewhere: with what they are of. */
const elsewhere: readonly ScheduleProvider[] = [sourceSchedules, upkeepSchedules]

/** Everything that has times. */
export const scheduleProviders: readonly ScheduleProvider[] = [personSchedules(parts), ...elsewhere]

/** What keeping them takes. */
export const scheduleTools: ScheduleTools = parts

/** Schedules as people see and make them. */
export const scheduleOperations = createScheduleOperations(parts, elsewhere)
