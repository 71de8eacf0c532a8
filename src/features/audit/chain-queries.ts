import { SqliteAdapter } from 'kysely'
import { bulkInsert } from '#database/bulk.ts'
import type { Engine } from '#database/migration.ts'
import type { Database, Transaction } from '#database/schema.ts'
import type { ChainHead } from '#features/audit/chain-head.ts'
import type { AuditLine } from '#features/audit/line-hash.ts'
import { AppError } from '#kernel/errors.ts'

/** The engine under a database or a transaction on it. */
export const engineOf = (db: Database): Engine =>
  db.getExecutor().adapter instanceof SqliteAdapter ? 'sqlite' : 'postgres'

/**
 * Takes the next places of the chain for the caller alone until its transaction ends; gives what stands before them.
 * `databaseId` names a database that has no name yet.
 */
export async function claimPlaces(
  transaction: Transaction,
  count: number,
  databaseId: string,
): Promise<ChainHead> {
  const head = await transaction
    .updateTable('audit_chain')
    .set((eb) => ({
      last_id: eb('last_id', '+', count),
      database_id: eb.case().when('database_id', '=', '').then(databaseId).else(eb.ref('database_id')).end(),
    }))
    .where('id', '=', 1)
    .returning(['last_id', 'last_hash', 'database_id', 'mac', 'key_id'])
    .executeTakeFirst()
  if (!head)
    throw new AppError(
      'DATABASE_CORRUPT',
      'What tells where the audit trail ends is gone from the database',
      {
        hint: 'Somebody deleted it. Restore the newest backup: rollcall db restore FILE.',
      },
    )
  return {
    databaseId: head.database_id,
    id: head.last_id - count,
    hash: head.last_hash,
    mac: head.mac,
    keyId: head.key_id,
  }
}

/** Writes lines whose places were claimed. */
export async function insertLines(transaction: Transaction, lines: readonly AuditLine[]): Promise<void> {
  await bulkInsert(transaction, engineOf(transaction), 'audit_logs', lines)
}

/** Says what the chain now ends with. */
export async function moveHead(
  transaction: Transaction,
  { hash, mac, keyId }: Pick<ChainHead, 'hash' | 'mac' | 'keyId'>,
): Promise<void> {
  await transaction
    .updateTable('audit_chain')
    .set({ last_hash: hash, mac, key_id: keyId })
    .where('id', '=', 1)
    .execute()
}

/** The end of the chain, and the ids of the first and last line that are really there. */
export async function readHead(
  db: Database,
): Promise<ChainHead & { firstLine: number | null; lastLine: number | null }> {
  const row = await db
    .selectFrom('audit_chain')
    .select((eb) => [
      'last_id',
      'last_hash',
      'database_id',
      'mac',
      'key_id',
      eb.selectFrom('audit_logs').select('id').orderBy('id').limit(1).as('first_line'),
      eb.selectFrom('audit_logs').select('id').orderBy('id', 'desc').limit(1).as('last_line'),
    ])
    .where('id', '=', 1)
    .executeTakeFirst()
  return {
    databaseId: row?.database_id ?? '',
    id: row?.last_id ?? 0,
    hash: row?.last_hash ?? '',
    mac: row?.mac ?? '',
    keyId: row?.key_id ?? '',
    firstLine: row?.first_line ?? null,
    lastLine: row?.last_line ?? null,
  }
}
