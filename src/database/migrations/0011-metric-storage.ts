import type { Migration } from '#database/migration.ts'

export const metricStorage: Migration = { up: () => [], down: () => [] }
