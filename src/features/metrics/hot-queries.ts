import { bulkUpsert } from '#database/bulk.ts'
import type { Engine } from '#database/migration.ts'
import type { Transaction } from '#database/schema.ts'
import { serversThatExist } from '#features/metrics/chunk-queries.ts'
import type { Timestamp } from '#kernel/clock.ts'
import { toTimestamp } from '#kernel/clock.ts'
import { coreMetrics, type CoreMetric } from '#model/sample.ts'

/** A reading for the table `metrics`. */
export interface HotRow {
  server: string
  at: number
  core: readonly (number | null)[]
}

const whole = new Set<CoreMetric>([
  'memory_total_mb',
  'memory_used_mb',
  'network_rx_bytes',
  'network_tx_bytes',
  'uptime_seconds',
])

/**
 * Writes rows, server by server so that those of one lie together; what is there stays, and what it lacks is filled. Of
 * one time the last has all that those before it have. Gives servers that are gone.
 */
export async function saveRows(
  transaction: Transaction,
  engine: Engine,
  rows: readonly HotRow[],
): Promise<string[]> {
  const servers = [...new Set(rows.map(({ server }) => server))]
  const exist = await serversThatExist(transaction, engine, servers)
  const last = new Map(rows.map((row) => [`${row.at} ${row.server}`, row]))
  const kept = [...last.values()]
    .filter(({ server }) => exist.has(server))
    .toSorted((one, other) =>
      one.server === other.server ? one.at - other.at : one.server < other.server ? -1 : 1,
    )
  await bulkUpsert(transaction, engine, 'metrics', ['server_id', 'timestamp'], kept.map(asRow), {
    fill: true,
  })
  return servers.filter((server) => !exist.has(server))
}

function asRow({ server, at, core }: HotRow) {
  const values = coreMetrics.map((name, index) => {
    const value = core[index] ?? null
    return [name, value === null ? null : fitting(name, value)] as const
  })
  return {
    server_id: server,
    timestamp: toTimestamp(at),
    ...(Object.fromEntries(values) as Record<CoreMetric, number | null>),
  }
}

/** Null for what its column cannot hold. */
function fitting(name: CoreMetric, value: number): number | null {
  if (!whole.has(name)) return Number.isFinite(value) ? value : null
  const rounded = Math.round(value)
  return Number.isSafeInteger(rounded) ? rounded : null
}

/** Deletes some of the rows before a time, the oldest first; gives how many. */
export async function deleteOldRows(
  transaction: Transaction,
  before: Timestamp,
  limit: number,
): Promise<number> {
  const { numDeletedRows } = await transaction
    .deleteFrom('metrics')
    .where('id', 'in', ({ selectFrom }) =>
      selectFrom('metrics').select('id').where('timestamp', '<', before).orderBy('timestamp').limit(limit),
    )
    .executeTakeFirst()
  return Number(numDeletedRows)
}
