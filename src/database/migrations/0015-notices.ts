import type { Migration } from '#database/migration.ts'

export const notices: Migration = { up: () => [], down: () => [] }
