import type { Generated } from 'kysely'

export interface ScrapesTable {
  id: Generated<number>
  name: string
  url: string
  /** Whose page it is, where a person said so; otherwise it is found by the address. */
  server_id: string | null
  /** Whose page it was the last time. */
  found_server_id: string | null
  interval_seconds: number
  timeout_seconds: number
  /** JSON: labels that are added to every series. */
  labels: string
  /** How it is reached, JSON, sealed: certificates and who we are. */
  access: string | null
  paused_at: string | null
  outcome: string | null
  outcome_since: string | null
  message: string | null
  samples: number | null
  created_by: string
  created_at: string
  updated_at: string
  version: Generated<number>
}

export interface IngestSendersTable {
  sender: string
  way: string
  messages: number
  samples: number
  mapped: number
  kept: number
  left_out: number
  refused: number
  servers: number
  /** JSON: how many were left out and refused, by reason. */
  reasons: string
  first_at: string
  last_at: string
}

/** Pages of metrics that are read, and who sends metrics. */
export interface ScrapesSchema {
  scrapes: ScrapesTable
  ingest_senders: IngestSendersTable
}
