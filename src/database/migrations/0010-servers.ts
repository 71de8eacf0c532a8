import type { Migration } from '#database/migration.ts'

export const servers: Migration = { up: () => [], down: () => [] }
