import type { Database, Transaction } from '#database/schema.ts'

export interface NewKey {
  hash: string
  prefix: string
}

/** The agent of a server with a key of its own; one that was there gives its place. */
export async function enrolAgent(
  transaction: Transaction,
  agent: {
    server: string
    key: NewKey
    machineId: string | null
    productUuid: string | null
    inviteId: number
    now: string
  },
): Promise<void> {
  const columns = {
    key_hash: agent.key.hash,
    key_prefix: agent.key.prefix,
    previous_key_hash: null,
    machine_id: agent.machineId,
    product_uuid: agent.productUuid,
    invite_id: agent.inviteId,
    enrolled_at: agent.now,
    rotated_at: null,
    revoked_at: null,
    revoked_by: null,
    clone: null,
  }
  await transaction
    .insertInto('agents')
    .values({ server_id: agent.server, ...columns })
    .onConflict((conflict) => conflict.column('server_id').doUpdateSet(columns))
    .execute()
}

/** The old key works until the new one is used. */
export const rotateKey = (db: Database, agent: { id: number; keyHash: string }, key: NewKey, now: string) =>
  db
    .updateTable('agents')
    .set({ key_hash: key.hash, key_prefix: key.prefix, previous_key_hash: agent.keyHash, rotated_at: now })
    .where('id', '=', agent.id)
    .execute()

export const revokeKey = (db: Database, id: number, by: string, now: string) =>
  db
    .updateTable('agents')
    .set({ revoked_at: now, revoked_by: by, previous_key_hash: null })
    .where('id', '=', id)
    .execute()

/** What tells whether a server is still free for an agent that nobody knows. */
export const findPlace = (transaction: Transaction, id: string) =>
  transaction
    .selectFrom('servers')
    .leftJoin('agents', 'agents.server_id', 'servers.id')
    .select(['servers.id', 'servers.last_seen', 'agents.id as agent_id'])
    .where('servers.id', '=', id)
    .executeTakeFirst()
