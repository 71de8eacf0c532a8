import type { Database } from '#database/schema.ts'
import type { Lease } from '#features/monitoring/lease.ts'
import { coreMetrics, type CoreMetric, type Entry } from '#model/sample.ts'

/** A reading as it is received on time; every metric that is not given is 1. */
export function reading(
  subject: string,
  at: number,
  metrics: Partial<Record<CoreMetric, number | null>> = {},
  extra?: Readonly<Record<string, number>>,
): Entry {
  const core = coreMetrics.map((name) => (metrics[name] === undefined ? 1 : metrics[name]))
  return { subject, at, received: at, backfill: false, core, ...(extra === undefined ? {} : { extra }) }
}

/** A lease that nobody takes away. */
export const alwaysMine = ({ db }: { db: Database }): Lease => ({
  mine: (work) => db.transaction().execute(work),
  renew: async () => true,
})
