import type { Migration } from '#database/migration.ts'

export const status: Migration = { up: () => [], down: () => [] }
