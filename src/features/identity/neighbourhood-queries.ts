import type { Engine } from '#database/migration.ts'
import type { Database } from '#database/schema.ts'
import { joiningKeys, standsForMachine } from '#features/identity/record-keys.ts'
import type { IdentityRecord } from '#features/identity/partition-records.ts'
import { idsIn, textsIn } from '#features/inventory/device-state-queries.ts'

/** A key on more records than this names nothing: a constant that some maker burnt into every board. */
const crowd = 64

/**
 * The given records and every other that identity may join to them: those that share a key, that share one with
 * these, and so on, and those linked to the same devices. What a person linked stays where it is and is left out.
 */
export async function loadNeighbourhood(
  db: Database,
  engine: Engine,
  seeds: readonly IdentityRecord[],
): Promise<IdentityRecord[]> {
  const known = new Map(seeds.map((each) => [each.id, each]))
  const asked = { keys: new Set<string>(), devices: new Set<number>(), crowded: new Set<string>() }
  let frontier: readonly IdentityRecord[] = seeds
  while (frontier.length > 0) {
    const keys = unasked(
      frontier.flatMap((each) => each.keys),
      asked.keys,
    )
    const devices = unasked(
      frontier.flatMap((each) => each.device ?? []),
      asked.devices,
    )
    const ids = new Set([
      ...(await carriersOf(db, engine, keys, asked.crowded)),
      ...(await linkedTo(db, engine, devices)),
    ])
    frontier = await loadRecords(
      db,
      engine,
      [...ids].filter((id) => !known.has(id)),
    )
    for (const each of frontier) known.set(each.id, each)
  }
  const all = [...known.values()]
  if (asked.crowded.size === 0) return all
  return all.map((each) => ({ ...each, keys: each.keys.filter((key) => !asked.crowded.has(key)) }))
}

/** What was not asked before; it is now. */
function unasked<T>(items: readonly T[], before: Set<T>): T[] {
  const fresh = [...new Set(items)].filter((item) => !before.has(item))
  for (const item of fresh) before.add(item)
  return fresh
}

/** Records that have one of the keys; keys that too many have are noted instead. */
async function carriersOf(
  db: Database,
  engine: Engine,
  keys: readonly string[],
  crowded: Set<string>,
): Promise<number[]> {
  if (keys.length === 0) return []
  const rows = await db
    .selectFrom('record_native_ids')
    .selectAll()
    .where(textsIn(engine, 'native_id', keys))
    .execute()
  if (rows.length <= crowd) return rows.map((row) => row.record_id)
  const byKey = [...Map.groupBy(rows, (row) => row.native_id)]
  for (const [key, carriers] of byKey) if (carriers.length > crowd) crowded.add(key)
  return rows.filter((row) => !crowded.has(row.native_id)).map((row) => row.record_id)
}

async function linkedTo(db: Database, engine: Engine, devices: readonly number[]): Promise<number[]> {
  if (devices.length === 0) return []
  const rows = await db
    .selectFrom('device_links')
    .select('record_id')
    .where(idsIn(engine, 'device_id', devices))
    .where('undone_at', 'is', null)
    .execute()
  return rows.map((row) => row.record_id)
}

/** Records by id with what identity needs of them. */
export async function loadRecords(
  db: Database,
  engine: Engine,
  ids: readonly number[],
): Promise<IdentityRecord[]> {
  if (ids.length === 0) return []
  const rows = await db
    .selectFrom('source_records')
    .leftJoin('device_links', (join) =>
      join.onRef('device_links.record_id', '=', 'source_records.id').on('undone_at', 'is', null),
    )
    .select(['source_records.id', 'kind', 'mac', 'source_system', 'source_identifier', 'source_id'])
    .select(['missing_run_id', 'device_id', 'decided_by'])
    .where(idsIn(engine, 'source_records.id', ids))
    .where('kind', '!=', 'volume')
    .execute()
  const keyRows = await db
    .selectFrom('record_native_ids')
    .selectAll()
    .where(idsIn(engine, 'record_id', ids))
    .execute()
  const keys = Map.groupBy(keyRows, (row) => row.record_id)
  return rows
    .filter((row) => row.decided_by === null || row.decided_by.startsWith('rule:'))
    .map((row) => {
      const kind = row.kind as 'device' | 'sighting'
      return {
        id: row.id,
        kind,
        source: `${row.source_system}/${row.source_identifier}`,
        sourceId: row.source_id,
        isHeld: row.missing_run_id === null,
        keys: joiningKeys(
          kind,
          row.mac,
          (keys.get(row.id) ?? []).map((each) => each.native_id),
        ),
        mayStandAlone: kind === 'device' || standsForMachine(row.mac),
        device: row.device_id ?? undefined,
      }
    })
}
