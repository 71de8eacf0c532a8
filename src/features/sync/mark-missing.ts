import { bulkInsert, bulkUpdate } from '#database/bulk.ts'
import type { Transaction } from '#database/schema.ts'
import { refreshHosts } from '#features/hosts/update-hosts.ts'
import { lockIdentity } from '#features/identity/identity-lock-queries.ts'
import { relinkPresence } from '#features/identity/relink-records.ts'
import type { Authorship } from '#features/inventory/save-devices.ts'
import type { BatchOutcome } from '#features/sync/apply-batch.ts'
import { devicesOf } from '#features/sync/record-queries.ts'
import { volumeHistory } from '#features/sync/volume-history.ts'
import { volumesOfRecords } from '#features/sync/volume-queries.ts'

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
  // What was kept apart because its source held two may be one now.
  const devices = await relinkPresence(transaction, author, ids, { isHeld: false, touched, write })
  await endVolumes(transaction, author, ids)
  return { devices, hosts: await refreshHosts(transaction, author, ids), findings: 0 }
}

/** Volumes that are gone stay, as inactive, until their source tells them again. */
async function endVolumes(
  transaction: Transaction,
  author: Authorship,
  recordIds: readonly number[],
): Promise<void> {
  const volumes = await volumesOfRecords(transaction, author, recordIds)
  await bulkUpdate(
    transaction,
    author.engine,
    'storage_volumes',
    ['id'],
    volumes.map(({ id }) => ({ id, status: 'inactive', updated_at: author.now })),
  )
  const changes = volumes.map((volume) => ({
    device: volume.device_id,
    before: volume,
    after: { ...volume, status: 'inactive' },
  }))
  await bulkInsert(transaction, author.engine, 'sync_history', volumeHistory(author, changes))
}
