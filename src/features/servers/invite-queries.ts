import type { Database, Transaction } from '#database/schema.ts'

/** A token with which agents get a key; its secret is known to nobody. */
export interface AgentInvite {
  id: number
  prefix: string
  description: string | null
  usesLeft: number
  used: number
  machineType: 'server' | 'workstation'
  tags: string[]
  createdBy: string
  createdAt: string
  expiresAt: string
  revokedAt: string | null
}

const selectInvites = (db: Database) =>
  db
    .selectFrom('agent_invites')
    .select(['id', 'prefix', 'description', 'uses_left', 'used', 'machine_type', 'tags'])
    .select(['created_by', 'created_at', 'expires_at', 'revoked_at'])

type InviteRow = Awaited<ReturnType<ReturnType<typeof selectInvites>['execute']>>[number]

const toInvite = (row: InviteRow): AgentInvite => ({
  id: row.id,
  prefix: row.prefix,
  description: row.description,
  usesLeft: row.uses_left,
  used: row.used,
  machineType: row.machine_type as AgentInvite['machineType'],
  tags: JSON.parse(row.tags) as string[],
  createdBy: row.created_by,
  createdAt: row.created_at,
  expiresAt: row.expires_at,
  revokedAt: row.revoked_at,
})

/** Newest first. */
export async function listInvites(
  db: Database,
  page: { before?: number | undefined; limit: number },
): Promise<AgentInvite[]> {
  let query = selectInvites(db).orderBy('id', 'desc').limit(page.limit)
  if (page.before !== undefined) query = query.where('id', '<', page.before)
  return (await query.execute()).map(toInvite)
}

export async function findInvite(db: Database, id: number): Promise<AgentInvite | undefined> {
  const row = await selectInvites(db).where('id', '=', id).executeTakeFirst()
  return row && toInvite(row)
}

export async function insertInvite(
  db: Database,
  invite: Omit<AgentInvite, 'id' | 'used' | 'revokedAt'> & { hash: string },
): Promise<number> {
  const { id } = await db
    .insertInto('agent_invites')
    .values({
      hash: invite.hash,
      prefix: invite.prefix,
      description: invite.description,
      uses_left: invite.usesLeft,
      machine_type: invite.machineType,
      tags: JSON.stringify(invite.tags),
      created_by: invite.createdBy,
      created_at: invite.createdAt,
      expires_at: invite.expiresAt,
      revoked_at: null,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

export const revokeInvite = (db: Database, id: number, now: string) =>
  db
    .updateTable('agent_invites')
    .set({ revoked_at: now })
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .execute()

/** Takes one use of the invitation in force with this hash; two at once never take the same. */
export async function takeUse(
  transaction: Transaction,
  hash: string,
  now: string,
): Promise<AgentInvite | undefined> {
  const taken = await transaction
    .updateTable('agent_invites')
    .set((eb) => ({ uses_left: eb('uses_left', '-', 1), used: eb('used', '+', 1) }))
    .where('hash', '=', hash)
    .where('uses_left', '>', 0)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', now)
    .returning('id')
    .executeTakeFirst()
  return taken && findInvite(transaction, taken.id)
}
