import type { z } from 'zod'
import type { Config } from '#config.ts'
import { configSchema } from '#config-schema.ts'
import type { Json } from '#kernel/json.ts'
import { schemaAt } from '#kernel/schema-fields.ts'

/** A setting of the configuration that may change while Rollcall runs. */
export interface RuntimeSetting {
  /** As in the configuration: `sync.missingShare`. */
  key: string
  description: string
}

/** A setting as `system_settings` keeps it; the value is JSON text. */
export interface SettingRow {
  key: string
  value: string
  updatedAt: string
  updatedBy: string
}

const descriptions: Record<string, string> = {
  'backup.enabled': 'Back up the database by schedule.',
  'backup.keep': 'How many scheduled backups stay.',
  'backup.schedule': 'When the database is backed up.',
  'log.level': 'How much the log tells.',
  'retention.configDays': 'Configurations of devices younger than so many days stay.',
  'retention.configVersions': 'Of each device, the newest so many configurations stay.',
  'retention.historyDays': 'How many days the history of changes is kept.',
  'retention.staleDays':
    'A device becomes inactive when its source has read on so many days without seeing it.',
  'sync.batchSize': 'Records written in one transaction.',
  'sync.lastSeenMinutes': 'How far the time something was last seen may lag behind.',
  'sync.missingCount': 'So many records may go missing at once without asking a person.',
  'sync.missingShare': 'Such a share of records may go missing at once without asking a person.',
  'sync.volatileMinutes': 'Facts that change at every reading are refreshed at most this often.',
}

/** Every setting that may change while Rollcall runs, in the order of their keys. */
export const runtimeSettings: readonly RuntimeSetting[] = Object.entries(descriptions).map(
  ([key, description]) => ({ key, description }),
)

/** The sections of the configuration that hold one. */
export const runtimeSections = [
  ...new Set(runtimeSettings.map(({ key }) => sectionOf(key))),
] as readonly (keyof Config)[]

function sectionOf(key: string): string {
  return key.split('.')[0]!
}

/** What the configuration allows at this place. */
export const schemaOf = (key: string): z.ZodType => schemaAt(configSchema, key.split('.'))!

/** What holds where nobody says anything. */
export const defaultOf = (key: string): Json => schemaOf(key).parse(undefined) as Json

/** The value of a setting in a configuration. */
export const valueIn = (config: Config, key: string): Json =>
  key.split('.').reduce<unknown>((at, part) => (at as Record<string, unknown>)[part], config) as Json

/** The value of a row, where it still is one that the configuration allows. */
export function storedValue({ key, value }: Pick<SettingRow, 'key' | 'value'>): Json | undefined {
  const checked = schemaOf(key).safeParse(JSON.parse(value))
  return checked.success ? (checked.data as Json) : undefined
}

/** The configuration with what was set at runtime in the place of defaults; file and environment win over it. */
export function effectiveConfig(config: Config, rows: readonly Pick<SettingRow, 'key' | 'value'>[]): Config {
  const stored = new Map(rows.map((row) => [row.key, row]))
  const sections: Record<string, Record<string, unknown>> = {}
  for (const { key } of runtimeSettings) {
    const row = stored.get(key)
    const value = row && config.origin(key) === 'default' ? storedValue(row) : undefined
    if (value === undefined) continue
    const [section, name] = key.split('.') as [keyof Config, string]
    sections[section] ??= { ...(config[section] as unknown as Record<string, unknown>) }
    sections[section][name] = value
  }
  return Object.freeze({ ...config, ...sections })
}
