import type { Insertable, Selectable } from 'kysely'
import type { Database, SchedulesTable, Transaction } from '#database/schema.ts'
import type { Engine } from '#database/migration.ts'
import type { RowsFrom } from '#features/jobs/job-shapes.ts'
import type { ScheduledWork } from '#features/schedules/scheduled-work.ts'
import type { MaintenanceWindow } from '#features/schedules/wall-times.ts'
import type { Timestamp } from '#kernel/clock.ts'
import type { JsonObject } from '#kernel/json.ts'

/** What somebody says of a schedule. */
export type ScheduleFields = Pick<
  ScheduledWork,
  | 'name'
  | 'action'
  | 'parameters'
  | 'rowsFrom'
  | 'options'
  | 'mode'
  | 'timetable'
  | 'catchUp'
  | 'catchUpHours'
  | 'overlap'
  | 'enabled'
  | 'description'
>

/** A schedule as it is kept. */
export interface StoredSchedule extends ScheduleFields {
  id: number
  createdBy: string
  /** Who made it, with the rights and tags of then: JSON text. */
  requester: string
  updatedAt: Timestamp
  version: number
}

const toStored = (row: Selectable<SchedulesTable>): StoredSchedule => ({
  id: row.id,
  name: row.name,
  action: row.action,
  parameters: JSON.parse(row.parameters) as JsonObject,
  rowsFrom: row.rows_from === null ? null : (JSON.parse(row.rows_from) as RowsFrom),
  options: JSON.parse(row.options) as StoredSchedule['options'],
  mode: row.mode as StoredSchedule['mode'],
  timetable: {
    cron: row.cron,
    timeZone: row.time_zone,
    dstGap: row.dst_gap as 'shift',
    dstOverlap: row.dst_overlap as 'first',
    windows: JSON.parse(row.windows) as MaintenanceWindow[],
  },
  catchUp: row.catch_up as StoredSchedule['catchUp'],
  catchUpHours: row.catch_up_hours,
  overlap: row.overlap as StoredSchedule['overlap'],
  enabled: Boolean(row.enabled),
  description: row.description,
  createdBy: row.created_by,
  requester: row.requester,
  updatedAt: row.updated_at,
  version: row.version,
})

const columnsOf = (fields: ScheduleFields) => ({
  name: fields.name,
  action: fields.action,
  parameters: JSON.stringify(fields.parameters),
  rows_from: fields.rowsFrom === null ? null : JSON.stringify(fields.rowsFrom),
  options: JSON.stringify(fields.options),
  mode: fields.mode,
  cron: fields.timetable.cron,
  time_zone: fields.timetable.timeZone,
  dst_gap: fields.timetable.dstGap,
  dst_overlap: fields.timetable.dstOverlap,
  windows: JSON.stringify(fields.timetable.windows),
  catch_up: fields.catchUp,
  catch_up_hours: fields.catchUpHours,
  overlap: fields.overlap,
  enabled: fields.enabled,
  description: fields.description,
})

/** Every schedule that somebody made. */
export async function findSchedules(db: Database): Promise<StoredSchedule[]> {
  return (await db.selectFrom('schedules').selectAll().orderBy('id').execute()).map(toStored)
}

/** One schedule; undefined when there is none. */
export async function findSchedule(db: Database, id: number): Promise<StoredSchedule | undefined> {
  const row = await db.selectFrom('schedules').selectAll().where('id', '=', id).executeTakeFirst()
  return row && toStored(row)
}

/** Whether a schedule is still enabled and in this version; it stays so until the transaction ends. */
export async function isScheduleCurrent(
  transaction: Transaction,
  engine: Engine,
  { id, version }: Pick<StoredSchedule, 'id' | 'version'>,
): Promise<boolean> {
  const row = await transaction
    .selectFrom('schedules')
    .select('version')
    .where('id', '=', id)
    .where('enabled', '=', true)
    .$if(engine === 'postgres', (query) => query.forShare())
    .executeTakeFirst()
  return row?.version === version
}

/** Keeps a new schedule and gives its id. */
export async function insertSchedule(
  db: Database,
  now: Timestamp,
  fields: ScheduleFields & Pick<StoredSchedule, 'createdBy' | 'requester'>,
): Promise<number> {
  const row: Insertable<SchedulesTable> = {
    ...columnsOf(fields),
    created_by: fields.createdBy,
    requester: fields.requester,
    created_at: now,
    updated_at: now,
    version: 1,
  }
  const { id } = await db.insertInto('schedules').values(row).returning('id').executeTakeFirstOrThrow()
  return id
}

/** Changes a schedule; false when it is no longer in the version that was read. */
export async function updateSchedule(
  db: Database,
  now: Timestamp,
  { id, version }: StoredSchedule,
  fields: ScheduleFields & Pick<StoredSchedule, 'createdBy' | 'requester'>,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('schedules')
    .set({
      ...columnsOf(fields),
      created_by: fields.createdBy,
      requester: fields.requester,
      updated_at: now,
      version: version + 1,
    })
    .where('id', '=', id)
    .where('version', '=', version)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** Deletes a schedule; its jobs stay. */
export async function deleteSchedule(db: Pick<Database, 'deleteFrom'>, id: number): Promise<void> {
  await db.deleteFrom('schedules').where('id', '=', id).execute()
}
