import type { Migration } from '#database/migration.ts'
import { alerts } from '#database/migrations/watching/alerts.ts'
import { checks } from '#database/migrations/watching/checks.ts'
import { cost } from '#database/migrations/watching/cost.ts'
import { leases } from '#database/migrations/watching/leases.ts'
import { metricStorage } from '#database/migrations/watching/metric-storage.ts'
import { notices } from '#database/migrations/watching/notices.ts'
import { scrapes } from '#database/migrations/watching/scrapes.ts'
import { servers } from '#database/migrations/watching/servers.ts'
import { status } from '#database/migrations/watching/status.ts'

/** In the order in which they are made. */
const parts = [leases, servers, metricStorage, status, checks, alerts, notices, cost, scrapes]

/** Everything that servers are watched with: one step, told by what it is about. */
export const watching: Migration = {
  up: (types) => parts.flatMap((part) => part.up(types)),
  down: (types) => parts.toReversed().flatMap((part) => part.down(types)),
}
