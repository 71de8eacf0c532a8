import type { Migration } from '#database/migration.ts'

export const checks: Migration = { up: () => [], down: () => [] }
