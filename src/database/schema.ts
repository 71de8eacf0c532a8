import type { ColumnType, Generated, Kysely, Transaction as KyselyTransaction } from 'kysely'
import type { AlertsSchema } from '#database/schema-alerts.ts'
import type { ChecksSchema } from '#database/schema-checks.ts'
import type { CostSchema } from '#database/schema-cost.ts'
import type { MetricsSchema } from '#database/schema-metrics.ts'
import type { NoticesSchema } from '#database/schema-notices.ts'
import type { ScrapesSchema } from '#database/schema-scrapes.ts'
import type { ServersSchema } from '#database/schema-servers.ts'
import type { WatchSchema } from '#database/schema-watch.ts'

/** JSON as text on both engines; decode it in the mapper. */
export type JsonText = string

/** Written as a boolean; read as 0 or 1 on SQLite and a boolean on PostgreSQL: wrap it in Boolean(). */
export type Flag = ColumnType<boolean | number, boolean, boolean>

export interface DevicesTable {
  id: Generated<number>
  name: string
  device_type: string
  source_system: string
  source_identifier: string
  source_id: string
  status: string
  metadata: JsonText
  first_seen: string
  last_seen: string
  created_at: string
  updated_at: string
  ip_address: string | null
  ip_sort: string
  serial: string | null
  vendor: string | null
  model: string | null
  os: string | null
  driver: string | null
  site: string | null
  rack: string | null
  owner: string | null
  custom: JsonText
  name_sort: string
  search_text: string
  version: number
  merged_into: number | null
  retired_at: string | null
}

export interface DeviceRelationshipsTable {
  id: Generated<number>
  parent_device_id: number
  child_device_id: number
  relationship_type: string
  metadata: JsonText
  source_system: string
  source_identifier: string
  created_at: string
  updated_at: string
}

export interface VmsTable {
  id: Generated<number>
  device_id: number
  instance_uuid: string | null
  guest_os: string | null
  cpu_count: number | null
  memory_mb: number | null
  power_state: string | null
  tools_running: Flag | null
  ip_addresses: JsonText
  disks: JsonText
  snapshots: JsonText
  total_disk_capacity_bytes: number | null
  total_snapshot_size_bytes: number | null
}

export interface NetworkInterfacesTable {
  id: Generated<number>
  device_id: number
  interface_name: string
  mac_address: string | null
  ip_addresses: JsonText
  speed_mbps: number | null
  status: string | null
  interface_type: string | null
  metadata: JsonText
}

export interface DeviceAddressesTable {
  device_id: number
  address: string
  sort_key: string
}

export interface StorageVolumesTable {
  id: Generated<number>
  device_id: number | null
  source_system: string
  source_identifier: string
  source_id: string
  name: string
  volume_type: string | null
  /** The pool or volume that it is cut from. */
  pool_id: number | null
  capacity_bytes: number | null
  used_bytes: number | null
  storage_array: string | null
  raid_level: string | null
  thin_provisioned: Flag | null
  /** `snapshot` or `mirror`: space that is counted elsewhere already. */
  copy_kind: string | null
  status: string
  metadata: JsonText
  created_at: string
  updated_at: string
}

export interface DeviceConfigsTable {
  id: Generated<number>
  device_id: number
  config_hash: string
  version: number
  retrieved_at: string
  source_system: string
  source_identifier: string
  /** The device record it is of; the device's id for what Rollcall fetched itself. Versions count up for each. */
  source_id: string
  revision: string | null
  metadata: JsonText
  config_text: string | null
}

export interface ServerFactsTable {
  id: Generated<number>
  device_id: number
  fact_name: string
  fact_value: JsonText | null
  /** When the machine told it, by its own clock. */
  collected_at: string
  source_system: string
  source_identifier: string
  /** The device record it is of. */
  source_id: string
  volatile: boolean
}

export interface TagsTable {
  id: Generated<number>
  name: string
  type: string
  color: string | null
  description: string | null
  created_at: string
  version: number
}

export interface DeviceTagsTable {
  device_id: number
  tag_id: number
  created_at: string
}

export interface DeviceNotesTable {
  id: Generated<number>
  device_id: number
  body: string
  author: string
  created_at: string
  updated_at: string
  version: number
}

export interface CustomFieldsTable {
  id: Generated<number>
  name: string
  label: string
  type: string
  options: JsonText
  required: Flag
  description: string | null
  created_at: string
  version: number
}

export interface SavedViewsTable {
  id: Generated<number>
  name: string
  subject: string
  query: string
  columns: JsonText
  sort: string | null
  owner: string
  shared: Flag
  created_at: string
  version: number
}

export interface SourcesTable {
  id: Generated<number>
  name: string
  type: string
  settings: JsonText
  schedule: string | null
  enabled: Flag
  created_at: string
  updated_at: string
  version: number
}

export interface SyncRunsTable {
  id: Generated<number>
  source_system: string
  source_identifier: string
  status: string
  started_at: string
  completed_at: string | null
  started_by: string
  job_id: number | null
  records_seen: number
  records_total: number | null
  devices_added: number
  devices_updated: number
  devices_removed: number
  records_unchanged: number
  reason: string | null
  error_code: string | null
  warnings: JsonText
  missing_waiting: number
  missing_decision: string | null
  decided_by: string | null
  decided_at: string | null
  /** When the process that reads last said that it still does. */
  alive_at: string | null
  /** That process: `pid`, `boot_id`, `process_started`. */
  reader: JsonText | null
}

export interface SyncMetadataTable {
  id: Generated<number>
  source_system: string
  source_identifier: string
  last_sync_start: string | null
  last_sync_complete: string | null
  last_sync_status: string | null
  sync_duration_seconds: number | null
  devices_added: number
  devices_updated: number
  devices_removed: number
  error_message: string | null
  last_run_id: number | null
  last_complete_run_id: number | null
  created_at: string
  updated_at: string
}

export interface SourceRecordsTable {
  id: Generated<number>
  source_system: string
  source_identifier: string
  source_id: string
  kind: string
  mac: string | null
  content_hash: string
  normalized: JsonText
  volatile: JsonText | null
  volatile_at: string | null
  /** Of the lasting facts in `server_facts` that came with it; null while none did. */
  facts_hash: string | null
  /** When these facts were last brought up to date. */
  facts_at: string | null
  first_run_id: number
  changed_run_id: number
  last_run_id: number | null
  missing_run_id: number | null
}

export interface RecordNativeIdsTable {
  native_id: string
  record_id: number
}

export interface RecordFormerIdsTable {
  native_id: string
  record_id: number
  lost_at: string
}

export interface DeviceLinksTable {
  id: Generated<number>
  record_id: number
  device_id: number
  evidence: JsonText
  score: number
  decided_by: string
  decided_at: string
  undone_at: string | null
  undone_by: string | null
}

/** Decided by a person: two records that are one machine, or that never are. The lower id is on the left. */
export interface IdentityDecisionsTable {
  id: Generated<number>
  /** The id of the first decision made in the same go; they are undone together. */
  act: number
  kind: string
  left_record_id: number
  right_record_id: number
  reason: string | null
  decided_by: string
  decided_at: string
  undone_at: string | null
  undone_by: string | null
}

export interface IdentityReviewsTable {
  id: Generated<number>
  kind: string
  subject: string
  left_record_id: number
  right_record_id: number
  score: number
  evidence: JsonText
  run_id: number | null
  created_at: string
  updated_at: string
  resolved_at: string | null
  resolved_by: string | null
  resolution: string | null
  /** The decisions that answered it. */
  act: number | null
}

export interface DeviceMergesTable {
  id: Generated<number>
  kept_device_id: number
  merged_device_id: number
  before: JsonText
  merged_by: string
  merged_at: string
  undone_at: string | null
  undone_by: string | null
}

export interface FieldRulesTable {
  id: Generated<number>
  /** Null for a rule about all devices. */
  device_id: number | null
  field: string
  kind: string
  source_identifier: string | null
  value: JsonText | null
  note: string | null
  created_by: string
  created_at: string
  version: number
}

export interface DeviceConflictsTable {
  device_id: number
  field: string
  claims: JsonText
  since: string
}

export interface VolumeOwnersTable {
  volume_id: number
  /** The record of the device that owns it: `device_id` of the volume follows its link. */
  record_id: number
}

export interface VolumeUsesTable {
  volume_id: number
  /** The record of the device that uses it. */
  record_id: number
}

export interface VolumeIdsTable {
  volume_key: string
  volume_id: number
}

export interface SourcePrefixesTable {
  id: Generated<number>
  source_system: string
  source_identifier: string
  source_id: string
  prefix: string
  vrf: string | null
  name: string | null
  site: string | null
  vlan: number | null
  status: string | null
  updated_at: string
}

export interface HostsTable {
  id: Generated<number>
  mac: string
  hostname: string | null
  ip_addresses: JsonText
  source: string
  switch_port: string | null
  status: string
  host_type: string
  first_seen: string
  last_seen: string
  discovery_run_id: number | null
  netbox_id: number | null
  notes: string | null
  device_id: number | null
  vendor: string | null
  random_mac: Flag
  shared_mac: Flag
  host_type_locked: Flag
  search_text: string
  ip_sort: string
  version: number
}

export interface SyncHistoryTable {
  id: Generated<number>
  sync_id: string
  source_system: string
  source_identifier: string | null
  operation: string
  device_id: number | null
  change_type: string
  old_value: JsonText | null
  new_value: JsonText | null
  performed_by: string
  performed_at: string
  metadata: JsonText | null
}

export interface FindingsTable {
  id: Generated<number>
  kind: string
  subject: string
  device_id: number | null
  host_id: number | null
  run_id: number | null
  detail: JsonText
  created_at: string
  resolved_at: string | null
  resolved_by: string | null
}

export interface NetboxSyncApprovalsTable {
  id: Generated<number>
  sync_batch_id: string
  device_id: number | null
  action: string
  netbox_object_type: string
  netbox_object_id: number | null
  proposed_changes: JsonText
  approval_status: string
  approved_by: string | null
  approved_at: string | null
  applied_at: string | null
  rollback_data: JsonText | null
}

export interface SchedulesTable {
  id: Generated<number>
  name: string
  action: string
  parameters: JsonText
  rows_from: JsonText | null
  options: JsonText
  mode: string
  cron: string
  /** IANA name. */
  time_zone: string
  dst_gap: string
  dst_overlap: string
  catch_up: string
  catch_up_hours: number
  overlap: string
  windows: JsonText
  enabled: Flag
  description: string | null
  created_by: string
  requester: JsonText
  created_at: string
  updated_at: string
  version: number
}

export interface ScheduleSlotsTable {
  schedule_key: string
  slot: string
  job_id: number | null
  outcome: string
  /** Why nothing was done, in words. */
  reason: string | null
  claimed_at: string
}

export interface JobsTable {
  id: Generated<number>
  name: string
  action: string
  parameters: JsonText
  description: string | null
  original_command: string
  status: string
  mode: string
  total_rows: number
  /** Completed, failed and skipped rows. */
  processed_rows: number
  successful_rows: number
  failed_rows: number
  skipped_rows: Generated<number>
  /** Rows whose outcome nobody knows; they count as failed too. */
  ambiguous_rows: Generated<number>
  total_cost_cents: number | null
  estimated_cost_cents: number | null
  device_id: number | null
  schedule_id: number | null
  effect: Generated<string>
  /** Higher goes first. */
  priority: Generated<number>
  /** Counts from 1; retrying rows of a job that is over begins the next. */
  run: Generated<number>
  /** Why nothing of it is done now, null when something may be. */
  waiting_for: string | null
  /** 1 once the first rows were found to be well. */
  canary_passed: Generated<number>
  options: Generated<JsonText>
  rows_from: JsonText | null
  approval: string | null
  approval_hash: string | null
  approval_expires_at: string | null
  preview: JsonText | null
  result: JsonText | null
  progress: JsonText | null
  requested_by: string
  /** What the requester may do and see, as it was when the job was made. */
  requester: Generated<JsonText>
  cancel_requested_at: string | null
  /** How often its preparation or end was begun. */
  attempt: number
  /** The process that prepares its rows. */
  node_id: string | null
  error_code: string | null
  error_message: string | null
  created_at: string
  scheduled_for: string | null
  started_at: string | null
  completed_at: string | null
  updated_at: string
}

export interface JobDependenciesTable {
  job_id: number
  depends_on_id: number
  need: string
}

export interface JobApprovalsTable {
  id: Generated<number>
  job_id: number
  decision: string
  decided_by: string
  approval_hash: string
  comment: string | null
  decided_at: string
}

export interface JobRowsTable {
  id: Generated<number>
  job_id: number
  /** Counts from 1. */
  row_number: number
  /** What names the row in its source; unique within the job. */
  row_key: string
  row_checksum: string
  /** The version of what the row is about when it was previewed; null where it has none. */
  row_version: string | null
  status: string
  review: string | null
  device_id: number | null
  input: JsonText
  result: JsonText | null
  before_state: JsonText | null
  after_state: JsonText | null
  warnings: JsonText | null
  cost_cents: number | null
  estimated_cost_cents: number | null
  /** How often it was begun. */
  attempt: number
  /** How often the process that did it was gone before it was over. */
  interruptions: Generated<number>
  /** Not before this time; empty text for at once. */
  next_run_at: string
  target_key: string | null
  credential_key: string | null
  effect_key: string | null
  /** Of the claim that holds it; every write of its outcome names it. */
  lease_token: string | null
  node_id: string | null
  error_code: string | null
  error_message: string | null
  created_at: string
  started_at: string | null
  processed_at: string | null
}

export interface JobEffectsTable {
  effect_key: string
  action: string
  job_id: number
  row_number: number
  status: string
  result: JsonText | null
  begun_at: string
  done_at: string | null
}

export interface JobLimitsTable {
  key: string
  tokens: number
  /** Milliseconds since 1970, by the database's clock where it has one. */
  filled_at: number
}

export interface UploadsTable {
  id: string
  name: string
  bytes: number
  sha256: string
  /** The machine that holds the file. */
  host: string
  created_by: string
  created_at: string
  expires_at: string
}

export interface AuditLogsTable {
  /** Counts without gaps: the place in the chain. */
  id: number
  job_id: number | null
  timestamp: string
  level: string
  event_type: string
  message: string
  details: JsonText | null
  row_number: number | null
  actor: string
  operation: string | null
  subject: string | null
  hash: string
  /** The line that tells of the removal of this one's words. */
  removed_by: number | null
}

export interface AuditChainTable {
  id: number
  last_id: number
  last_hash: string
  /** Names this database in signatures; empty until the first line. */
  database_id: string
  mac: string
  key_id: string
}

export interface AuditRangesTable {
  first_id: number
  last_id: number
  hash_before: string
  last_hash: string
  events: number
  /** JSON: of each later line that tells of a purge, how many of the purged lines went with the range, and their digest. */
  purged: JsonText
  removed_at: string
  removed_by: string
  mac: string
  key_id: string
}

export interface ConnectionLogsTable {
  id: Generated<number>
  job_id: number | null
  device_id: number | null
  log: string
  timestamp: string
}

export interface CredentialsTable {
  id: Generated<number>
  name: string
  username: string
  password: string
  priority: number
  last_used: string | null
  success_rate: number | null
  created_at: string
  version: number
}

export interface CredentialTagsTable {
  credential_id: number
  tag_id: number
}

export interface SystemSettingsTable {
  id: Generated<number>
  key: string
  value: JsonText
  description: string | null
  updated_at: string
  updated_by: string
}

export interface NodesTable {
  id: string
  hostname: string
  pid: number
  role: string
  boot_id: string | null
  process_started: string | null
  started_at: string
  heartbeat_at: string
}

export interface IdempotencyKeysTable {
  actor: string
  key: string
  request_hash: string
  status: number | null
  response: string | null
  created_at: string
}

export interface KbArticlesTable {
  id: Generated<number>
  source_identifier: string
  source_id: string
  space_key: string | null
  title: string
  body_text: string | null
  body_html: string | null
  url: string | null
  parent_id: string | null
  labels: JsonText
  created_at: string | null
  last_updated: string | null
  cached_at: string
}

export interface IssuesTable {
  id: Generated<number>
  source_identifier: string
  issue_key: string
  project_key: string | null
  issue_type: string | null
  summary: string | null
  description: string | null
  status: string | null
  resolution: string | null
  assignee: string | null
  reporter: string | null
  priority: string | null
  labels: JsonText
  comments: JsonText
  created_at: string | null
  updated_at: string | null
  resolved_at: string | null
  cached_at: string
}

export interface EmbeddingsTable {
  id: Generated<number>
  content_type: string
  content_id: number
  chunk_index: number
  text_content: string
  embedding_vector: Uint8Array
  embedding_model: string
  created_at: string
}

export interface UsersTable {
  id: string
  name: string
  /** Lower case. */
  email: string
  email_verified: Flag
  image: string | null
  two_factor_enabled: Flag | null
  role: string
  /** JSON list of tag names this person is limited to; null for no limit. */
  tags: JsonText | null
  disabled_at: string | null
  created_at: string
  updated_at: string
  version: number
}

export interface SessionsTable {
  id: string
  token: string
  user_id: string
  expires_at: string
  ip_address: string | null
  user_agent: string | null
  created_at: string
  updated_at: string
}

export interface AccountsTable {
  id: string
  account_id: string
  provider_id: string
  user_id: string
  access_token: string | null
  refresh_token: string | null
  id_token: string | null
  access_token_expires_at: string | null
  refresh_token_expires_at: string | null
  scope: string | null
  password: string | null
  created_at: string
  updated_at: string
}

export interface VerificationsTable {
  id: string
  identifier: string
  value: string
  expires_at: string
  created_at: string
  updated_at: string
}

export interface TwoFactorsTable {
  id: string
  secret: string
  backup_codes: string
  user_id: string
  verified: Flag | null
  failed_verification_count: number | null
  locked_until: string | null
}

export interface SignInLimitsTable {
  key: string
  count: number
  window_start: string
}

export interface ApiTokensTable {
  id: Generated<number>
  name: string
  hash: string
  prefix: string
  user_id: string | null
  created_by: string
  role: string
  permissions: JsonText | null
  tags: JsonText | null
  created_at: string
  expires_at: string | null
  last_used_at: string | null
  revoked_at: string | null
  revoked_by: string | null
}

export interface SetupLinksTable {
  id: Generated<number>
  hash: string
  purpose: string
  user_id: string | null
  created_by: string
  created_at: string
  expires_at: string
}

export interface AccessSecretsTable {
  name: string
  sealed: string
  created_at: string
}

export interface DiscoveryRunsView {
  id: number
  started_at: string
  completed_at: string | null
  status: string
}

/** Every table and view, as the migrations leave them. */
export interface Schema
  extends
    ServersSchema,
    MetricsSchema,
    WatchSchema,
    ChecksSchema,
    AlertsSchema,
    NoticesSchema,
    CostSchema,
    ScrapesSchema {
  devices: DevicesTable
  device_relationships: DeviceRelationshipsTable
  vms: VmsTable
  network_interfaces: NetworkInterfacesTable
  device_addresses: DeviceAddressesTable
  storage_volumes: StorageVolumesTable
  device_configs: DeviceConfigsTable
  server_facts: ServerFactsTable
  tags: TagsTable
  device_tags: DeviceTagsTable
  device_notes: DeviceNotesTable
  custom_fields: CustomFieldsTable
  saved_views: SavedViewsTable
  sources: SourcesTable
  sync_runs: SyncRunsTable
  sync_metadata: SyncMetadataTable
  source_records: SourceRecordsTable
  record_native_ids: RecordNativeIdsTable
  record_former_ids: RecordFormerIdsTable
  device_links: DeviceLinksTable
  identity_decisions: IdentityDecisionsTable
  identity_reviews: IdentityReviewsTable
  device_merges: DeviceMergesTable
  field_rules: FieldRulesTable
  device_conflicts: DeviceConflictsTable
  volume_owners: VolumeOwnersTable
  volume_uses: VolumeUsesTable
  volume_ids: VolumeIdsTable
  source_prefixes: SourcePrefixesTable
  hosts: HostsTable
  sync_history: SyncHistoryTable
  findings: FindingsTable
  netbox_sync_approvals: NetboxSyncApprovalsTable
  schedules: SchedulesTable
  schedule_slots: ScheduleSlotsTable
  jobs: JobsTable
  job_dependencies: JobDependenciesTable
  job_approvals: JobApprovalsTable
  job_rows: JobRowsTable
  job_effects: JobEffectsTable
  job_limits: JobLimitsTable
  uploads: UploadsTable
  audit_logs: AuditLogsTable
  audit_chain: AuditChainTable
  audit_ranges: AuditRangesTable
  connection_logs: ConnectionLogsTable
  credentials: CredentialsTable
  credential_tags: CredentialTagsTable
  system_settings: SystemSettingsTable
  nodes: NodesTable
  idempotency_keys: IdempotencyKeysTable
  kb_articles: KbArticlesTable
  issues: IssuesTable
  embeddings: EmbeddingsTable
  users: UsersTable
  sessions: SessionsTable
  accounts: AccountsTable
  verifications: VerificationsTable
  two_factors: TwoFactorsTable
  sign_in_limits: SignInLimitsTable
  api_tokens: ApiTokensTable
  setup_links: SetupLinksTable
  access_secrets: AccessSecretsTable
  discovery_runs: DiscoveryRunsView
}

/** A database or a transaction on it. A query outside of a transaction is durable when it resolves. */
export type Database = Kysely<Schema>
export type Transaction = KyselyTransaction<Schema>
