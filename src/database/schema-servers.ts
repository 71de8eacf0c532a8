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
  /** `server` or `workstation`: the latter may sleep. */
  machine_type: Generated<string>
  /** Seconds between heartbeats as a person set it; null as the agent says. */
  interval_seconds: number | null
  paused_at: string | null
  agent_version: string | null
  boot_id: string | null
  /** How far the agent's clock is behind ours; negative when it is ahead. */
  clock_skew_ms: number | null
  /** JSON of Told, without facts. */
  told: string | null
  status_since: string | null
  last_received_at: string | null
  version: Generated<number>
  /** Who linked it to its device by hand. */
  device_set_by: string | null
  /** What it is called, in small letters. */
  name_sort: Generated<string>
  /** What free words are looked for in. */
  search_text: Generated<string>
  /** JSON list of the tags that its device gets once it is known. */
  tags: string | null
}

export interface RemovedServersTable {
  id: string
  removed_at: string
  removed_by: string
}

export interface AgentInvitesTable {
  id: Generated<number>
  hash: string
  prefix: string
  description: string | null
  uses_left: number
  used: Generated<number>
  machine_type: Generated<string>
  /** JSON list of names. */
  tags: string
  created_by: string
  created_at: string
  expires_at: string
  revoked_at: string | null
}

export interface AgentsTable {
  id: Generated<number>
  server_id: string
  key_hash: string
  /** Works until the new key is used for the first time. */
  previous_key_hash: string | null
  key_prefix: string
  machine_id: string | null
  product_uuid: string | null
  invite_id: number | null
  enrolled_at: string
  rotated_at: string | null
  revoked_at: string | null
  revoked_by: string | null
  /** JSON of what tells that two machines use the key. */
  clone: string | null
}

/** Servers, their agents and what they say of themselves. */
export interface ServersSchema {
  servers: ServersTable
  removed_servers: RemovedServersTable
  agent_invites: AgentInvitesTable
  agents: AgentsTable
}
