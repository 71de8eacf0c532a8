import { sql } from 'kysely'
import type { Database } from '#database/schema.ts'

const records = { source_system: 'agent', source_identifier: 'agents' } as const

/** The device that the record of a server's agent belongs to at present. */
export async function linkedDevice(db: Database, id: string): Promise<number | null> {
  const row = await db
    .selectFrom('source_records')
    .innerJoin('device_links', 'device_links.record_id', 'source_records.id')
    .select('device_links.device_id')
    .where('source_records.source_system', '=', records.source_system)
    .where('source_records.source_identifier', '=', records.source_identifier)
    .where('source_records.source_id', '=', id)
    .where('device_links.undone_at', 'is', null)
    .executeTakeFirst()
  return row?.device_id ?? null
}

/**
 * Servers go where the records of their agents went, when machines turn out to be one or to be two. Gives those whose
 * device is another one now; nothing is written where all is as it was.
 */
export async function followDevices(db: Database): Promise<string[]> {
  const linked = sql`(select link.device_id from source_records record
    join device_links link on link.record_id = record.id and link.undone_at is null
    where record.source_system = ${records.source_system} and record.source_identifier = ${records.source_identifier}
      and record.source_id = servers.id)`
  const { rows } = await sql<{ id: string }>`
    select id from servers where device_set_by is null and coalesce(device_id, 0) <> coalesce(${linked}, 0)`.execute(
    db,
  )
  if (rows.length === 0) return []
  const moved = await sql<{ id: string }>`
    update servers set device_id = ${linked}
    where device_set_by is null and coalesce(device_id, 0) <> coalesce(${linked}, 0) returning id`.execute(db)
  return moved.rows.map((row) => row.id)
}

/** Servers whose device is known and still has to get the tags that they were invited with. */
export async function serversToTag(db: Database): Promise<{ id: string; device: number; tags: string[] }[]> {
  const rows = await db
    .selectFrom('servers')
    .select(['id', 'device_id', 'tags'])
    .where('tags', 'is not', null)
    .where('device_id', 'is not', null)
    .execute()
  return rows.map((row) => ({ id: row.id, device: row.device_id!, tags: JSON.parse(row.tags!) as string[] }))
}

export const forgetTags = (db: Database, id: string) =>
  db.updateTable('servers').set({ tags: null }).where('id', '=', id).execute()
