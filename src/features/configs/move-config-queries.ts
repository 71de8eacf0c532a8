import { sql } from 'kysely'
import type { Engine } from '#database/migration.ts'
import type { Transaction } from '#database/schema.ts'
import { idsIn } from '#features/inventory/device-state-queries.ts'

/** Puts configurations to the devices that their records are linked to now: one statement after links changed. */
export async function moveConfigs(
  transaction: Transaction,
  engine: Engine,
  recordIds: readonly number[],
): Promise<void> {
  if (recordIds.length === 0) return
  await sql`
    update device_configs set device_id = current.device_id
    from (
      select source_system, source_identifier, source_id, device_links.device_id from source_records
      join device_links on device_links.record_id = source_records.id and device_links.undone_at is null
      where ${idsIn(engine, 'source_records.id', recordIds)} and source_records.kind = 'device'
    ) as current
    where device_configs.source_system = current.source_system
      and device_configs.source_identifier = current.source_identifier
      and device_configs.source_id = current.source_id
      and device_configs.device_id <> current.device_id`.execute(transaction)
}
