import type { Engine } from '#database/migration.ts'
import type { Transaction } from '#database/schema.ts'

/** What people set of a server; what is left out stays. */
export interface ServerEdit {
  hostname?: string | undefined
  displayName?: string | null | undefined
  tdpWatts?: number | null | undefined
  machineType?: 'server' | 'workstation' | undefined
  intervalSeconds?: number | null | undefined
}

interface Names {
  id: string
  hostname: string
  display_name: string | null
}

/** What servers are ordered by and looked for in. */
export const nameColumns = (
  { id, hostname, display_name }: Names,
  others: readonly (string | null)[] = [],
) => ({
  name_sort: (display_name ?? hostname).toLowerCase(),
  search_text: [id, hostname, display_name, ...others]
    .filter((each) => each !== null)
    .join(' ')
    .toLowerCase()
    .slice(0, 2_000),
})

/** The row, which nobody else changes until the transaction is over. */
export const lockServer = (transaction: Transaction, engine: Engine, id: string) =>
  transaction
    .selectFrom('servers')
    .selectAll()
    .where('id', '=', id)
    .$if(engine === 'postgres', (query) => query.forUpdate())
    .executeTakeFirst()

export async function insertServer(
  transaction: Transaction,
  server: { id: string; hostname: string; tags?: readonly string[] | undefined } & ServerEdit,
  now: string,
): Promise<void> {
  const names = { id: server.id, hostname: server.hostname, display_name: server.displayName ?? null }
  await transaction
    .insertInto('servers')
    .values({
      ...names,
      ...nameColumns(names),
      status: 'unknown',
      condition: 'never_seen',
      status_since: now,
      machine_type: server.machineType ?? 'server',
      tdp_watts: server.tdpWatts ?? null,
      interval_seconds: server.intervalSeconds ?? null,
      tags: server.tags && server.tags.length > 0 ? JSON.stringify(server.tags) : null,
      created_at: now,
      updated_at: now,
    })
    .execute()
  await transaction.deleteFrom('removed_servers').where('id', '=', server.id).execute()
}

export async function writeServer(
  transaction: Transaction,
  row: Names & { version: number; ip_address: string | null },
  edit: ServerEdit & { deviceId?: number | null | undefined; deviceSetBy?: string | null | undefined },
  now: string,
): Promise<void> {
  const names = {
    id: row.id,
    hostname: edit.hostname ?? row.hostname,
    display_name: edit.displayName === undefined ? row.display_name : edit.displayName,
  }
  await transaction
    .updateTable('servers')
    .set({
      hostname: names.hostname,
      display_name: names.display_name,
      ...nameColumns(names, [row.ip_address]),
      ...(edit.tdpWatts === undefined ? {} : { tdp_watts: edit.tdpWatts }),
      ...(edit.machineType === undefined ? {} : { machine_type: edit.machineType }),
      ...(edit.intervalSeconds === undefined ? {} : { interval_seconds: edit.intervalSeconds }),
      ...(edit.deviceId === undefined
        ? {}
        : { device_id: edit.deviceId, device_set_by: edit.deviceSetBy ?? null }),
      updated_at: now,
      version: row.version + 1,
    })
    .where('id', '=', row.id)
    .execute()
}

export const setPaused = (
  transaction: Transaction,
  row: { id: string; version: number },
  pausedAt: string | null,
  now: string,
) =>
  transaction
    .updateTable('servers')
    .set({ paused_at: pausedAt, updated_at: now, version: row.version + 1 })
    .where('id', '=', row.id)
    .execute()

/** With its agent and what hangs on it; whoever still sends for it does not bring it back. */
export async function removeServer(
  transaction: Transaction,
  id: string,
  by: string,
  now: string,
): Promise<void> {
  await transaction.deleteFrom('servers').where('id', '=', id).execute()
  await transaction
    .insertInto('removed_servers')
    .values({ id, removed_at: now, removed_by: by })
    .onConflict((conflict) => conflict.column('id').doUpdateSet({ removed_at: now, removed_by: by }))
    .execute()
}
