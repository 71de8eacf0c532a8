import { z } from 'zod'
import { visibleDevices } from '#features/access/visible-devices.ts'
import type { Engine } from '#database/migration.ts'
import type { Database } from '#database/schema.ts'
import { toMerge } from '#features/identity/merge-queries.ts'
import type { StoredMerge } from '#features/identity/merge-memory.ts'
import { DeviceReference, Timestamp } from '#features/inventory/device-shapes.ts'
import { idsIn } from '#features/inventory/device-state-queries.ts'
import type { Actor } from '#model/actor.ts'
import { DeviceId } from '#model/ids.ts'

/** A device that became part of another. */
export const MergeShape = z.object({
  id: z.number().int(),
  kept: DeviceReference,
  merged: DeviceReference.describe('As it was called before.'),
  records: z.array(z.number().int()).describe('The records that it brought.'),
  reason: z.string().nullable(),
  mergedBy: z.string().describe('A person, or `rule:...`.'),
  mergedAt: Timestamp,
  undoneAt: Timestamp.nullable(),
  undoneBy: z.string().nullable(),
})
export type MergeShape = z.infer<typeof MergeShape>

export interface MergeFilter {
  /** On either side. */
  device?: number | undefined
  id?: number | undefined
  undone?: boolean | undefined
}

/** Merges of devices that the viewer may see both of, the newest first. */
export async function listMerges(
  db: Database,
  engine: Engine,
  viewer: Pick<Actor, 'tags'>,
  filter: MergeFilter,
  page: { before?: number | undefined; limit: number },
): Promise<MergeShape[]> {
  const { device } = filter
  let query = db.selectFrom('device_merges').selectAll().orderBy('id', 'desc').limit(page.limit)
  if (page.before !== undefined) query = query.where('id', '<', page.before)
  if (filter.id !== undefined) query = query.where('id', '=', filter.id)
  if (filter.undone !== true) query = query.where('undone_at', 'is', null)
  if (device !== undefined)
    query = query.where((eb) =>
      eb.or([eb('kept_device_id', '=', device), eb('merged_device_id', '=', device)]),
    )
  if (viewer.tags !== undefined) {
    const visible = db.selectFrom('devices').select('devices.id').where(visibleDevices(viewer))
    query = query.where('kept_device_id', 'in', visible).where('merged_device_id', 'in', visible)
  }
  const merges = (await query.execute()).map(toMerge)
  const names = await namesOf(
    db,
    engine,
    merges.flatMap(({ kept, merged }) => [kept, merged]),
  )
  return merges.map((merge) => shapeOf(merge, names))
}

const shapeOf = (merge: StoredMerge, names: ReadonlyMap<number, string>): MergeShape => {
  const device = (id: number) => ({ id: DeviceId.parse(id), name: names.get(id) ?? '' })
  return {
    id: merge.id,
    kept: device(merge.kept),
    merged: device(merge.merged),
    records: merge.memory.links.map(({ record }) => record),
    reason: merge.memory.reason,
    mergedBy: merge.by,
    mergedAt: merge.at,
    undoneAt: merge.undoneAt,
    undoneBy: merge.undoneBy,
  }
}

async function namesOf(db: Database, engine: Engine, ids: readonly number[]): Promise<Map<number, string>> {
  if (ids.length === 0) return new Map()
  const rows = await db
    .selectFrom('devices')
    .select(['id', 'name'])
    .where(idsIn(engine, 'id', ids))
    .execute()
  return new Map(rows.map((row) => [row.id, row.name]))
}
