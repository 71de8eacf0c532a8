import { sql } from 'kysely'
import type { Engine } from '#database/migration.ts'
import type { Transaction } from '#database/schema.ts'
import { idsIn } from '#features/inventory/device-state-queries.ts'
import { agentSource } from '#features/servers/agent-record.ts'

/** The records of a server's agent that are not missing. */
export async function agentRecordIds(transaction: Transaction, server: string): Promise<number[]> {
  const rows = await transaction
    .selectFrom('source_records')
    .select('id')
    .where('source_system', '=', agentSource.system)
    .where('source_identifier', '=', agentSource.name)
    .where('source_id', '=', server)
    .where('missing_run_id', 'is', null)
    .execute()
  return rows.map((row) => row.id)
}

/** Since the newest run of agents; there is one, because it brought the records. */
export async function markRecordsMissing(
  transaction: Transaction,
  engine: Engine,
  ids: readonly number[],
): Promise<void> {
  const newest = sql<number>`(select max(id) from sync_runs
    where source_system = ${agentSource.system} and source_identifier = ${agentSource.name})`
  await transaction
    .updateTable('source_records')
    .set({
      last_run_id: sql<number>`coalesce(last_run_id, changed_run_id)`,
      missing_run_id: sql<number>`coalesce(${newest}, changed_run_id)`,
    })
    .where(idsIn(engine, 'id', ids))
    .execute()
}
