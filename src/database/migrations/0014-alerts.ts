import type { Migration } from '#database/migration.ts'

export const alerts: Migration = { up: () => [], down: () => [] }
