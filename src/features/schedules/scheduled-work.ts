import type { Context } from '#features/context.ts'
import type { JobOptions, RowsFrom } from '#features/jobs/job-shapes.ts'
import type { Timetable } from '#features/schedules/schedule-times.ts'
import type { Transaction } from '#database/schema.ts'
import type { Timestamp } from '#kernel/clock.ts'
import type { JsonObject } from '#kernel/json.ts'
import type { JobId } from '#model/ids.ts'
import type { z } from 'zod'

export const catchUps = ['none', 'last', 'all'] as const
export const overlaps = ['skip', 'queue', 'replace', 'allow'] as const

/** What has to be over before the job of a slot begins. */
export type NewJobNeeds = readonly { jobId: number; need: 'ended' }[]

/** Work with times of its own: whatever has a schedule, wherever that is kept. */
export interface ScheduledWork {
  /** Names it among all that have times: `person/12`, `source/lab`, `upkeep/backup`. */
  key: string
  origin: 'person' | 'source' | 'upkeep'
  /** Of a person's schedule. */
  id: number | null
  name: string
  action: string
  parameters: JsonObject
  rowsFrom: RowsFrom | null
  options: z.infer<typeof JobOptions>
  mode: 'confirm' | 'auto'
  timetable: Timetable
  /** What is made up for of times at which nobody ran, up to so many hours ago. */
  catchUp: (typeof catchUps)[number]
  catchUpHours: number
  /** What is done at a time while the job of an earlier one is not over. */
  overlap: (typeof overlaps)[number]
  enabled: boolean
  description: string | null
  createdBy: string
  version: number
  /** The page that it is edited on, for those that are not edited as schedules. */
  page: string | null
  /** It counts from then. */
  changedAt?: Timestamp | undefined
  /** When the same was done last in another way: times up to then are not made up for. */
  lastKnown?: Timestamp | undefined
  /** Whether the schedule is still as it was read. */
  isCurrent?(transaction: Transaction): Promise<boolean>
  /** Whether the same is being done by a job that no schedule made. */
  isBusy?(transaction: Transaction): Promise<boolean>
  /**
   * Makes the job of a time. All that it writes through the context is one transaction. An AppError for which trying
   * again is of no use means that the schedule may not do this; anything else is tried again.
   */
  makeJob(context: Context, slot: Timestamp, dependsOn: NewJobNeeds): Promise<JobId>
}

/** Says what has times now, in any order. */
export type ScheduleProvider = (context: Context) => Promise<ScheduledWork[]>
