import type { z } from 'zod'
import { visibleDevices } from '#features/access/visible-devices.ts'
import type { Engine } from '#database/migration.ts'
import type { Database } from '#database/schema.ts'
import type { DeviceRelationship } from '#features/inventory/device-shapes.ts'
import { idsIn } from '#features/inventory/device-state-queries.ts'
import type { JsonObject } from '#kernel/json.ts'
import type { Actor } from '#model/actor.ts'
import { DeviceId } from '#model/ids.ts'

type Relationship = z.infer<typeof DeviceRelationship>
type Device = Relationship['device']

/** How a device is related to others, of those that the actor may see. */
export async function relationshipsOf(
  db: Database,
  engine: Engine,
  actor: Pick<Actor, 'tags'>,
  deviceId: number,
): Promise<Relationship[]> {
  const rows = await db
    .selectFrom('device_relationships')
    .selectAll()
    .where((eb) => eb.or([eb('parent_device_id', '=', deviceId), eb('child_device_id', '=', deviceId)]))
    .orderBy('id')
    .limit(5_000)
    .execute()
  const otherOf = (row: (typeof rows)[number]) =>
    row.parent_device_id === deviceId ? row.child_device_id : row.parent_device_id
  const devices = await namesOf(db, engine, actor, [...new Set(rows.map(otherOf))])
  return rows.flatMap((row) => {
    const device = devices.get(otherOf(row))
    if (!device) return []
    return [
      {
        id: row.id,
        type: row.relationship_type as Relationship['type'],
        other: row.parent_device_id === deviceId ? ('child' as const) : ('parent' as const),
        device,
        source: row.source_identifier,
        metadata: JSON.parse(row.metadata) as JsonObject,
      },
    ]
  })
}

/** Devices by id, as references to them. */
export async function namesOf(
  db: Database,
  engine: Engine,
  actor: Pick<Actor, 'tags'>,
  ids: readonly number[],
): Promise<Map<number, Device>> {
  if (ids.length === 0) return new Map()
  const rows = await db
    .selectFrom('devices')
    .select(['devices.id', 'name', 'device_type', 'status'])
    .where(idsIn(engine, 'devices.id', ids))
    .where(visibleDevices(actor))
    .execute()
  return new Map(
    rows.map((row) => [
      row.id,
      {
        id: DeviceId.parse(row.id),
        name: row.name,
        deviceType: row.device_type as Device['deviceType'],
        status: row.status as Device['status'],
      },
    ]),
  )
}

/** One relationship; undefined when there is none. */
export const findRelationship = (db: Database, id: number) =>
  db.selectFrom('device_relationships').selectAll().where('id', '=', id).executeTakeFirst()

export const deleteRelationship = (db: Database, id: number) =>
  db.deleteFrom('device_relationships').where('id', '=', id).execute()

/** Writes a relationship made by hand; gives its id. */
export async function insertRelationship(
  db: Database,
  now: string,
  edge: { parent: number; child: number; type: string },
): Promise<number> {
  const { id } = await db
    .insertInto('device_relationships')
    .values({
      parent_device_id: edge.parent,
      child_device_id: edge.child,
      relationship_type: edge.type,
      metadata: '{}',
      source_system: 'manual',
      source_identifier: 'manual',
      created_at: now,
      updated_at: now,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}
