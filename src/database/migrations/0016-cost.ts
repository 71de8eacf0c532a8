import type { Migration } from '#database/migration.ts'

export const cost: Migration = { up: () => [], down: () => [] }
