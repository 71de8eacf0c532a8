import type { Engine } from '#database/migration.ts'
import type { Database, Transaction } from '#database/schema.ts'
import type { ToldBy } from '#features/identity/merge-memory.ts'
import { idsIn, textsIn } from '#features/inventory/device-state-queries.ts'

const told = ['server_facts', 'device_configs'] as const

/** Whose facts and configurations devices have: each is of one record of a source. */
export async function toldOf(
  db: Database,
  engine: Engine,
  devices: readonly number[],
): Promise<(ToldBy & { device: number })[]> {
  const lists = await Promise.all(
    told.map((table) =>
      db
        .selectFrom(table)
        .select(['device_id as device', 'source_system as system'])
        .select(['source_identifier as source', 'source_id as sourceId'])
        .distinct()
        .where(idsIn(engine, 'device_id', devices))
        .execute(),
    ),
  )
  const byKey = new Map(lists.flat().map((each) => [JSON.stringify(each), each]))
  return [...byKey.keys()].sort().map((key) => byKey.get(key)!)
}

/** Gives the facts and configurations of some records to another device. */
export async function moveTold(
  transaction: Transaction,
  engine: Engine,
  keys: readonly ToldBy[],
  { from, to }: { from: number; to: number },
): Promise<void> {
  for (const ofSource of Map.groupBy(keys, ({ system, source }) => `${system} ${source}`).values()) {
    const { system, source } = ofSource[0]!
    const ids = ofSource.map(({ sourceId }) => sourceId)
    for (const table of told) {
      await transaction
        .updateTable(table)
        .set({ device_id: to })
        .where('source_system', '=', system)
        .where('source_identifier', '=', source)
        .where(textsIn(engine, 'source_id', ids))
        .where('device_id', '=', from)
        .execute()
    }
  }
}

/** The records' names at their sources. */
export const namesOfRecords = (db: Database, engine: Engine, ids: readonly number[]): Promise<ToldBy[]> =>
  db
    .selectFrom('source_records')
    .select(['source_system as system', 'source_identifier as source', 'source_id as sourceId'])
    .where(idsIn(engine, 'id', ids))
    .execute()
