import type { AuditLogsTable, Transaction } from '#database/schema.ts'

/** A line as it is stored and hashed. */
export type AuditLine = Omit<AuditLogsTable, 'removed_by'>

/** Takes the next places of the chain for the caller alone until its transaction ends; gives what stands before them. */
export async function claimPlaces(
  transaction: Transaction,
  count: number,
): Promise<{ id: number; hash: string }> {
  const head = await transaction
    .updateTable('audit_chain')
    .set((eb) => ({ last_id: eb('last_id', '+', count) }))
    .where('id', '=', 1)
    .returning(['last_id', 'last_hash'])
    .executeTakeFirstOrThrow()
  return { id: head.last_id - count, hash: head.last_hash }
}

/** Writes lines whose places were claimed. */
export async function insertLines(transaction: Transaction, lines: readonly AuditLine[]): Promise<void> {
  await transaction
    .insertInto('audit_logs')
    .values([...lines])
    .execute()
}

/** Says what the chain now ends with. */
export async function moveHead(transaction: Transaction, lastHash: string): Promise<void> {
  await transaction.updateTable('audit_chain').set({ last_hash: lastHash }).where('id', '=', 1).execute()
}
