import type { Database } from '#database/schema.ts'
import type { Engine } from '#database/migration.ts'
import { keptNewest, keptRevisions, type ConfigOrigin } from '#features/configs/config-queries.ts'
import type { KeptConfigs } from '#sources/source.ts'

/** What is kept of a source's configurations, for the source to ask while it is read. */
export const keptConfigs = (db: Database, engine: Engine, origin: ConfigOrigin): KeptConfigs => ({
  newest: (deviceSourceIds) => keptNewest(db, engine, origin, deviceSourceIds),
  revisions: async (revisions) =>
    new Set((await keptRevisions(db, engine, origin, revisions)).map(({ revision }) => revision)),
})
