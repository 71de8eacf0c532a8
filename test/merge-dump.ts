import type { Database, Schema } from '#database/schema.ts'

/** Bookkeeping that a merge and its undoing leave behind; everything else has to come back as it was. */
const bookkeeping = ['version', 'updated_at', 'decided_at', 'since']

/** Rows made anew when a device is computed again have new ids; what they say is the same. */
const withoutId = ['device_links', 'network_interfaces', 'vms']

const tables = [
  'devices',
  'device_links',
  'device_tags',
  'device_notes',
  'device_relationships',
  'device_addresses',
  'network_interfaces',
  'vms',
  'field_rules',
  'device_conflicts',
  'hosts',
  'servers',
  'server_facts',
  'device_configs',
  'storage_volumes',
  'source_records',
] as const satisfies readonly (keyof Schema)[]

/** Everything that belongs to devices, as text: two states are the same when their texts are. */
export async function dumpDevices(db: Database): Promise<string> {
  const parts = []
  for (const table of tables) {
    const rows = await db
      .selectFrom(table)
      .selectAll()
      .$if(table === 'device_links', (query) => query.where('undone_at' as never, 'is', null))
      .execute()
    parts.push(`== ${table}`, ...rows.map((row) => textOf(table, row)).sort())
  }
  return parts.join('\n')
}

const textOf = (table: string, row: object): string =>
  JSON.stringify(
    Object.fromEntries(
      Object.entries(row).filter(
        ([column]) => !bookkeeping.includes(column) && !(column === 'id' && withoutId.includes(table)),
      ),
    ),
  )
