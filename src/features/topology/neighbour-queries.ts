import { sql } from 'kysely'
import type { Engine } from '#database/migration.ts'
import type { Database } from '#database/schema.ts'
import { visibleDevices } from '#features/access/visible-devices.ts'
import { idsIn } from '#features/inventory/device-state-queries.ts'
import type { Hop } from '#features/topology/shortest-path.ts'
import type { JsonObject } from '#kernel/json.ts'
import type { Actor } from '#model/actor.ts'

/**
 * How two places hang together. `from` is the one that hosts, manages, backs up, owns or uses, or the older end of a
 * connection; of volumes, the one that is cut from or lies on the other.
 */
export interface Tie {
  type: 'hosts' | 'connects_to' | 'manages' | 'backs_up' | 'owns' | 'uses' | 'cut_from' | 'lies_on'
  from: number
  to: number
  metadata: JsonObject
  /** The source that says so; that of a volume tells what hangs on it. */
  source: string | null
}

/** What people mean by the way between two things: what it stands on and is plugged into, before what looks after it. */
const costs: Readonly<Record<Tie['type'], number>> = {
  hosts: 2,
  connects_to: 2,
  uses: 3,
  lies_on: 2,
  cut_from: 2,
  owns: 3,
  manages: 4,
  backs_up: 5,
}

/** Volumes are places too: their ids stand below zero. */
export const volumePlace = (id: number): number => -id

interface Asking {
  db: Database
  engine: Engine
  actor: Pick<Actor, 'tags'>
}

/** Every step away from these places to others that the actor may see. */
export async function neighboursOf(asking: Asking, places: readonly number[]): Promise<Hop<Tie>[]> {
  const devices = places.filter((place) => place > 0)
  const volumes = places.filter((place) => place < 0).map((place) => -place)
  const ties = [
    ...(await relationshipTies(asking, devices)),
    ...(await useTies(asking, devices, volumes)),
    ...(await ownerTies(asking, devices, volumes)),
    ...(await sameDiskTies(asking, volumes)),
  ]
  const visible = await visibleAmong(asking, ties)
  const asked = new Set(places)
  return ties
    .filter((tie) => visible.has(tie.from) && visible.has(tie.to))
    .flatMap((tie) => [
      ...(asked.has(tie.from) ? [hop(tie, tie.from, tie.to)] : []),
      ...(asked.has(tie.to) ? [hop(tie, tie.to, tie.from)] : []),
    ])
}

const hop = (tie: Tie, from: number, to: number): Hop<Tie> => ({
  from,
  to,
  cost: costs[tie.type],
  detail: tie,
})

async function relationshipTies({ db, engine }: Asking, devices: readonly number[]): Promise<Tie[]> {
  if (devices.length === 0) return []
  const rows = await db
    .selectFrom('device_relationships')
    .selectAll()
    .where((eb) =>
      eb.or([idsIn(engine, 'parent_device_id', devices), idsIn(engine, 'child_device_id', devices)]),
    )
    .orderBy('id')
    .execute()
  return rows.map((row) => ({
    type: row.relationship_type as Tie['type'],
    from: row.parent_device_id,
    to: row.child_device_id,
    metadata: JSON.parse(row.metadata) as JsonObject,
    source: row.source_identifier,
  }))
}

/** Who uses a volume is said of records, and so of the devices that these belong to now. */
async function useTies(
  { db, engine }: Asking,
  devices: readonly number[],
  volumes: readonly number[],
): Promise<Tie[]> {
  if (devices.length + volumes.length === 0) return []
  const rows = await db
    .selectFrom('volume_uses')
    .innerJoin('device_links', 'device_links.record_id', 'volume_uses.record_id')
    .innerJoin('storage_volumes', 'storage_volumes.id', 'volume_uses.volume_id')
    .select(['volume_id', 'device_links.device_id', 'source_identifier'])
    .where('undone_at', 'is', null)
    .where((eb) =>
      eb.or([idsIn(engine, 'device_links.device_id', devices), idsIn(engine, 'volume_id', volumes)]),
    )
    .execute()
  return rows.map((row) => ({
    type: 'uses',
    from: row.device_id,
    to: volumePlace(row.volume_id),
    metadata: {},
    source: row.source_identifier,
  }))
}

async function ownerTies(
  { db, engine }: Asking,
  devices: readonly number[],
  volumes: readonly number[],
): Promise<Tie[]> {
  if (devices.length + volumes.length === 0) return []
  const rows = await db
    .selectFrom('storage_volumes')
    .select(['id', 'device_id', 'pool_id', 'source_identifier'])
    .where((eb) =>
      eb.or([
        idsIn(engine, 'device_id', devices),
        idsIn(engine, 'id', volumes),
        idsIn(engine, 'pool_id', volumes),
      ]),
    )
    .execute()
  return rows.flatMap((row): Tie[] => {
    const tie = { metadata: {}, source: row.source_identifier }
    return [
      ...(row.device_id === null
        ? []
        : [{ ...tie, type: 'owns' as const, from: row.device_id, to: volumePlace(row.id) }]),
      ...(row.pool_id === null
        ? []
        : [{ ...tie, type: 'cut_from' as const, from: volumePlace(row.id), to: volumePlace(row.pool_id) }]),
    ]
  })
}

/** A datastore and the disk of an array that it lies on know one id, such as the naa of the disk. */
async function sameDiskTies({ db, engine }: Asking, volumes: readonly number[]): Promise<Tie[]> {
  if (volumes.length === 0) return []
  const rows = await db
    .selectFrom('volume_ids as one')
    .innerJoin('volume_ids as other', 'other.volume_key', 'one.volume_key')
    .innerJoin('storage_volumes as upper', 'upper.id', 'one.volume_id')
    .select(['one.volume_id as upper', 'other.volume_id as lower', 'upper.source_identifier as source'])
    .where('upper.volume_type', '=', 'datastore')
    .whereRef('one.volume_id', '<>', 'other.volume_id')
    .where((eb) =>
      eb.or([idsIn(engine, 'one.volume_id', volumes), idsIn(engine, 'other.volume_id', volumes)]),
    )
    .execute()
  return rows.map((row) => ({
    type: 'lies_on',
    from: volumePlace(row.upper),
    to: volumePlace(row.lower),
    metadata: {},
    source: row.source,
  }))
}

/** Places that the actor may see; a volume is seen with the device that owns it, or by who sees everything. */
async function visibleAmong({ db, engine, actor }: Asking, ties: readonly Tie[]): Promise<Set<number>> {
  const places = [...new Set(ties.flatMap(({ from, to }) => [from, to]))]
  const rows = await db
    .selectFrom('devices')
    .select('id')
    .where(
      idsIn(
        engine,
        'id',
        places.filter((place) => place > 0),
      ),
    )
    .where('merged_into', 'is', null)
    .where('retired_at', 'is', null)
    .where(visibleDevices(actor))
    .execute()
  const visible = new Set(rows.map((row) => row.id))
  const volumes = places.filter((place) => place < 0)
  if (actor.tags === undefined) return new Set([...visible, ...volumes])
  if (volumes.length === 0) return visible
  const owned = await db
    .selectFrom('storage_volumes')
    .innerJoin('devices', 'devices.id', 'storage_volumes.device_id')
    .select('storage_volumes.id')
    .where(
      idsIn(
        engine,
        'storage_volumes.id',
        volumes.map((place) => -place),
      ),
    )
    .where(visibleDevices(actor))
    .execute()
  return new Set([...visible, ...owned.map((row) => volumePlace(row.id))])
}

/** What is said of a place on a path. */
export interface Place {
  kind: 'device' | 'volume'
  id: number
  name: string
  /** The type of a device, or of a volume. */
  type: string
  status: string
}

export async function describePlaces(
  { db, engine }: Asking,
  places: readonly number[],
): Promise<Map<number, Place>> {
  const devices = await db
    .selectFrom('devices')
    .select(['id', 'name', 'device_type as type', 'status'])
    .where(
      idsIn(
        engine,
        'id',
        places.filter((place) => place > 0),
      ),
    )
    .execute()
  const volumes = await db
    .selectFrom('storage_volumes')
    .select(['id', 'name', 'status', sql<string>`coalesce(volume_type, 'volume')`.as('type')])
    .where(
      idsIn(
        engine,
        'id',
        places.filter((place) => place < 0).map((place) => -place),
      ),
    )
    .execute()
  return new Map<number, Place>([
    ...devices.map((row): [number, Place] => [row.id, { kind: 'device', ...row }]),
    ...volumes.map((row): [number, Place] => [volumePlace(row.id), { kind: 'volume', ...row }]),
  ])
}
