import type { Database } from '#database/schema.ts'
import type { Timestamp } from '#kernel/clock.ts'

/** A source as its row holds it; settings are JSON text with sealed secrets. */
export interface SourceRow {
  name: string
  type: string
  settings: string
  schedule: string | null
  enabled: boolean
  updatedAt: Timestamp
  version: number
}

/** Every source kept in the database. */
export async function findSourceRows(db: Database): Promise<SourceRow[]> {
  const rows = await db.selectFrom('sources').selectAll().orderBy('name').execute()
  return rows.map((row) => ({
    name: row.name,
    type: row.type,
    settings: row.settings,
    schedule: row.schedule,
    enabled: Boolean(row.enabled),
    updatedAt: row.updated_at,
    version: row.version,
  }))
}

/** Adds a source. A name that is there already is a unique violation. */
export async function insertSource(
  db: Database,
  now: Timestamp,
  row: Omit<SourceRow, 'updatedAt' | 'version'>,
): Promise<void> {
  await db
    .insertInto('sources')
    .values({ ...row, created_at: now, updated_at: now, version: 1 })
    .execute()
}

/** Changes a source that is still at the given version; false when it is not. */
export async function updateSource(
  db: Database,
  now: Timestamp,
  { name, version }: Pick<SourceRow, 'name' | 'version'>,
  change: Pick<SourceRow, 'settings' | 'schedule' | 'enabled'>,
): Promise<boolean> {
  const result = await db
    .updateTable('sources')
    .set({ ...change, updated_at: now, version: version + 1 })
    .where('name', '=', name)
    .where('version', '=', version)
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}

/** Removes a source that is still at the given version; false when it is not. */
export async function deleteSource(
  db: Database,
  { name, version }: Pick<SourceRow, 'name' | 'version'>,
): Promise<boolean> {
  const result = await db
    .deleteFrom('sources')
    .where('name', '=', name)
    .where('version', '=', version)
    .executeTakeFirst()
  return result.numDeletedRows > 0n
}

/** How a source's records and runs are found: the word of its system and its name. */
export interface SourceKey {
  system: string
  name: string
}

export const keyText = ({ system, name }: SourceKey): string => `${system}/${name}`

/** How many records each of the sources holds now. Both counts are answered by an index alone. */
export async function countRecords(db: Database, keys: readonly SourceKey[]): Promise<Map<string, number>> {
  if (keys.length === 0) return new Map()
  const counted = db
    .selectFrom('source_records')
    .select(['source_system', 'source_identifier', (eb) => eb.fn.countAll().as('count')])
    .where('source_system', 'in', [...new Set(keys.map(({ system }) => system))])
    .where('source_identifier', 'in', [...new Set(keys.map(({ name }) => name))])
    .groupBy(['source_system', 'source_identifier'])
  const [all, away] = await Promise.all([
    counted.execute(),
    counted.where('last_run_id', 'is not', null).execute(),
  ])
  const counts = new Map<string, number>()
  const add = (rows: typeof all, sign: 1 | -1) => {
    for (const row of rows) {
      const key = keyText({ system: row.source_system, name: row.source_identifier })
      counts.set(key, (counts.get(key) ?? 0) + sign * Number(row.count))
    }
  }
  add(all, 1)
  add(away, -1)
  return counts
}
