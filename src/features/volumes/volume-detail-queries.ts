import { visibleDevices } from '#features/access/visible-devices.ts'
import { findBacking, findCarried } from '#features/volumes/backing-queries.ts'
import { loadVolumes, type Asking } from '#features/volumes/volume-list-queries.ts'
import { visibleVolumes } from '#features/volumes/visible-volumes.ts'
import type { DeviceStorage, VolumeDetail } from '#features/volumes/volume-shapes.ts'
import { AppError } from '#kernel/errors.ts'
import type { JsonObject } from '#kernel/json.ts'
import { DeviceId } from '#model/ids.ts'

/** Users of one volume that are named; there may be thousands of machines on a datastore. */
const usersNamed = 200

/** One volume with what it lies on, what lies on it, and who uses it. Throws NOT_FOUND for one that the actor may not see. */
export async function showVolume(call: Asking, id: number): Promise<VolumeDetail> {
  const row = await call.db
    .selectFrom('storage_volumes')
    .select(['metadata', 'created_at', 'updated_at'])
    .where('storage_volumes.id', '=', id)
    .where(visibleVolumes(call.actor))
    .executeTakeFirst()
  if (!row) throw new AppError('NOT_FOUND', `There is no volume ${id}`)
  const item = (await loadVolumes(call, [id])).get(id)!
  const [ids, backing, carries, users, usersTotal] = await Promise.all([
    call.db
      .selectFrom('volume_ids')
      .select('volume_key')
      .where('volume_id', '=', id)
      .orderBy('volume_key')
      .execute(),
    findBacking(call, [id]),
    findCarried(call, item),
    findUsers(call, id),
    countUsers(call, id),
  ])
  return {
    ...item,
    facts: JSON.parse(row.metadata) as JsonObject,
    ids: ids.map((each) => each.volume_key),
    backing: backing.get(id)!,
    carries,
    users,
    usersTotal,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}

const usersOf = ({ db, actor }: Asking, id: number) =>
  db
    .selectFrom('volume_uses')
    .innerJoin('device_links', 'device_links.record_id', 'volume_uses.record_id')
    .innerJoin('devices', 'devices.id', 'device_links.device_id')
    .where('volume_uses.volume_id', '=', id)
    .where('device_links.undone_at', 'is', null)
    .where('devices.merged_into', 'is', null)
    .where(visibleDevices(actor) as never)

async function findUsers(call: Asking, id: number): Promise<VolumeDetail['users']> {
  const rows = await usersOf(call, id)
    .select(['devices.id', 'devices.name', 'devices.device_type', 'devices.status', 'devices.name_sort'])
    .distinct()
    .orderBy('devices.name_sort')
    .orderBy('devices.id')
    .limit(usersNamed)
    .execute()
  return rows.map((row) => ({
    id: DeviceId.parse(row.id),
    name: row.name,
    deviceType: row.device_type as VolumeDetail['users'][number]['deviceType'],
    status: row.status as VolumeDetail['users'][number]['status'],
  }))
}

async function countUsers(call: Asking, id: number): Promise<number> {
  const { count } = await usersOf(call, id)
    .select((eb) => eb.fn.count<number>('devices.id').distinct().as('count'))
    .executeTakeFirstOrThrow()
  return Number(count)
}

/** Volumes that one device uses, at most: a hypervisor mounts tens of them. */
const usedAtMost = 500

/** What a device uses, each with the chain down to the array. */
export async function storageOf(call: Asking, deviceId: number): Promise<DeviceStorage> {
  const { db, actor } = call
  const rows = await db
    .selectFrom('device_links')
    .innerJoin('volume_uses', 'volume_uses.record_id', 'device_links.record_id')
    .innerJoin('storage_volumes', 'storage_volumes.id', 'volume_uses.volume_id')
    .select(['storage_volumes.id', 'storage_volumes.name'])
    .distinct()
    .where('device_links.device_id', '=', deviceId)
    .where('undone_at', 'is', null)
    .where('status', '=', 'active')
    .orderBy('storage_volumes.name')
    .orderBy('storage_volumes.id')
    .limit(usedAtMost)
    .execute()
  const ids = rows.map(({ id }) => id)
  const [items, backing, owned] = await Promise.all([
    loadVolumes(call, ids),
    findBacking(call, ids),
    db
      .selectFrom('storage_volumes')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('device_id', '=', deviceId)
      .where('status', '=', 'active')
      .where(visibleVolumes(actor))
      .executeTakeFirstOrThrow(),
  ])
  return {
    owned: Number(owned.count),
    uses: ids.map((id) => ({ volume: items.get(id)!, backing: backing.get(id)! })),
  }
}
