import type { Setting as Shape } from '#features/system/setting-operations.ts'
import { labelOf, type Schema } from '../sources/setting-fields.ts'

/** Something about how Rollcall behaves that takes effect without a restart. */
export type Setting = Omit<Shape, 'schema'> & { schema: Schema }

/** `sync.missingShare` as people read it: `Missing share`. */
export const settingLabel = (key: string): string => labelOf(key.slice(key.lastIndexOf('.') + 1))

/** What the key's first word stands for. */
export const groupLabel = (key: string): string => labelOf(key.split('.')[0]!)
