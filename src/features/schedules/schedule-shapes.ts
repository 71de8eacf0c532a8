import { z } from 'zod'
import { JobId } from '#model/ids.ts'
import { schedule } from '#config-schema.ts'
import { JobOptions, RowsFrom } from '#features/jobs/job-shapes.ts'
import { catchUps, overlaps } from '#features/schedules/scheduled-work.ts'
import { slotOutcomes } from '#features/schedules/slot-queries.ts'
import type { weekdays } from '#features/schedules/wall-times.ts'
import { isTimeZone } from '#features/schedules/zone-segments.ts'

const daysOfWeek = [
  'mon',
  'tue',
  'wed',
  'thu',
  'fri',
  'sat',
  'sun',
] as const satisfies (typeof weekdays)[number][]

const MaintenanceWindow = z.strictObject({
  days: z.array(z.enum(daysOfWeek)).describe('The days it begins on.'),
  from: z.string().describe('HH:MM in the zone of the schedule.'),
  to: z
    .string()
    .describe('HH:MM, the first minute outside; before `from` it is on the next day; 24:00 ends a day.'),
})

/** What makes the times of a schedule. */
export const timetableFields = {
  cron: schedule.describe('Five or six cron fields, or @hourly, @daily and their like.'),
  timeZone: z
    .string()
    .refine(isTimeZone)
    .meta({ expected: 'an IANA time zone such as Europe/Berlin' })
    .describe('The zone whose clocks count.'),
  dstGap: z
    .enum(['shift', 'skip'])
    .describe('A time that the clocks leave out: right after the gap, or not at all.'),
  dstOverlap: z.enum(['first', 'second', 'both']).describe('A time that the clocks show twice.'),
  windows: z
    .array(MaintenanceWindow)
    .max(50)
    .describe('Maintenance windows: times outside of all of them are left out.'),
}

/** What somebody says of a schedule. */
export const scheduleFields = {
  name: z.string().trim().min(1).max(100),
  action: z.string().min(1).describe('What is done; action.list has those there are.'),
  parameters: z.record(z.string(), z.json()).describe('The parameters of the action.'),
  rowsFrom: RowsFrom.nullable().describe('Where its rows come from each time; null for work without rows.'),
  options: JobOptions,
  mode: z
    .enum(['confirm', 'auto'])
    .describe('Whether each job waits for an approval, or goes on by itself where the policy lets it.'),
  ...timetableFields,
  catchUp: z
    .enum(catchUps)
    .describe(
      'What is made up for after a time in which nobody ran: nothing, the newest time, or all of them.',
    ),
  catchUpHours: z.number().int().min(0).max(8_784).describe('Not what is older than so many hours.'),
  overlap: z
    .enum(overlaps)
    .describe(
      'While the job of an earlier time is not over: none, one that waits, one in its place, or another.',
    ),
  enabled: z.boolean(),
  description: z.string().max(2_000).nullable(),
}

/** A time to come. */
export const ScheduleTime = z.object({
  at: z.string(),
  local: z.string().describe("The same by the zone's clocks, with their offset."),
  note: z.string().nullable().describe('What is special about it.'),
})

/** Work with times of its own. */
export const Schedule = z.object({
  id: z.number().int().nullable().describe('Null for those of sources and of the upkeep.'),
  key: z.string(),
  ...scheduleFields,
  name: z.string(),
  cron: z.string(),
  timeZone: z.string(),
  origin: z.enum(['person', 'source', 'upkeep']),
  createdBy: z.string(),
  version: z.number().int(),
  page: z.string().nullable().describe('Where it is edited, if not here.'),
  next: z.array(ScheduleTime).describe('The next five times; none while it is switched off.'),
  last: z
    .object({
      slot: z.string(),
      outcome: z.enum(slotOutcomes),
      jobId: JobId.nullable(),
      reason: z.string().nullable(),
    })
    .nullable()
    .describe('What became of the newest time.'),
})
export type Schedule = z.infer<typeof Schedule>
