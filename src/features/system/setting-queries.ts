import type { Database } from '#database/schema.ts'
import type { SettingRow } from '#features/system/runtime-settings.ts'
import { runtimeSettings } from '#features/system/runtime-settings.ts'

/** What was set at runtime; rows of settings that this release does not know are left out. */
export async function findSettings(db: Database): Promise<SettingRow[]> {
  const rows = await db
    .selectFrom('system_settings')
    .select(['key', 'value', 'updated_at', 'updated_by'])
    .where(
      'key',
      'in',
      runtimeSettings.map(({ key }) => key),
    )
    .orderBy('key')
    .execute()
  return rows.map((row) => ({
    key: row.key,
    value: row.value,
    updatedAt: row.updated_at,
    updatedBy: row.updated_by,
  }))
}

/** Sets a value, new or in the place of one. */
export async function saveSetting(db: Database, row: SettingRow, description: string): Promise<void> {
  const set = {
    value: row.value,
    description,
    updated_at: row.updatedAt,
    updated_by: row.updatedBy,
  }
  await db
    .insertInto('system_settings')
    .values({ key: row.key, ...set })
    .onConflict((conflict) => conflict.column('key').doUpdateSet(set))
    .execute()
}

/** Takes a value back; false when none was set. */
export async function deleteSetting(db: Database, key: string): Promise<boolean> {
  const result = await db.deleteFrom('system_settings').where('key', '=', key).executeTakeFirst()
  return result.numDeletedRows > 0n
}
