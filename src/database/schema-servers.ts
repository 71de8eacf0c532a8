import type { Generated } from 'kysely'

export interface ServersTable {
  id: string
  hostname: string
  display_name: string | null
  ip_address: string | null
  status: Generated<string>
  condition: string | null
  os_distribution: string | null
  os_version: string | null
  kernel_version: string | null
  architecture: string | null
  tdp_watts: number | null
  device_id: number | null
  last_seen: string | null
  created_at: string
  updated_at: string
}

/** Servers, their agents and what they say of themselves. */
export interface ServersSchema {
  servers: ServersTable
}
