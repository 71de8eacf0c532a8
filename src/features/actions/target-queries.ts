import type { Database } from '#database/schema.ts'
import type { Engine } from '#database/migration.ts'
import { visibleDevices } from '#features/access/visible-devices.ts'
import { idsIn } from '#features/inventory/device-state-queries.ts'
import type { Actor } from '#model/actor.ts'

/** Of these devices those that stand for themselves and that the actor may see. */
export async function standingDevices(
  { db, engine, actor }: { db: Database; engine: Engine; actor: Pick<Actor, 'tags'> },
  ids: readonly number[],
): Promise<number[]> {
  if (ids.length === 0) return []
  const rows = await db
    .selectFrom('devices')
    .select('devices.id')
    .where(idsIn(engine, 'devices.id', ids))
    .where('merged_into', 'is', null)
    .where(visibleDevices(actor))
    .execute()
  return rows.map(({ id }) => id)
}

/** A note of a device with exactly this text; undefined where there is none. */
export async function noteWithText(
  db: Database,
  deviceId: number,
  body: string,
): Promise<number | undefined> {
  const row = await db
    .selectFrom('device_notes')
    .select('id')
    .where('device_id', '=', deviceId)
    .where('body', '=', body)
    .orderBy('id')
    .executeTakeFirst()
  return row?.id
}

/** Who asked for an export; undefined where no job of that id wrote one. */
export async function requesterOfExport(db: Database, jobId: number): Promise<string | undefined> {
  const row = await db
    .selectFrom('jobs')
    .select('requested_by')
    .where('id', '=', jobId)
    .where('action', '=', 'export')
    .executeTakeFirst()
  return row?.requested_by
}

/** Of these hosts those whose type somebody decided by hand. */
export async function decidedHosts(
  { db, engine }: { db: Database; engine: Engine },
  ids: readonly number[],
): Promise<Set<number>> {
  if (ids.length === 0) return new Set()
  const rows = await db
    .selectFrom('hosts')
    .select(['id', 'host_type_locked'])
    .where(idsIn(engine, 'id', ids))
    .execute()
  return new Set(rows.filter((row) => Boolean(row.host_type_locked)).map(({ id }) => id))
}
