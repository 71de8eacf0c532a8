import { sql } from 'kysely'
import type { Engine } from '#database/migration.ts'
import type { Transaction } from '#database/schema.ts'
import { idsIn } from '#features/inventory/device-state-queries.ts'

/** The device that the record that owns a volume belongs to now. */
const ownerNow = sql<number | null>`(select device_links.device_id from volume_owners
  join device_links on device_links.record_id = volume_owners.record_id and device_links.undone_at is null
  where volume_owners.volume_id = storage_volumes.id)`

/** Volumes of these devices go along with the records that own them, where those belong to another device by now. */
export async function followOwners(
  transaction: Transaction,
  engine: Engine,
  deviceIds: readonly number[],
): Promise<void> {
  if (deviceIds.length === 0) return
  await transaction
    .updateTable('storage_volumes')
    .set({ device_id: ownerNow })
    .where(idsIn(engine, 'storage_volumes.device_id', deviceIds))
    .where(sql<boolean>`${ownerNow} is distinct from storage_volumes.device_id`)
    .execute()
}
