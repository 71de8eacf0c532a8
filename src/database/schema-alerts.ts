import type { Generated } from 'kysely'
import type { Flag, JsonText } from '#database/schema.ts'

export interface EscalationPoliciesTable {
  id: Generated<number>
  name: string
  is_default: Flag
  steps: JsonText
  updated_at: string
  version: Generated<number>
}

export interface AlertRulesTable {
  id: Generated<number>
  name: string
  description: string | null
  enabled: Flag
  /** `default` for those that Rollcall comes with. */
  origin: string
  /** What the query asks about: `device`, or `server` for those without a device too. */
  subject: Generated<string>
  /** Empty for all servers and checks. */
  query: string
  condition: JsonText
  /** Thresholds by severity. */
  levels: JsonText
  /** Where it is over again; null for a little short of the threshold. */
  clear_at: number | null
  for_seconds: number
  clear_for_seconds: number
  policy_id: number | null
  created_by: string
  created_at: string
  updated_at: string
  version: Generated<number>
}

/** Rules that Rollcall came with once: who deletes one is not given it again. */
export interface AlertSeedsTable {
  seed: string
  seeded_at: string
}

export interface AlertsTable {
  id: Generated<number>
  /** Rule, subject and part, or a cause: the same thing has the same one at any time. */
  fingerprint: string
  rule_id: number | null
  rule_name: string
  /** What kind of condition: metric, offline, check, cause. */
  kind: string
  subject: string
  part: string
  subject_name: string
  server_id: string | null
  device_id: number | null
  severity: string
  state: string
  /** Why nobody is told: paused, maintenance, silence, cause. */
  suppressed_by: string | null
  cause_id: number | null
  /** How many other alerts it is the cause of. */
  affected: Generated<number>
  flapping: Flag
  title: string
  value: number | null
  threshold: number | null
  /** 1 to 3 by severity while it is open, 0 afterwards: what lists are ordered by. */
  importance: number
  started_at: string
  changed_at: string
  resolved_at: string | null
  /** recovered, gone, rule, person. */
  resolution: string | null
  acknowledged_at: string | null
  acknowledged_by: string | null
  told_at: string | null
  told_severity: string | null
  told_channels: JsonText
  /** How many steps of its escalation have been told. */
  told_steps: Generated<number>
  reminders: Generated<number>
}

/** The clocks of what is not as it should be, so that a restart goes on where it was. */
export interface AlertStatesTable {
  rule_id: number
  subject: string
  part: string
  alert_id: number | null
  cell: JsonText
  saved_at: string
}

export interface AlertEventsTable {
  id: Generated<number>
  alert_id: number
  at: string
  kind: string
  actor: string | null
  message: string
}

export interface SilencesTable {
  id: Generated<number>
  /** What the query asks about, as of rules. */
  subject: Generated<string>
  query: string | null
  rule_id: number | null
  alert_id: number | null
  until: string
  reason: string
  created_by: string
  created_at: string
}

export interface ExpectedServicesTable {
  server_id: string
  service: string
  created_by: string
  created_at: string
}

/** Alert rules, alerts and silences. */
export interface AlertsSchema {
  escalation_policies: EscalationPoliciesTable
  alert_rules: AlertRulesTable
  alert_seeds: AlertSeedsTable
  alerts: AlertsTable
  alert_states: AlertStatesTable
  alert_events: AlertEventsTable
  silences: SilencesTable
  expected_services: ExpectedServicesTable
}
