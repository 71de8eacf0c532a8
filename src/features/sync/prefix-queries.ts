import { bulkInsert, bulkUpdate } from '#database/bulk.ts'
import type { Engine } from '#database/migration.ts'
import type { Database, Transaction } from '#database/schema.ts'
import { idsIn } from '#features/inventory/device-state-queries.ts'
import type { SourceIdentity } from '#features/sync/run-state.ts'

/** A prefix as one source tells it. */
export interface PrefixRow {
  id?: number
  source_id: string
  prefix: string
  vrf: string | null
  name: string | null
  site: string | null
  vlan: number | null
  status: string | null
}

/** What is known of a source's prefixes, by its own ids. */
export async function loadPrefixes(
  db: Database,
  { system, name }: SourceIdentity,
): Promise<Map<string, PrefixRow>> {
  const rows = await db
    .selectFrom('source_prefixes')
    .select(['id', 'source_id', 'prefix', 'vrf', 'name', 'site', 'vlan', 'status'])
    .where('source_system', '=', system)
    .where('source_identifier', '=', name)
    .execute()
  return new Map(rows.map((row) => [row.source_id, row]))
}

export async function writePrefixes(
  transaction: Transaction,
  { engine, now, source }: { engine: Engine; now: string; source: SourceIdentity },
  rows: readonly PrefixRow[],
  known: ReadonlyMap<string, PrefixRow>,
): Promise<void> {
  const stamped = rows.map((row) => ({ ...row, updated_at: now }))
  await bulkUpdate(
    transaction,
    engine,
    'source_prefixes',
    ['id'],
    stamped.flatMap((row) => {
      const id = known.get(row.source_id)?.id
      return id === undefined ? [] : [{ ...row, id }]
    }),
  )
  await bulkInsert(
    transaction,
    engine,
    'source_prefixes',
    stamped
      .filter((row) => !known.has(row.source_id))
      .map((row) => ({ ...row, source_system: source.system, source_identifier: source.name })),
  )
}

export const removePrefixes = (transaction: Transaction, engine: Engine, ids: readonly number[]) =>
  ids.length === 0
    ? Promise.resolve([])
    : transaction
        .deleteFrom('source_prefixes')
        .where(idsIn(engine, 'id', ids))
        .execute()
