import type { Transaction } from '#database/schema.ts'
import { agentSource } from '#features/servers/agent-record.ts'
import { agentRecordIds, markRecordsMissing } from '#features/servers/agent-record-queries.ts'
import type { Authorship } from '#features/inventory/save-devices.ts'
import type { BatchOutcome } from '#features/sync/apply-batch.ts'
import { markMissing } from '#features/sync/mark-missing.ts'

const nothing: BatchOutcome = { devices: [], hosts: [], findings: 0 }

/**
 * What the agent of a server told of its machine is missing from now on, as if its source had proved that it is gone;
 * it comes back when the agent of a server with this id tells it again.
 */
export async function forgetRecord(
  transaction: Transaction,
  author: Authorship,
  server: string,
): Promise<BatchOutcome> {
  const ids = await agentRecordIds(transaction, server)
  if (ids.length === 0) return nothing
  const ofAgents = { ...author, system: agentSource.system, identifier: agentSource.name }
  return markMissing(transaction, ofAgents, ids, () => markRecordsMissing(transaction, author.engine, ids))
}
