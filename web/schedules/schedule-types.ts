import type { z } from 'zod'
import type { JobActionShape } from '#features/jobs/job-shapes.ts'
import type { Schedule as Shape, ScheduleTime as Time } from '#features/schedules/schedule-shapes.ts'

/** What is done at times, as the server shows it. */
export type Schedule = z.infer<typeof Shape>
export type ScheduleTime = z.infer<typeof Time>
export type MaintenanceWindow = Schedule['windows'][number]
export type JobAction = z.infer<typeof JobActionShape>
