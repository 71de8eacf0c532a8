import { labelOf, type Schema } from '../sources/setting-fields.ts'

/** Something about how Rollcall behaves that takes effect without a restart. */
export interface Setting {
  key: string
  value: unknown
  default: unknown
  description: string
  /** JSON Schema of the value. */
  schema: Schema
  isDefault: boolean
}

/** `sync.missingShare` as people read it: `Sync: missing share`. */
export function settingLabel(key: string): string {
  const words = key.split('.').map(labelOf)
  return [words[0], ...words.slice(1).map((word) => word.charAt(0).toLowerCase() + word.slice(1))].join(': ')
}
