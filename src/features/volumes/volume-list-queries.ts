import { sql } from 'kysely'
import type { Context } from '#features/context.ts'
import type { Database } from '#database/schema.ts'
import { visibleDevices } from '#features/access/visible-devices.ts'
import { idsIn } from '#features/inventory/device-state-queries.ts'
import { visibleVolumes } from '#features/volumes/visible-volumes.ts'
import type { VolumeItem } from '#features/volumes/volume-shapes.ts'
import type { JsonObject } from '#kernel/json.ts'
import type { Actor } from '#model/actor.ts'
import { DeviceId } from '#model/ids.ts'
import type { VolumeType } from '#model/record.ts'
import { volumeKey } from '#model/volume-key.ts'
import { likePattern } from '#query/text-pattern.ts'

export type Asking = Pick<Context, 'db' | 'engine'> & { actor: Pick<Actor, 'tags'> }

export interface VolumeFilter {
  q?: string | undefined
  type?: VolumeType | undefined
  array?: string | undefined
  source?: string | undefined
  /** Owned by this device. */
  device?: number | undefined
  /** At least so full, in percent. */
  usedOver?: number | undefined
  /** Less than so many bytes free. */
  freeBelow?: number | undefined
  copies?: boolean | undefined
  status?: 'active' | 'inactive' | 'all' | undefined
}

/** Ten-thousandths of the capacity; whole numbers, which both engines divide alike, and -1 where it is not known. */
const usedShare = sql<number>`case when storage_volumes.capacity_bytes >= 10000 and storage_volumes.used_bytes is not null
  then storage_volumes.used_bytes / (storage_volumes.capacity_bytes / 10000) else -1 end`

/** What volumes can be ordered by; the id decides between equals. */
const orders = {
  used: usedShare,
  capacity: sql<number>`coalesce(storage_volumes.capacity_bytes, -1)`,
  free: sql<number>`coalesce(storage_volumes.capacity_bytes - storage_volumes.used_bytes, -1)`,
  name: sql<string>`lower(storage_volumes.name)`,
}
export type VolumeOrder = keyof typeof orders
export const volumeOrders = Object.keys(orders) as VolumeOrder[]
export type VolumePosition = [value: string | number, id: number]

export interface VolumePage {
  order: VolumeOrder
  descending: boolean
  after?: VolumePosition | undefined
  limit: number
}

/** Volumes that the actor may see, with the position of each in the order. */
export async function listVolumes(
  call: Asking,
  filter: VolumeFilter,
  { order, descending, after, limit }: VolumePage,
): Promise<{ volume: VolumeItem; position: VolumePosition }[]> {
  const value = orders[order]
  const direction = descending ? 'desc' : 'asc'
  let query = filtered(call, filter)
    .orderBy(value as typeof orders.name, direction)
    .orderBy('storage_volumes.id', direction)
    .limit(limit)
  if (after !== undefined) {
    const beyond = sql.raw(descending ? '<' : '>')
    query = query.where(sql<boolean>`(${value}, storage_volumes.id) ${beyond} (${after[0]}, ${after[1]})`)
  }
  const rows = await query
    .select('storage_volumes.id')
    .select((value as typeof orders.name).as('position'))
    .execute()
  const items = await loadVolumes(
    call,
    rows.map(({ id }) => id),
  )
  return rows.map(({ id, position }) => ({
    volume: items.get(id)!,
    position: [order === 'name' ? position : Number(position), id],
  }))
}

/** How many of them there are. */
export async function countVolumes(call: Asking, filter: VolumeFilter): Promise<number> {
  const { count } = await filtered(call, filter)
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return Number(count)
}

function filtered({ db, actor }: Asking, filter: VolumeFilter) {
  const { q, type, array, source, device, usedOver, freeBelow, copies = true, status = 'active' } = filter
  let query = db.selectFrom('storage_volumes').where(visibleVolumes(actor))
  if (status !== 'all') query = query.where('storage_volumes.status', '=', status)
  if (type !== undefined) query = query.where('volume_type', '=', type)
  if (array !== undefined) query = query.where('storage_array', '=', array)
  if (source !== undefined) query = query.where('source_identifier', '=', source)
  if (device !== undefined) query = query.where('device_id', '=', device)
  if (!copies) query = query.where('copy_kind', 'is', null)
  if (usedOver !== undefined) query = query.where(usedShare, '>=', usedOver * 100)
  if (freeBelow !== undefined)
    query = query.where(
      sql<boolean>`storage_volumes.capacity_bytes - storage_volumes.used_bytes < ${freeBelow}`,
    )
  for (const word of (q ?? '').split(/\s+/).filter(Boolean)) query = query.where(saying(word))
  return query
}

/** Has the word in its name or its array's, or is known by it: a disk number finds the LUN and what lies on it. */
function saying(word: string) {
  const pattern = `%${likePattern([{ literal: word.toLowerCase() }])}%`
  const bare = word.toLowerCase().replace(/^(naa|nfs)[:.]/, '')
  const key = `%${likePattern([{ literal: volumeKey(`naa:${bare}`).slice(4) }])}%`
  return sql<boolean>`(lower(storage_volumes.name) like ${pattern} escape '\\'
    or lower(storage_volumes.storage_array) like ${pattern} escape '\\'
    or storage_volumes.id in (select volume_id from volume_ids where lower(volume_key) like ${key} escape '\\'))`
}

/** Volumes by id, as listings show them; owners that the actor may not see are not named. */
export async function loadVolumes(
  { db, engine, actor }: Asking,
  ids: readonly number[],
): Promise<Map<number, VolumeItem>> {
  if (ids.length === 0) return new Map()
  const [rows, reads] = await Promise.all([
    db
      .selectFrom('storage_volumes')
      .leftJoin('storage_volumes as pool', 'pool.id', 'storage_volumes.pool_id')
      .leftJoin(
        db
          .selectFrom('devices')
          .select(['devices.id', 'devices.name'])
          .where(visibleDevices(actor))
          .as('owner'),
        'owner.id',
        'storage_volumes.device_id',
      )
      .selectAll('storage_volumes')
      .select(['owner.id as owner_id', 'owner.name as owner_name'])
      .select(['pool.name as pool_name', 'pool.volume_type as pool_type'])
      .where(idsIn(engine, 'storage_volumes.id', ids))
      .execute(),
    lastReads(db),
  ])
  return new Map(rows.map((row) => [row.id, toItem(row, reads)]))
}

type VolumeRow = Parameters<typeof toItem>[0]

function toItem(
  row: {
    id: number
    name: string
    volume_type: string | null
    status: string
    capacity_bytes: number | null
    used_bytes: number | null
    raid_level: string | null
    thin_provisioned: boolean | number | null
    copy_kind: string | null
    storage_array: string | null
    metadata: string
    owner_id: number | null
    owner_name: string | null
    pool_id: number | null
    pool_name: string | null
    pool_type: string | null
    source_system: string
    source_identifier: string
  },
  reads: ReadonlyMap<string, string>,
): VolumeItem {
  const facts = JSON.parse(row.metadata) as JsonObject
  const within = facts['svm'] ?? facts['vstore']
  return {
    id: row.id,
    name: row.name,
    volumeType: typeOf(row.volume_type),
    status: row.status === 'active' ? 'active' : 'inactive',
    capacityBytes: row.capacity_bytes,
    usedBytes: row.used_bytes,
    usedPercent: percent(row),
    raidLevel: row.raid_level,
    thinProvisioned: row.thin_provisioned === null ? null : Boolean(row.thin_provisioned),
    copy: row.copy_kind as VolumeItem['copy'],
    array: row.storage_array,
    within: typeof within === 'string' ? within : null,
    device: row.owner_id === null ? null : { id: DeviceId.parse(row.owner_id), name: row.owner_name! },
    pool:
      row.pool_id === null
        ? null
        : { id: row.pool_id, name: row.pool_name!, volumeType: typeOf(row.pool_type) },
    source: row.source_identifier,
    system: row.source_system,
    readAt: reads.get(`${row.source_system}/${row.source_identifier}`) ?? null,
  }
}

const typeOf = (type: string | null): VolumeType => (type ?? 'volume') as VolumeType

const percent = ({
  capacity_bytes: capacity,
  used_bytes: used,
}: Pick<VolumeRow, 'capacity_bytes' | 'used_bytes'>) =>
  capacity === null || used === null || capacity <= 0 ? null : Math.round((used / capacity) * 1000) / 10

/** When each source was last read whole: what it tells of volumes, it told then. */
export async function lastReads(db: Database): Promise<Map<string, string>> {
  const rows = await db
    .selectFrom('sync_metadata')
    .innerJoin('sync_runs', 'sync_runs.id', 'sync_metadata.last_complete_run_id')
    .select(['sync_metadata.source_system', 'sync_metadata.source_identifier', 'sync_runs.started_at'])
    .execute()
  return new Map(rows.map((row) => [`${row.source_system}/${row.source_identifier}`, row.started_at]))
}
