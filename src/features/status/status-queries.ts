import type { Selectable } from 'kysely'
import { bulkInsert, bulkUpdate } from '#database/bulk.ts'
import type { Engine } from '#database/migration.ts'
import type { Database, Transaction } from '#database/schema.ts'
import type { ServersTable } from '#database/schema-servers.ts'
import type { StatusChangesTable, WatchGapsTable } from '#database/schema-watch.ts'
import type { Context } from '#features/context.ts'
import { textsIn } from '#features/inventory/device-state-queries.ts'

/** What status needs of a server. */
export type ServerRow = Pick<
  Selectable<ServersTable>,
  | 'id'
  | 'hostname'
  | 'display_name'
  | 'device_id'
  | 'machine_type'
  | 'interval_seconds'
  | 'paused_at'
  | 'status'
  | 'condition'
  | 'status_since'
  | 'created_at'
  | 'last_seen'
  | 'last_received_at'
  | 'told'
>

const columns = [
  'id',
  'hostname',
  'display_name',
  'device_id',
  'machine_type',
  'interval_seconds',
  'paused_at',
  'status',
  'condition',
  'status_since',
  'created_at',
  'last_seen',
  'last_received_at',
  'told',
] as const

/** All servers, or those of these ids that are still there. */
export async function loadServers(
  { db, engine }: Pick<Context, 'db' | 'engine'>,
  ids?: readonly string[],
): Promise<ServerRow[]> {
  const all = db.selectFrom('servers').select(columns)
  return (ids === undefined ? all : all.where(textsIn(engine, 'servers.id', ids))).execute()
}

/** A server's status and condition; it is also when it was last heard. */
export interface StatusRow {
  id: string
  status: string
  condition: string | null
  status_since: string
  last_seen: string | null
  last_received_at: string | null
}

export type ChangeRow = Omit<StatusChangesTable, 'id'>

/** What became of servers, in as few statements as there are kinds of rows. */
export async function writeStatuses(
  transaction: Transaction,
  engine: Engine,
  statuses: readonly StatusRow[],
  changes: readonly ChangeRow[],
): Promise<void> {
  await bulkUpdate(transaction, engine, 'servers', ['id'], statuses)
  // A server that was removed meanwhile has no history any more.
  const there = await presentServers(
    transaction,
    engine,
    changes.map(({ server_id }) => server_id),
  )
  await bulkInsert(
    transaction,
    engine,
    'status_changes',
    changes.filter(({ server_id }) => there.has(server_id)),
  )
}

async function presentServers(
  transaction: Transaction,
  engine: Engine,
  ids: readonly string[],
): Promise<Set<string>> {
  if (ids.length === 0) return new Set()
  const rows = await transaction
    .selectFrom('servers')
    .select('id')
    .where(textsIn(engine, 'servers.id', ids))
    .execute()
  return new Set(rows.map(({ id }) => id))
}

/** When servers were last heard; those that were removed are passed over. */
export const writeLastHeard = (
  transaction: Transaction,
  engine: Engine,
  rows: readonly { id: string; last_seen: string; last_received_at: string; clock_skew_ms: number | null }[],
): Promise<number> => bulkUpdate(transaction, engine, 'servers', ['id'], rows)

/** What servers say of themselves beside numbers. */
export const writeTold = (
  transaction: Transaction,
  engine: Engine,
  rows: readonly { id: string; told: string; agent_version: string | null; boot_id: string | null }[],
): Promise<number> => bulkUpdate(transaction, engine, 'servers', ['id'], rows)

export const insertGap = (transaction: Transaction, gap: Omit<WatchGapsTable, 'id'>) =>
  transaction.insertInto('watch_gaps').values(gap).execute()

/** Notes that many went missing at once; its id. */
export async function beginIncident(
  transaction: Transaction,
  incident: { kind: string; message: string; servers: number; began_at: string },
): Promise<number> {
  const { id } = await transaction
    .insertInto('status_incidents')
    .values({ ...incident, ended_at: null })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

export const updateIncident = (
  transaction: Transaction,
  id: number,
  set: { servers?: number; ended_at?: string },
) => transaction.updateTable('status_incidents').set(set).where('id', '=', id).execute()

/** The one that has not ended, of a node that watched before. */
export const openIncident = (db: Database) =>
  db
    .selectFrom('status_incidents')
    .select(['id', 'servers'])
    .where('ended_at', 'is', null)
    .orderBy('id', 'desc')
    .executeTakeFirst()

/** Who is missing since an incident. */
export async function missingIn(db: Database, incident: number): Promise<string[]> {
  const rows = await db
    .selectFrom('status_changes')
    .innerJoin('servers', 'servers.id', 'status_changes.server_id')
    .select('servers.id')
    .distinct()
    .where('incident_id', '=', incident)
    .where('servers.status', '!=', 'online')
    .execute()
  return rows.map(({ id }) => id)
}
