import type { Transaction } from '#database/schema.ts'
import { refreshHosts } from '#features/hosts/update-hosts.ts'
import { lockIdentity } from '#features/identity/identity-lock-queries.ts'
import { recomputeDevices } from '#features/identity/recompute-devices.ts'
import { idsIn } from '#features/inventory/device-state-queries.ts'
import type { Authorship } from '#features/inventory/save-devices.ts'
import type { BatchOutcome } from '#features/sync/apply-batch.ts'
import { devicesOf } from '#features/sync/record-queries.ts'

/** Records that their source has proved to be gone: their devices and hosts are computed without them. */
export async function markMissing(
  transaction: Transaction,
  author: Authorship,
  ids: readonly number[],
  write: () => Promise<void>,
): Promise<BatchOutcome> {
  await lockIdentity(transaction, author.engine)
  const owners = await devicesOf(transaction, author.engine, ids)
  const touched = [...new Set([...owners.values()].map(({ device }) => device))]
  const devices = await recomputeDevices(transaction, author, touched, 'update', write)
  await transaction
    .updateTable('storage_volumes')
    .set({ status: 'inactive', updated_at: author.now })
    .where('source_system', '=', author.system)
    .where('source_identifier', '=', author.identifier!)
    .where('source_id', 'in', (eb) =>
      eb
        .selectFrom('source_records')
        .select('source_id')
        .where(idsIn(author.engine, 'source_records.id', ids))
        .where('kind', '=', 'volume'),
    )
    .execute()
  return { devices, hosts: await refreshHosts(transaction, author, ids), findings: 0 }
}
