import { sql } from 'kysely'
import { idsIn } from '#features/inventory/device-state-queries.ts'
import { loadVolumes, type Asking } from '#features/volumes/volume-list-queries.ts'
import { visibleVolumes } from '#features/volumes/visible-volumes.ts'
import type { Backing, VolumeItem } from '#features/volumes/volume-shapes.ts'

/** One volume under another. */
interface Step {
  upper: number
  lower: number
  by: Backing['by']
  key: string | null
}

/** Deeper than any storage is: a circle that two sources tell ends here. */
const deepest = 8

/**
 * What volumes lie on, level by level: a datastore on the LUN or the export that is known by the same key, everything on
 * what it is cut from. Gives the steps under each of the given volumes, from top to bottom.
 */
export async function findBacking(call: Asking, ids: readonly number[]): Promise<Map<number, Backing[]>> {
  const steps = new Map<number, Step[]>()
  const seen = new Set(ids)
  let level = [...ids]
  for (let depth = 0; depth < deepest && level.length > 0; depth += 1) {
    const found = [...(await poolsUnder(call, level)), ...(await disksUnder(call, level))]
    for (const step of found) steps.set(step.upper, [...(steps.get(step.upper) ?? []), step])
    level = [...new Set(found.map(({ lower }) => lower))].filter((id) => !seen.has(id))
    for (const id of level) seen.add(id)
  }
  const items = await loadVolumes(call, [...seen])
  return new Map(ids.map((id) => [id, under(id, steps, items)]))
}

/** The steps below a volume, each once, in the order in which one follows them down. */
function under(
  top: number,
  steps: ReadonlyMap<number, readonly Step[]>,
  items: ReadonlyMap<number, VolumeItem>,
): Backing[] {
  const told = new Set<number>([top])
  const backing: Backing[] = []
  const follow = (upper: number): void => {
    for (const step of steps.get(upper) ?? []) {
      const item = items.get(step.lower)
      if (item === undefined || told.has(step.lower)) continue
      told.add(step.lower)
      backing.push(toBacking(item, step))
      follow(step.lower)
    }
  }
  follow(top)
  return backing
}

export const toBacking = (item: VolumeItem, { upper, by, key }: Omit<Step, 'lower'>): Backing => ({
  id: item.id,
  name: item.name,
  volumeType: item.volumeType,
  under: upper,
  by,
  key,
  capacityBytes: item.capacityBytes,
  usedBytes: item.usedBytes,
  array: item.array,
  device: item.device,
  source: item.source,
})

async function poolsUnder({ db, engine, actor }: Asking, ids: readonly number[]): Promise<Step[]> {
  const rows = await db
    .selectFrom('storage_volumes as upper')
    .innerJoin('storage_volumes', 'storage_volumes.id', 'upper.pool_id')
    .select(['upper.id as upper', 'storage_volumes.id as lower'])
    .where(idsIn(engine, 'upper.id', ids))
    .where(visibleVolumes(actor) as never)
    .orderBy('storage_volumes.id')
    .execute()
  return rows.map((row) => ({ ...row, by: 'pool', key: null }))
}

/** A datastore lies on what is known by the same key and is none itself. */
async function disksUnder({ db, engine, actor }: Asking, ids: readonly number[]): Promise<Step[]> {
  const rows = await db
    .selectFrom('storage_volumes as upper')
    .innerJoin('volume_ids as own', 'own.volume_id', 'upper.id')
    .innerJoin('volume_ids as other', 'other.volume_key', 'own.volume_key')
    .innerJoin('storage_volumes', 'storage_volumes.id', 'other.volume_id')
    .select(['upper.id as upper', 'storage_volumes.id as lower', 'own.volume_key as key'])
    .where(idsIn(engine, 'upper.id', ids))
    .where('upper.volume_type', '=', 'datastore')
    .where('storage_volumes.volume_type', '!=', 'datastore')
    .where('storage_volumes.status', '=', 'active')
    .where(visibleVolumes(actor) as never)
    // Both ends of a mirror have one number: the end that is written to comes first.
    .orderBy(sql`case when storage_volumes.copy_kind is null then 0 else 1 end`)
    .orderBy('storage_volumes.id')
    .execute()
  const first = new Map(rows.toReversed().map((row) => [`${row.upper} ${row.lower}`, row]))
  return [...first.values()].toReversed().map((row) => ({ ...row, by: 'key' }))
}

/** More than this lies on one pool only where nobody reads it all. */
const carriedAtMost = 500

/** What lies directly on a volume: datastores known by the same key, and what is cut from it. */
export async function findCarried(call: Asking, { id, volumeType }: VolumeItem): Promise<Backing[]> {
  const { db, actor } = call
  const cut = await db
    .selectFrom('storage_volumes')
    .select('storage_volumes.id')
    .where('pool_id', '=', id)
    .where('status', '=', 'active')
    .where(visibleVolumes(actor))
    .orderBy('storage_volumes.id')
    .limit(carriedAtMost)
    .execute()
  const same =
    volumeType === 'datastore'
      ? []
      : await db
          .selectFrom('volume_ids as own')
          .innerJoin('volume_ids as other', 'other.volume_key', 'own.volume_key')
          .innerJoin('storage_volumes', 'storage_volumes.id', 'other.volume_id')
          .select(['storage_volumes.id', 'own.volume_key as key'])
          .where('own.volume_id', '=', id)
          .where('volume_type', '=', 'datastore')
          .where('status', '=', 'active')
          .where(visibleVolumes(actor) as never)
          .orderBy('storage_volumes.id')
          .limit(carriedAtMost)
          .execute()
  const steps = [
    ...same.map((row) => ({ id: row.id, by: 'key' as const, key: row.key })),
    ...cut.map((row) => ({ id: row.id, by: 'pool' as const, key: null })),
  ]
  const items = await loadVolumes(
    call,
    steps.map((step) => step.id),
  )
  const byId = new Map(steps.toReversed().map((step) => [step.id, step]))
  return [...byId.values()].toReversed().flatMap((step) => {
    const item = items.get(step.id)
    return item === undefined ? [] : [toBacking(item, { upper: id, by: step.by, key: step.key })]
  })
}
