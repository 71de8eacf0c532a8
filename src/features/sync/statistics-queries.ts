import { sql } from 'kysely'
import type { Engine } from '#database/migration.ts'
import type { Database } from '#database/schema.ts'

const tables = [
  'source_records',
  'record_native_ids',
  'device_links',
  'devices',
  'network_interfaces',
  'device_addresses',
  'vms',
  'hosts',
]

/** So many new records make what PostgreSQL believes of its tables wrong; it would notice by itself minutes later. */
const many = 5_000

/** After a reading that added much: without it the next one would go through whole tables to change a few rows. */
export async function refreshStatistics(db: Database, engine: Engine, added: number): Promise<void> {
  if (engine === 'postgres' && added >= many) await sql`analyze ${sql.raw(tables.join(', '))}`.execute(db)
}
