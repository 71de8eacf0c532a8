import { z } from 'zod'
import { JobStarted } from '#features/jobs/job-shapes.ts'
import { operation, type AnyOperation, type Call } from '#features/operation.ts'
import { decodeCursor, pageInput, pageOf, toPage } from '#features/page.ts'
import { checkTimetable } from '#features/schedules/check-schedule.ts'
import {
  addSchedule,
  assertUnchanged,
  editSchedule,
  removeSchedule,
} from '#features/schedules/edit-schedules.ts'
import { placeOf, showWork, visibleSchedule, visibleWork } from '#features/schedules/list-schedules.ts'
import { personWork, scheduledJob, type ScheduleParts } from '#features/schedules/person-schedules.ts'
import type { StoredSchedule } from '#features/schedules/schedule-queries.ts'
import {
  Schedule,
  scheduleFields,
  ScheduleTime,
  timetableFields,
} from '#features/schedules/schedule-shapes.ts'
import type { ScheduleProvider } from '#features/schedules/scheduled-work.ts'
import { nextTimes, type Slot } from '#features/schedules/schedule-times.ts'
import { machineTimeZone } from '#features/schedules/zone-segments.ts'

const Id = z.number().int().positive().describe('The id of the schedule.')
const Version = z
  .number()
  .int()
  .exactOptional()
  .describe('Refuse when the schedule is no longer at this version.')

const timetableInput = {
  cron: timetableFields.cron,
  timeZone: timetableFields.timeZone.exactOptional(),
  dstGap: timetableFields.dstGap.default('shift'),
  dstOverlap: timetableFields.dstOverlap.default('first'),
  windows: timetableFields.windows.default([]),
}

const newSchedule = {
  ...scheduleFields,
  ...timetableInput,
  parameters: scheduleFields.parameters.default({}),
  rowsFrom: scheduleFields.rowsFrom.default(null),
  options: scheduleFields.options.default({}),
  mode: scheduleFields.mode.exactOptional(),
  catchUp: scheduleFields.catchUp.default('last'),
  catchUpHours: scheduleFields.catchUpHours.default(24),
  overlap: scheduleFields.overlap.default('skip'),
  enabled: scheduleFields.enabled.default(true),
  description: scheduleFields.description.default(null),
}

/** Work that is done at times. Those of sources and of the upkeep are shown beside the ones that people made. */
export function createScheduleOperations(
  parts: ScheduleParts,
  others: readonly ScheduleProvider[],
): readonly AnyOperation[] {
  const show = async (call: Call, stored: StoredSchedule): Promise<Schedule> =>
    (await showWork(call, [personWork(parts, call, stored)]))[0]!
  return [
    operation({
      name: 'schedule.list',
      summary: 'List what is done at times, with the next five of each.',
      http: 'GET /schedules',
      effect: 'read',
      permission: 'jobs.read',
      paged: true,
      input: z.object({
        ...pageInput,
        origin: z.enum(['person', 'source', 'upkeep']).exactOptional(),
      }),
      output: pageOf(Schedule),
      cli: {
        columns: ['id', 'name', 'action', 'cron', 'timeZone', 'enabled', 'next.0.local', 'last.outcome'],
      },
      async run(call, { limit, cursor, origin }) {
        const all = await visibleWork(call, parts, others)
        const wanted = origin === undefined ? all : all.filter((work) => work.origin === origin)
        const [name, key] =
          cursor === undefined ? [] : decodeCursor(cursor, z.tuple([z.string(), z.string()]))
        const rest =
          name === undefined || key === undefined
            ? wanted
            : wanted.filter((work) => work.name > name || (work.name === name && work.key > key))
        const { items, nextCursor } = toPage(rest.slice(0, limit + 1), limit, placeOf)
        return { items: await showWork(call, items), nextCursor, total: wanted.length }
      },
    }),
    operation({
      name: 'schedule.show',
      summary: 'Show one schedule.',
      http: 'GET /schedules/:id',
      effect: 'read',
      permission: 'jobs.read',
      input: z.object({ id: Id }),
      output: Schedule,
      cli: { arguments: ['id'] },
      run: async (call, { id }) => show(call, await visibleSchedule(call, id)),
    }),
    operation({
      name: 'schedule.create',
      summary: 'Have something done at times, as the person who asks.',
      http: 'POST /schedules',
      effect: 'change',
      permission: 'jobs.submit',
      input: z.object(newSchedule),
      output: Schedule,
      cli: { arguments: ['name', 'action', 'cron'] },
      async run(call, { cron, timeZone, dstGap, dstOverlap, windows, mode, ...given }) {
        const timetable = { cron, timeZone: timeZone ?? machineTimeZone(), dstGap, dstOverlap, windows }
        return show(
          call,
          await addSchedule(call, parts, { ...given, timetable, mode: mode ?? usualMode(parts, given) }),
        )
      },
    }),
    operation({
      name: 'schedule.update',
      summary: 'Change a schedule, or switch it on or off; it is then done as the person who changed it.',
      http: 'PATCH /schedules/:id',
      effect: 'change',
      permission: 'jobs.submit',
      input: z.object({ id: Id, ...partial(scheduleFields), expectedVersion: Version }),
      output: Schedule,
      cli: { arguments: ['id'] },
      async run(call, { id, expectedVersion, cron, timeZone, dstGap, dstOverlap, windows, ...change }) {
        const stored = await visibleSchedule(call, id)
        assertUnchanged(stored, expectedVersion)
        const given = definedOf({ cron, timeZone, dstGap, dstOverlap, windows })
        const timetable = { ...stored.timetable, ...given }
        return show(call, await editSchedule(call, parts, stored, { ...definedOf(change), timetable }))
      },
    }),
    operation({
      name: 'schedule.delete',
      summary: 'Delete a schedule; the jobs it made stay.',
      http: 'DELETE /schedules/:id',
      effect: 'danger',
      permission: 'jobs.submit',
      input: z.object({ id: Id, expectedVersion: Version }),
      output: z.undefined(),
      cli: { arguments: ['id'] },
      async run(call, { id, expectedVersion }) {
        const stored = await visibleSchedule(call, id)
        assertUnchanged(stored, expectedVersion)
        await removeSchedule(call, stored)
        return undefined
      },
    }),
    operation({
      name: 'schedule.times',
      summary: 'Tell the next times of a cron pattern, before there is a schedule of it.',
      http: 'POST /schedules/times',
      effect: 'read',
      permission: 'jobs.read',
      preview: true,
      input: z.object({ ...timetableInput, count: z.number().int().min(1).max(100).default(5) }),
      output: z.object({ items: z.array(ScheduleTime) }),
      cli: { arguments: ['cron'], show: ({ items }: { items: Slot[] }) => items.map(timeLine).join('\n') },
      async run({ clock }, { count, timeZone, ...given }) {
        const timetable = { ...given, timeZone: timeZone ?? machineTimeZone() }
        checkTimetable(timetable, clock.now())
        return { items: nextTimes(timetable, clock.now(), count) }
      },
    }),
    operation({
      name: 'schedule.run',
      summary: 'Make the job of a schedule now, as the person who asks.',
      http: 'POST /schedules/:id/run',
      effect: 'change',
      permission: 'jobs.submit',
      job: true,
      input: z.object({ id: Id }),
      output: JobStarted,
      cli: { arguments: ['id'] },
      run: async (call, { id }) => ({
        jobId: await scheduledJob(parts, call, call.actor, await visibleSchedule(call, id), []),
      }),
    }),
  ]
}

const timeLine = ({ at, local, note }: Slot): string =>
  [at, local, ...(note === null ? [] : [note])].join('  ')

/** What has rows to look at waits for a person, unless it is said otherwise. */
function usualMode({ actions }: ScheduleParts, { action }: { action: string }): 'confirm' | 'auto' {
  const subject = actions.get(action)?.subject
  return subject === 'none' || subject === 'source' ? 'auto' : 'confirm'
}

type Partial<Fields extends Record<string, z.ZodType>> = {
  [Name in keyof Fields]: z.ZodExactOptional<Fields[Name]>
}

const partial = <Fields extends Record<string, z.ZodType>>(fields: Fields): Partial<Fields> =>
  Object.fromEntries(
    Object.entries(fields).map(([name, field]) => [name, z.exactOptional(field)]),
  ) as Partial<Fields>

const definedOf = <Fields extends object>(
  fields: Fields,
): { [Name in keyof Fields]?: NonNullable<Fields[Name]> | Extract<Fields[Name], null> } =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never
