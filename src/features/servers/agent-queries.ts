import type { Database } from '#database/schema.ts'
import type { JsonObject } from '#kernel/json.ts'

/** What is known of an agent; its key is known to nobody. */
export interface Agent {
  id: number
  server: string
  keyHash: string
  previousKeyHash: string | null
  /** The first characters of the key, to tell keys apart. */
  keyPrefix: string
  machineId: string | null
  productUuid: string | null
  enrolledAt: string
  rotatedAt: string | null
  revokedAt: string | null
  revokedBy: string | null
  clone: Clone | null
}

/** What tells that a second machine uses the key. */
export interface Clone {
  since: string
  /** Of the second machine. */
  bootIds: string[]
  hostname: string | null
  machineId: string | null
}

const selectAgents = (db: Database) => db.selectFrom('agents').selectAll('agents')

type AgentRow = Awaited<ReturnType<ReturnType<typeof selectAgents>['execute']>>[number]

const toAgent = (row: AgentRow): Agent => ({
  id: row.id,
  server: row.server_id,
  keyHash: row.key_hash,
  previousKeyHash: row.previous_key_hash,
  keyPrefix: row.key_prefix,
  machineId: row.machine_id,
  productUuid: row.product_uuid,
  enrolledAt: row.enrolled_at,
  rotatedAt: row.rotated_at,
  revokedAt: row.revoked_at,
  revokedBy: row.revoked_by,
  clone: row.clone === null ? null : (JSON.parse(row.clone) as Clone),
})

/** The agent whose key, or whose key before the last rotation, has this hash. */
export async function findAgentByKey(db: Database, hash: string): Promise<Agent | undefined> {
  const row = await selectAgents(db)
    .where((eb) => eb.or([eb('key_hash', '=', hash), eb('previous_key_hash', '=', hash)]))
    .executeTakeFirst()
  return row && toAgent(row)
}

export async function findAgentOf(db: Database, server: string): Promise<Agent | undefined> {
  const row = await selectAgents(db).where('server_id', '=', server).executeTakeFirst()
  return row && toAgent(row)
}

export async function agentsOfMachine(db: Database, machineId: string): Promise<Agent[]> {
  return (await selectAgents(db).where('machine_id', '=', machineId).orderBy('id').execute()).map(toAgent)
}

/** Agents by the id of their server. */
export async function listAgents(
  db: Database,
  visible: readonly string[] | undefined,
  page: { after?: string | undefined; limit: number },
): Promise<Agent[]> {
  let query = selectAgents(db).orderBy('server_id').limit(page.limit)
  if (page.after !== undefined) query = query.where('server_id', '>', page.after)
  if (visible !== undefined)
    query =
      visible.length === 0 ? query.where((eb) => eb.lit(false)) : query.where('server_id', 'in', visible)
  return (await query.execute()).map(toAgent)
}

export const forgetPreviousKey = (db: Database, id: number) =>
  db.updateTable('agents').set({ previous_key_hash: null }).where('id', '=', id).execute()

export const saveClone = (db: Database, id: number, clone: Clone | null) =>
  db
    .updateTable('agents')
    .set({ clone: clone === null ? null : JSON.stringify(clone as unknown as JsonObject) })
    .where('id', '=', id)
    .execute()
