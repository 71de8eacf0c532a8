import type { Context } from '#features/context.ts'
import type { WatchedServer } from '#features/monitoring/watch.ts'

/** The servers that a maintenance window covers now. */
export async function serversInMaintenance(
  _context: Context,
  _servers: ReadonlyMap<string, WatchedServer>,
  _signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  return new Set()
}
