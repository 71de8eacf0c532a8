import { bulkUpdate } from '#database/bulk.ts'
import type { Context } from '#features/context.ts'
import { textsIn } from '#features/inventory/device-state-queries.ts'
import { nameColumns } from '#features/servers/edit-server-queries.ts'
import type { ToldMachine } from '#features/servers/agent-record.ts'
import { ownAddress } from '#features/servers/own-address.ts'
import type { JsonObject } from '#kernel/json.ts'

type Part = Pick<Context, 'db' | 'engine' | 'clock'>

const columns = {
  hostname: 'hostname',
  ip_address: 'ip_address',
  os_distribution: 'os_distribution',
  os_version: 'os_version',
  kernel_version: 'kernel_version',
  architecture: 'architecture',
} as const
type Column = keyof typeof columns

/**
 * Writes what machines tell of themselves into their servers, where it differs; what is not told stays. Gives what
 * people said of these servers, and which of them changed; servers that are gone are left out.
 */
export async function saveMachines(
  { db, engine, clock }: Part,
  facts: ReadonlyMap<string, JsonObject>,
): Promise<{ machines: ToldMachine[]; changed: string[] }> {
  const rows = await db
    .selectFrom('servers')
    .select(['id', 'display_name', 'machine_type', 'hostname', 'ip_address', 'os_distribution'])
    .select(['os_version', 'kernel_version', 'architecture'])
    .where(textsIn(engine, 'id', [...facts.keys()]))
    .execute()
  const changed = rows.flatMap((row) => {
    const machine = facts.get(row.id)!
    const address = ownAddress(machine)
    const told = address === undefined ? machine : { ...machine, ip_address: address }
    const next = Object.fromEntries(
      (Object.keys(columns) as Column[]).map((name) => [name, textIn(told, name) ?? row[name]]),
    ) as Record<Column, string | null> & { hostname: string }
    if ((Object.keys(columns) as Column[]).every((name) => next[name] === row[name])) return []
    const names = nameColumns({ ...row, hostname: next.hostname }, [next.ip_address, next.os_distribution])
    return [{ id: row.id, ...next, ...names, updated_at: clock.now() }]
  })
  if (changed.length > 0)
    await db
      .transaction()
      .execute((transaction) => bulkUpdate(transaction, engine, 'servers', ['id'], changed))
  return {
    machines: rows.map((row) => ({
      id: row.id,
      machineType: row.machine_type === 'workstation' ? 'workstation' : 'server',
      facts: facts.get(row.id)!,
    })),
    changed: changed.map(({ id }) => id),
  }
}

function textIn(facts: JsonObject, name: string): string | undefined {
  const value = facts[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}
