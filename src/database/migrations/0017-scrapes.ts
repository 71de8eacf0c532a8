import type { Migration } from '#database/migration.ts'

export const scrapes: Migration = { up: () => [], down: () => [] }
