import type { Generated } from 'kysely'

export interface ChecksTable {
  id: Generated<number>
  name: string
  kind: string
  /** The check of many devices that this one belongs to. */
  parent_id: number | null
  device_id: number | null
  /** An address, a name or a URL; null where it is the device's. */
  target: string | null
  /** A query over devices, each of which gets a check of its own below this one. */
  q: string | null
  /** JSON by kind, secrets sealed. */
  settings: string
  interval_seconds: number
  timeout_ms: number
  retries: number
  severity: string
  paused_at: string | null
  state: Generated<string>
  state_since: string
  message: Generated<string>
  created_by: string
  created_at: string
  updated_at: string
  version: Generated<number>
}

export interface CheckChangesTable {
  id: Generated<number>
  check_id: number
  at: string
  state: string
  message: string
}

/** Checks without an agent. */
export interface ChecksSchema {
  checks: ChecksTable
  check_changes: CheckChangesTable
}
