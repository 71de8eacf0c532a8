import { sql } from 'kysely'
import { lastReads, type Asking } from '#features/volumes/volume-list-queries.ts'
import { visibleVolumes } from '#features/volumes/visible-volumes.ts'
import type { ArraySum } from '#features/volumes/volume-shapes.ts'

type Amount = ArraySum['pools']

const nothing = (): Amount => ({ count: 0, capacityBytes: 0, usedBytes: 0 })

/** Adds to an amount, in place. */
function add(amount: Amount, row: { count: number; capacity: number; used: number }): void {
  amount.count += Number(row.count)
  amount.capacityBytes += Number(row.capacity)
  amount.usedBytes += Number(row.used)
}

/**
 * What there is of each array. Space exists once, in pools; it is promised once, by what is cut from a pool directly and
 * is no copy: a LUN in a volume, a quota tree in a file system and a snapshot take no space of their own.
 */
export async function sumVolumes({ db, actor }: Asking): Promise<ArraySum[]> {
  const [rows, reads] = await Promise.all([
    db
      .selectFrom('storage_volumes')
      .leftJoin('storage_volumes as pool', 'pool.id', 'storage_volumes.pool_id')
      .select([
        'storage_volumes.source_system as system',
        'storage_volumes.source_identifier as source',
        'storage_volumes.storage_array as array',
        'storage_volumes.volume_type as type',
      ])
      .select(sql<number>`case when storage_volumes.copy_kind is null then 0 else 1 end`.as('copy'))
      .select(
        sql<number>`case when pool.volume_type is null or pool.volume_type = 'pool' then 0 else 1 end`.as(
          'nested',
        ),
      )
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .select(sql<number>`coalesce(sum(storage_volumes.capacity_bytes), 0)`.as('capacity'))
      .select(sql<number>`coalesce(sum(storage_volumes.used_bytes), 0)`.as('used'))
      .where('storage_volumes.status', '=', 'active')
      .where(visibleVolumes(actor) as never)
      .groupBy([
        'storage_volumes.source_system',
        'storage_volumes.source_identifier',
        'storage_volumes.storage_array',
        'storage_volumes.volume_type',
        sql`5`,
        sql`6`,
      ])
      .orderBy('storage_volumes.source_identifier')
      .orderBy('storage_volumes.volume_type')
      .execute(),
    lastReads(db),
  ])
  const sums = new Map<string, ArraySum>()
  for (const row of rows) {
    const key = JSON.stringify([row.system, row.source, row.array])
    const sum = sums.get(key) ?? {
      array: row.array,
      source: row.source,
      readAt: reads.get(`${row.system}/${row.source}`) ?? null,
      pools: nothing(),
      provisioned: nothing(),
      types: {},
      copies: nothing(),
    }
    sums.set(key, sum)
    const type = row.type ?? 'volume'
    add((sum.types[type] ??= nothing()), row)
    if (type === 'pool') add(sum.pools, row)
    else if (Number(row.copy) === 1) add(sum.copies, row)
    else if (Number(row.nested) === 0) add(sum.provisioned, row)
  }
  return [...sums.values()]
}
