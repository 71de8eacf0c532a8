import { sql } from 'kysely'
import type { Engine } from '#database/migration.ts'
import type { Transaction } from '#database/schema.ts'
import { idsIn } from '#features/inventory/device-state-queries.ts'

/**
 * Gives the facts of these records (`server_facts`) to the devices that the records are linked to now. To be called in
 * the transaction that changes links, after it has written them.
 */
export async function moveFacts(
  transaction: Transaction,
  engine: Engine,
  recordIds: readonly number[],
): Promise<void> {
  if (recordIds.length === 0) return
  await sql`
    update server_facts set device_id = link.device_id
    from device_links as link, source_records as record
    where ${idsIn(engine, 'record.id', recordIds)} and record.facts_hash is not null
      and link.record_id = record.id and link.undone_at is null
      and server_facts.source_system = record.source_system
      and server_facts.source_identifier = record.source_identifier
      and server_facts.source_id = record.source_id
      and server_facts.device_id <> link.device_id`.execute(transaction)
}
