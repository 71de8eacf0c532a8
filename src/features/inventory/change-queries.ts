import { sql } from 'kysely'
import type { Selectable } from 'kysely'
import type { Database, SyncHistoryTable } from '#database/schema.ts'
import { visibleDevices } from '#features/access/visible-devices.ts'
import type { Change } from '#features/inventory/device-shapes.ts'
import type { JsonObject } from '#kernel/json.ts'
import type { Actor } from '#model/actor.ts'
import { DeviceId } from '#model/ids.ts'
import type { QueryFilter } from '#query/compile-query.ts'

export interface ChangeFilter {
  device?: number | undefined
  source?: string | undefined
  by?: string | undefined
  runId?: number | undefined
  /** From this time on. */
  from?: string | undefined
  /** Before this time. */
  to?: string | undefined
  /** Only changes of devices that are now so. */
  devices?: QueryFilter | undefined
}

/** Changes of devices that the actor may see, newest first, before an id. */
export async function listChanges(
  db: Database,
  actor: Pick<Actor, 'tags'>,
  filter: ChangeFilter,
  page: { before?: number | undefined; limit: number },
  signal: AbortSignal,
): Promise<Change[]> {
  let query = selectChanges(db, filter).orderBy('sync_history.id', 'desc').limit(page.limit)
  if (page.before !== undefined) query = query.where('sync_history.id', '<', page.before)
  if (actor.tags !== undefined) query = query.where(ofDevices(db, visibleDevices(actor)))
  if (filter.devices !== undefined) query = query.where(ofDevices(db, filter.devices))
  const rows = await query
    .leftJoin('devices', 'devices.id', 'sync_history.device_id')
    .selectAll('sync_history')
    .select('devices.name as device_name')
    .execute({ signal })
  return rows.map(toChange)
}

function selectChanges(db: Database, filter: ChangeFilter) {
  let query = db.selectFrom('sync_history')
  if (filter.device !== undefined) query = query.where('sync_history.device_id', '=', filter.device)
  if (filter.source !== undefined) query = query.where('sync_history.source_identifier', '=', filter.source)
  if (filter.by !== undefined) query = query.where('sync_history.performed_by', '=', filter.by)
  if (filter.runId !== undefined) query = query.where('sync_history.sync_id', '=', `run:${filter.runId}`)
  if (filter.from !== undefined) query = query.where('sync_history.performed_at', '>=', filter.from)
  if (filter.to !== undefined) query = query.where('sync_history.performed_at', '<', filter.to)
  return query
}

const ofDevices = (db: Database, where: Parameters<ReturnType<Database['selectFrom']>['where']>[0]) =>
  sql<boolean>`sync_history.device_id in ${db
    .selectFrom('devices')
    .select('devices.id')
    .where(where as QueryFilter)}`

const fromText = (text: string | null): JsonObject => (text === null ? {} : (JSON.parse(text) as JsonObject))

type ChangeRow = Selectable<SyncHistoryTable> & { device_name: string | null }

function toChange(row: ChangeRow): Change {
  const after = fromText(row.new_value)
  const run = /^run:(\d+)$/.exec(row.sync_id)?.[1]
  const name = row.device_name ?? fromText(row.old_value)['name'] ?? after['name']
  return {
    id: row.id,
    at: row.performed_at,
    by: row.performed_by,
    syncId: row.sync_id,
    runId: run === undefined ? null : Number(run),
    source: row.source_identifier,
    operation: row.operation as Change['operation'],
    changeType: row.change_type,
    device:
      row.device_id === null
        ? null
        : { id: DeviceId.parse(row.device_id), name: typeof name === 'string' ? name : '' },
    before: fromText(row.old_value),
    after,
  }
}

/** A change of one device, as far as its past is told from it. */
export type PastChange = Pick<Change, 'at' | 'by' | 'source' | 'operation' | 'before' | 'after'>

/** What changed on a device after a time, newest first. */
export const changesAfter = (db: Database, deviceId: number, at: string): Promise<PastChange[]> =>
  pastChanges(selectPast(db, deviceId).where('performed_at', '>', at))

const changesAtOnce = 200

/** What changed on a device until a time, newest first, read as far as somebody wants to know. */
export async function* changesUntil(
  db: Database,
  deviceId: number,
  at: string,
): AsyncGenerator<PastChange[], void> {
  let before: number | undefined
  for (;;) {
    let query = selectPast(db, deviceId).where('performed_at', '<=', at).limit(changesAtOnce)
    if (before !== undefined) query = query.where('id', '<', before)
    const rows = await query.execute()
    yield rows.map(toPastChange)
    if (rows.length < changesAtOnce) return
    before = rows.at(-1)!.id
  }
}

const selectPast = (db: Database, deviceId: number) =>
  db
    .selectFrom('sync_history')
    .select([
      'id',
      'performed_at',
      'performed_by',
      'source_identifier',
      'operation',
      'old_value',
      'new_value',
    ])
    .where('device_id', '=', deviceId)
    .orderBy('id', 'desc')

type PastQuery = ReturnType<typeof selectPast>
type PastRow = Awaited<ReturnType<PastQuery['execute']>>[number]

const pastChanges = async (query: PastQuery): Promise<PastChange[]> =>
  (await query.execute()).map(toPastChange)

const toPastChange = (row: PastRow): PastChange => ({
  at: row.performed_at,
  by: row.performed_by,
  source: row.source_identifier,
  operation: row.operation as Change['operation'],
  before: fromText(row.old_value),
  after: fromText(row.new_value),
})

/** When the oldest change that is kept happened; undefined when none is. */
export async function historySince(db: Database): Promise<string | undefined> {
  const row = await db
    .selectFrom('sync_history')
    .select('performed_at')
    .orderBy('performed_at')
    .limit(1)
    .executeTakeFirst()
  return row?.performed_at
}

/**
 * The devices that changed in a time, by id, after an id: what was before their first change of it and after their
 * last, path by path.
 */
export async function changesBetween(
  db: Database,
  actor: Pick<Actor, 'tags'>,
  { from, to }: { from: string; to: string },
  page: { after: number; limit: number },
  signal: AbortSignal,
): Promise<{ id: number; rows: Pick<Change, 'operation' | 'before' | 'after'>[] }[]> {
  let devices = db
    .selectFrom('sync_history')
    .select('device_id')
    .distinct()
    .where('performed_at', '>', from)
    .where('performed_at', '<=', to)
    .where('device_id', '>', page.after)
    .orderBy('device_id')
    .limit(page.limit)
  if (actor.tags !== undefined) devices = devices.where(ofDevices(db, visibleDevices(actor)))
  const ids = (await devices.execute({ signal })).map((row) => row.device_id!)
  if (ids.length === 0) return []
  const rows = await db
    .selectFrom('sync_history')
    .select(['device_id', 'operation', 'old_value', 'new_value'])
    .where('device_id', 'in', ids)
    .where('performed_at', '>', from)
    .where('performed_at', '<=', to)
    .orderBy('id')
    .execute({ signal })
  const byDevice = Map.groupBy(rows, (row) => row.device_id!)
  return ids.map((id) => ({
    id,
    rows: byDevice.get(id)!.map((row) => ({
      operation: row.operation as Change['operation'],
      before: fromText(row.old_value),
      after: fromText(row.new_value),
    })),
  }))
}
