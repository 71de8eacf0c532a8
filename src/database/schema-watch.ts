import type { Generated } from 'kysely'

/** Who does something of which there may be only one, such as watching. */
export interface LeasesTable {
  name: string
  /** The node. */
  holder: string
  /** Higher at each turn: whoever writes with a lower one was replaced. */
  token: number
  /** When the holder was last known to be at work. */
  alive_at: string
}

/** Many servers that went missing together, so that this machine or its network is suspected first. */
export interface StatusIncidentsTable {
  id: Generated<number>
  kind: string
  message: string
  servers: number
  began_at: string
  ended_at: string | null
}

export interface StatusChangesTable {
  id: Generated<number>
  server_id: string
  at: string
  status: string
  condition: string | null
  /** A sentence for people. */
  cause: string
  incident_id: number | null
}

/** A time in which nobody listened: it tells nothing of any server. */
export interface WatchGapsTable {
  id: Generated<number>
  from_at: string
  until_at: string
  cause: string
}

/** When some servers are left in peace: once, or by a pattern. */
export interface MaintenanceWindowsTable {
  id: Generated<number>
  name: string
  /** A query over devices; null where the servers are named. */
  q: string | null
  /** JSON list. */
  server_ids: string
  starts_at: string | null
  ends_at: string | null
  cron: string | null
  duration_minutes: number | null
  time_zone: string | null
  created_by: string
  created_at: string
  updated_at: string
  version: Generated<number>
}

/** Who watches, what became of servers, and when they are left in peace. */
export interface WatchSchema {
  leases: LeasesTable
  status_incidents: StatusIncidentsTable
  status_changes: StatusChangesTable
  watch_gaps: WatchGapsTable
  maintenance_windows: MaintenanceWindowsTable
}
