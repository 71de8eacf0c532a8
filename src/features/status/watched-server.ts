import type { WatchedServer } from '#features/monitoring/watch.ts'
import type { LifeState } from '#features/status/liveness.ts'
import type { ServerRow } from '#features/status/status-queries.ts'
import { toMilliseconds } from '#kernel/clock.ts'
import type { Told } from '#model/sample.ts'

/** Seconds between heartbeats where neither the agent nor a person said any. */
export const usualInterval = 60

/** What a person set comes before what the agent says. */
export const intervalOf = (row: Pick<ServerRow, 'interval_seconds'>, told: Told): number =>
  row.interval_seconds ?? told.interval ?? usualInterval

/** A server as it lies in the database. */
export function toWatched(row: ServerRow): WatchedServer {
  const told = JSON.parse(row.told ?? '{}') as Told
  return {
    id: row.id,
    name: row.display_name ?? row.hostname,
    deviceId: row.device_id,
    machineType: row.machine_type === 'workstation' ? 'workstation' : 'server',
    status: row.status as WatchedServer['status'],
    condition: row.condition as WatchedServer['condition'],
    since: toMilliseconds(row.status_since ?? row.created_at),
    interval: intervalOf(row, told),
    isPaused: row.paused_at !== null,
    isInMaintenance: row.condition === 'maintenance',
    lastReceived: lastHeardOf(row),
    told,
  }
}

/** When it was heard, as far as that was written. */
export function lastHeardOf({ last_received_at, last_seen }: ServerRow): number | undefined {
  const at = last_received_at ?? last_seen
  return at === null ? undefined : toMilliseconds(at)
}

/** What a server is called by its state of life; a paused one keeps its status. */
export function statusOf(
  server: Pick<WatchedServer, 'status' | 'isPaused' | 'isInMaintenance' | 'machineType'>,
  life: LifeState,
): Pick<WatchedServer, 'status' | 'condition'> {
  const isWorkstation = server.machineType === 'workstation'
  if (server.isPaused) return { status: server.status, condition: 'paused' }
  const status =
    life === 'alive' || life === 'stale'
      ? 'online'
      : life === 'gone' && !isWorkstation
        ? 'offline'
        : ('unknown' as const)
  if (life === 'never') return { status, condition: 'never_seen' }
  if (server.isInMaintenance) return { status, condition: 'maintenance' }
  if (life === 'gone' && isWorkstation) return { status, condition: 'asleep' }
  return { status, condition: life === 'stale' || life === 'held' ? 'stale' : null }
}
