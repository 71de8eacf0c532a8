-- The whole schema, as the migrations leave it. Made by a test; migrations live in src/database/migrations.

-- ===== SQLite =====

create table access_secrets (
  name text primary key,
  sealed text not null,
  created_at text not null
);

create table accounts (
  id text primary key,
  account_id text not null,
  provider_id text not null,
  user_id text not null references users (id) on delete cascade,
  access_token text,
  refresh_token text,
  id_token text,
  access_token_expires_at text,
  refresh_token_expires_at text,
  scope text,
  password text,
  created_at text not null,
  updated_at text not null,
  unique (provider_id, account_id)
);

create index accounts_user on accounts (user_id);

create table agent_invites (
  id integer primary key autoincrement,
  hash text not null unique,
  prefix text not null,
  description text,
  uses_left integer not null,
  used integer not null default 0,
  machine_type text not null default 'server',
  tags text not null,
  created_by text not null,
  created_at text not null,
  expires_at text not null,
  revoked_at text
);

create table agents (
  id integer primary key autoincrement,
  server_id text not null unique references servers (id) on delete cascade,
  key_hash text not null unique,
  previous_key_hash text unique,
  key_prefix text not null,
  machine_id text,
  product_uuid text,
  invite_id integer references agent_invites (id) on delete set null,
  enrolled_at text not null,
  rotated_at text,
  revoked_at text,
  revoked_by text,
  clone text
);

create index agents_invite on agents (invite_id);

create index agents_machine on agents (machine_id);

create table alert_events (
  id integer primary key autoincrement,
  alert_id integer not null references alerts (id) on delete cascade,
  at text not null,
  kind text not null,
  actor text,
  message text not null
);

create index alert_events_alert on alert_events (alert_id);

create table alert_rules (
  id integer primary key autoincrement,
  name text not null unique,
  description text,
  enabled integer not null,
  origin text not null check (origin in ('default', 'person')),
  subject text not null default 'device' check (subject in ('device', 'server')),
  query text not null,
  condition text not null,
  levels text not null,
  clear_at real,
  for_seconds integer not null,
  clear_for_seconds integer not null,
  policy_id integer references escalation_policies (id) on delete set null,
  created_by text not null,
  created_at text not null,
  updated_at text not null,
  version integer not null default 1
);

create index alert_rules_policy on alert_rules (policy_id);

create table alert_seeds (
  seed text primary key,
  seeded_at text not null
);

create table alert_states (
  rule_id integer not null references alert_rules (id) on delete cascade,
  subject text not null,
  part text not null,
  alert_id integer references alerts (id) on delete set null,
  cell text not null,
  saved_at text not null,
  primary key (rule_id, subject, part)
);

create index alert_states_alert on alert_states (alert_id);

create table alerts (
  id integer primary key autoincrement,
  fingerprint text not null,
  rule_id integer references alert_rules (id) on delete set null,
  rule_name text not null,
  kind text not null,
  subject text not null,
  part text not null,
  subject_name text not null,
  server_id text,
  device_id integer,
  severity text not null check (severity in ('info', 'warning', 'critical')),
  state text not null check (state in ('firing', 'clearing', 'unknown', 'resolved')),
  suppressed_by text,
  cause_id integer references alerts (id) on delete set null,
  affected integer not null default 0,
  flapping integer not null,
  title text not null,
  value real,
  threshold real,
  importance integer not null,
  started_at text not null,
  changed_at text not null,
  resolved_at text,
  resolution text,
  acknowledged_at text,
  acknowledged_by text,
  told_at text,
  told_severity text,
  told_channels text not null,
  told_steps integer not null default 0,
  reminders integer not null default 0
);

create index alerts_cause on alerts (cause_id);

create index alerts_device on alerts (device_id);

create unique index alerts_open on alerts (fingerprint) where state <> 'resolved';

create index alerts_order on alerts (importance, started_at, id);

create index alerts_rule on alerts (rule_id);

create index alerts_server on alerts (server_id);

create table api_tokens (
  id integer primary key autoincrement,
  name text not null,
  hash text not null unique,
  prefix text not null,
  user_id text references users (id) on delete cascade,
  created_by text not null,
  role text not null check (role in ('viewer', 'operator', 'admin')),
  permissions text,
  tags text,
  created_at text not null,
  expires_at text,
  last_used_at text,
  revoked_at text,
  revoked_by text
);

create index api_tokens_user on api_tokens (user_id);

create table audit_chain (
  id integer primary key check (id = 1),
  last_id integer not null,
  last_hash text not null,
  database_id text not null,
  mac text not null,
  key_id text not null
);

create table audit_logs (
  id integer primary key,
  job_id integer,
  timestamp text not null,
  level text not null check (level in ('INFO', 'WARNING', 'ERROR')),
  event_type text not null,
  message text not null,
  details text,
  row_number integer,
  actor text not null,
  operation text,
  subject text,
  hash text not null,
  removed_by integer
);

create index audit_logs_job on audit_logs (job_id);

create index audit_logs_removed on audit_logs (removed_by) where removed_by is not null;

create index audit_logs_timestamp on audit_logs (timestamp);

create table audit_ranges (
  first_id integer primary key,
  last_id integer not null,
  hash_before text not null,
  last_hash text not null,
  events integer not null,
  purged text not null,
  removed_at text not null,
  removed_by text not null,
  mac text not null,
  key_id text not null
);

create table channels (
  id integer primary key autoincrement,
  name text not null unique,
  kind text not null,
  enabled integer not null,
  settings text not null,
  templates text not null,
  quiet_hours text,
  group_seconds integer not null default 0,
  max_per_hour integer not null default 60,
  created_at text not null,
  updated_at text not null,
  version integer not null default 1
);

create table check_changes (
  id integer primary key autoincrement,
  check_id integer not null references checks (id) on delete cascade,
  at text not null,
  state text not null,
  message text not null
);

create index check_changes_at on check_changes (at);

create index check_changes_check on check_changes (check_id, at, id);

create table checks (
  id integer primary key autoincrement,
  name text not null unique,
  kind text not null check (kind in ('ping', 'tcp', 'http', 'dns', 'snmp', 'certificate')),
  parent_id integer references checks (id) on delete cascade,
  device_id integer references devices (id) on delete cascade,
  target text,
  q text,
  settings text not null,
  interval_seconds integer not null,
  timeout_ms integer not null,
  retries integer not null,
  severity text not null,
  paused_at text,
  state text not null default 'unknown' check (state in ('up', 'down', 'pending', 'unknown')),
  state_since text not null,
  message text not null default '',
  created_by text not null,
  created_at text not null,
  updated_at text not null,
  version integer not null default 1
);

create index checks_device on checks (device_id);

create index checks_parent on checks (parent_id);

create index checks_state on checks (state, name);

create table connection_logs (
  id integer primary key autoincrement,
  job_id integer references jobs (id) on delete cascade,
  device_id integer references devices (id) on delete cascade,
  log text not null,
  timestamp text not null
);

create index connection_logs_device on connection_logs (device_id);

create index connection_logs_job on connection_logs (job_id);

create table cost_days (
  server_id text not null references servers (id) on delete cascade,
  day text not null,
  basis text not null,
  tariff_id integer,
  currency text,
  kwh real not null,
  low_kwh real not null,
  high_kwh real not null,
  cents real,
  low_cents real,
  high_cents real,
  seconds_on real not null,
  seconds_measured real not null,
  seconds_partial real not null,
  seconds_estimated real not null,
  closed integer not null,
  computed_at text not null,
  primary key (day, server_id)
) without rowid;

create index cost_days_server on cost_days (server_id, day);

create table cost_hours (
  server_id text not null references servers (id) on delete cascade,
  day text not null,
  hours text not null,
  primary key (day, server_id)
) without rowid;

create index cost_hours_server on cost_hours (server_id, day);

create table credential_tags (
  credential_id integer not null references credentials (id) on delete cascade,
  tag_id integer not null references tags (id) on delete cascade,
  primary key (credential_id, tag_id)
);

create index credential_tags_tag on credential_tags (tag_id);

create table credentials (
  id integer primary key autoincrement,
  name text not null unique,
  username text not null,
  password text not null,
  priority integer not null default 0,
  last_used text,
  success_rate real,
  created_at text not null,
  version integer not null
);

create table custom_fields (
  id integer primary key autoincrement,
  name text not null unique,
  label text not null,
  type text not null,
  options text not null,
  required integer not null,
  description text,
  created_at text not null,
  version integer not null
);

create table device_addresses (
  device_id integer not null references devices (id) on delete cascade,
  address text not null,
  sort_key text not null,
  primary key (device_id, address)
) without rowid;

create index device_addresses_address on device_addresses (address);

create index device_addresses_sort on device_addresses (sort_key);

create view device_config_texts as
  select id, device_id, version, config_text, config_hash, retrieved_at, source_system, metadata from device_configs;

create table device_configs (
  id integer primary key autoincrement,
  device_id integer not null references devices (id) on delete cascade,
  config_hash text not null,
  version integer not null,
  retrieved_at text not null,
  source_system text not null,
  source_identifier text not null,
  source_id text not null,
  revision text,
  metadata text not null,
  config_text text,
  unique (source_system, source_identifier, source_id, version)
);

create index device_configs_hash on device_configs (config_hash);

create index device_configs_retrieved on device_configs (retrieved_at desc);

create index device_configs_revision on device_configs (source_system, source_identifier, revision);

create index device_configs_version on device_configs (device_id, version desc);

create table device_conflicts (
  device_id integer not null references devices (id) on delete cascade,
  field text not null,
  claims text not null,
  since text not null,
  primary key (device_id, field)
);

create index device_conflicts_field on device_conflicts (field, device_id);

create table device_links (
  id integer primary key autoincrement,
  record_id integer not null references source_records (id) on delete cascade,
  device_id integer not null references devices (id) on delete cascade deferrable initially deferred,
  evidence text not null,
  score real not null,
  decided_by text not null,
  decided_at text not null,
  undone_at text,
  undone_by text
);

create unique index device_links_current on device_links (record_id) where undone_at is null;

create index device_links_device on device_links (device_id);

create table device_merges (
  id integer primary key autoincrement,
  kept_device_id integer not null references devices (id) on delete cascade,
  merged_device_id integer not null references devices (id) on delete cascade,
  before text not null,
  merged_by text not null,
  merged_at text not null,
  undone_at text,
  undone_by text
);

create index device_merges_kept on device_merges (kept_device_id);

create index device_merges_merged on device_merges (merged_device_id);

create table device_notes (
  id integer primary key autoincrement,
  device_id integer not null references devices (id) on delete cascade,
  body text not null,
  author text not null,
  created_at text not null,
  updated_at text not null,
  version integer not null
);

create index device_notes_device on device_notes (device_id, id);

create table device_relationships (
  id integer primary key autoincrement,
  parent_device_id integer not null references devices (id) on delete cascade,
  child_device_id integer not null references devices (id) on delete cascade,
  relationship_type text not null,
  metadata text not null,
  source_system text not null,
  source_identifier text not null,
  created_at text not null,
  updated_at text not null,
  unique (parent_device_id, child_device_id, relationship_type)
);

create index device_relationships_child on device_relationships (child_device_id);

create index device_relationships_parent on device_relationships (parent_device_id);

create index device_relationships_type on device_relationships (relationship_type);

create virtual table device_search using fts5 (
  search_text, content='devices', content_rowid='id', tokenize='trigram case_sensitive 1', columnsize=0
);

create table device_tags (
  device_id integer not null references devices (id) on delete cascade,
  tag_id integer not null references tags (id) on delete cascade,
  created_at text not null,
  primary key (device_id, tag_id)
);

create index device_tags_tag on device_tags (tag_id, device_id);

create table devices (
  id integer primary key autoincrement,
  name text not null,
  device_type text not null,
  source_system text not null,
  source_identifier text not null,
  source_id text not null,
  status text not null,
  metadata text not null,
  first_seen text not null,
  last_seen text not null,
  created_at text not null,
  updated_at text not null,
  ip_address text,
  ip_sort text not null,
  serial text,
  vendor text,
  model text,
  os text,
  driver text,
  site text,
  rack text,
  owner text,
  custom text not null,
  name_sort text not null,
  search_text text not null,
  version integer not null,
  merged_into integer references devices (id),
  retired_at text,
  unique (source_system, source_identifier, source_id)
);

create index devices_counted on devices (device_type, status) where retired_at is null and merged_into is null;

create index devices_device_type on devices (device_type);

create index devices_first_seen on devices (first_seen);

create index devices_ip_sort on devices (ip_sort);

create index devices_last_seen on devices (last_seen);

create index devices_merged_into on devices (merged_into) where merged_into is not null;

create index devices_model_lower on devices (lower(model));

create index devices_name on devices (name);

create index devices_name_sort on devices (name_sort);

create index devices_os_lower on devices (lower(os));

create index devices_owner_lower on devices (lower(owner));

create index devices_rack_lower on devices (lower(rack));

create index devices_serial on devices (serial);

create index devices_serial_lower on devices (lower(serial));

create index devices_shown on devices (name_sort) where retired_at is null and merged_into is null;

create index devices_site_lower on devices (lower(site));

create index devices_status on devices (status);

create index devices_vendor_lower on devices (lower(vendor));

create trigger devices_search_delete after delete on devices begin
  insert into device_search (device_search, rowid, search_text) values ('delete', old.id, old.search_text);
end;

create trigger devices_search_insert after insert on devices begin
  insert into device_search (rowid, search_text) values (new.id, new.search_text);
end;

create trigger devices_search_update after update of search_text on devices
  when old.search_text is not new.search_text begin
  insert into device_search (device_search, rowid, search_text) values ('delete', old.id, old.search_text);
  insert into device_search (rowid, search_text) values (new.id, new.search_text);
end;

create view discovery_runs as
  select id, started_at, completed_at,
  case when status in ('complete', 'partial') then 'completed' when status = 'running' then 'running' else 'failed' end as status
  from sync_runs;

create table embeddings (
  id integer primary key autoincrement,
  content_type text not null,
  content_id integer not null,
  chunk_index integer not null,
  text_content text not null,
  embedding_vector blob not null,
  embedding_model text not null,
  created_at text not null
);

create index embeddings_content on embeddings (content_type, content_id);

create index embeddings_model on embeddings (embedding_model);

create table escalation_policies (
  id integer primary key autoincrement,
  name text not null unique,
  is_default integer not null,
  steps text not null,
  updated_at text not null,
  version integer not null default 1
);

create table expected_services (
  server_id text not null references servers (id) on delete cascade,
  service text not null,
  created_by text not null,
  created_at text not null,
  primary key (server_id, service)
);

create table field_rules (
  id integer primary key autoincrement,
  device_id integer references devices (id) on delete cascade,
  field text not null,
  kind text not null check (kind in ('lock', 'prefer')),
  source_identifier text,
  value text,
  note text,
  created_by text not null,
  created_at text not null,
  version integer not null
);

create unique index field_rules_device on field_rules (device_id, field) where device_id is not null;

create unique index field_rules_everywhere on field_rules (field) where device_id is null;

create table findings (
  id integer primary key autoincrement,
  kind text not null,
  subject text not null,
  device_id integer references devices (id) on delete cascade,
  host_id integer references hosts (id) on delete cascade,
  run_id integer,
  detail text not null,
  created_at text not null,
  resolved_at text,
  resolved_by text
);

create index findings_device on findings (device_id);

create index findings_host on findings (host_id);

create index findings_open on findings (created_at) where resolved_at is null;

create unique index findings_subject on findings (kind, subject) where resolved_at is null;

create table hosts (
  id integer primary key autoincrement,
  mac text not null unique,
  hostname text,
  ip_addresses text not null,
  source text not null,
  switch_port text,
  status text not null,
  host_type text not null,
  first_seen text not null,
  last_seen text not null,
  discovery_run_id integer,
  netbox_id integer,
  notes text,
  device_id integer references devices (id) on delete set null,
  vendor text,
  random_mac integer not null,
  shared_mac integer not null,
  host_type_locked integer not null,
  search_text text not null,
  ip_sort text not null,
  version integer not null
);

create index hosts_device on hosts (device_id);

create index hosts_last_seen on hosts (last_seen, id);

create index hosts_status on hosts (status, last_seen, id);

create table idempotency_keys (
  actor text not null,
  key text not null,
  request_hash text not null,
  status integer,
  response text,
  created_at text not null,
  primary key (actor, key)
);

create index idempotency_keys_created on idempotency_keys (created_at);

create table identity_decisions (
  id integer primary key autoincrement,
  act integer not null,
  kind text not null check (kind in ('same', 'apart')),
  left_record_id integer not null references source_records (id) on delete cascade,
  right_record_id integer not null references source_records (id) on delete cascade,
  reason text,
  decided_by text not null,
  decided_at text not null,
  undone_at text,
  undone_by text
);

create index identity_decisions_act on identity_decisions (act);

create unique index identity_decisions_current on identity_decisions (left_record_id, right_record_id) where undone_at is null;

create index identity_decisions_left on identity_decisions (left_record_id);

create index identity_decisions_right on identity_decisions (right_record_id);

create table identity_reviews (
  id integer primary key autoincrement,
  kind text not null,
  subject text not null,
  left_record_id integer not null references source_records (id) on delete cascade,
  right_record_id integer not null references source_records (id) on delete cascade,
  score real not null,
  evidence text not null,
  run_id integer,
  created_at text not null,
  updated_at text not null,
  resolved_at text,
  resolved_by text,
  resolution text,
  act integer
);

create index identity_reviews_left on identity_reviews (left_record_id);

create unique index identity_reviews_open on identity_reviews (subject) where resolved_at is null;

create index identity_reviews_right on identity_reviews (right_record_id);

create index identity_reviews_waiting on identity_reviews (score, id) where resolved_at is null;

create table ingest_senders (
  sender text not null,
  way text not null,
  messages integer not null,
  samples integer not null,
  mapped integer not null,
  kept integer not null,
  left_out integer not null,
  refused integer not null,
  servers integer not null,
  reasons text not null,
  first_at text not null,
  last_at text not null,
  primary key (sender, way)
);

create table issues (
  id integer primary key autoincrement,
  source_identifier text not null,
  issue_key text not null,
  project_key text,
  issue_type text,
  summary text,
  description text,
  status text,
  resolution text,
  assignee text,
  reporter text,
  priority text,
  labels text not null,
  comments text not null,
  created_at text,
  updated_at text,
  resolved_at text,
  cached_at text not null,
  unique (source_identifier, issue_key)
);

create index issues_project on issues (project_key);

create index issues_resolution on issues (resolution);

create index issues_resolved on issues (resolved_at desc);

create index issues_status on issues (status);

create table job_approvals (
  id integer primary key autoincrement,
  job_id integer not null references jobs (id) on delete cascade,
  decision text not null check (decision in ('approved', 'rejected')),
  decided_by text not null,
  approval_hash text not null,
  comment text,
  decided_at text not null
);

create index job_approvals_job on job_approvals (job_id);

create table job_dependencies (
  job_id integer not null references jobs (id) on delete cascade,
  depends_on_id integer not null references jobs (id) on delete cascade,
  need text not null check (need in ('completed', 'ended')),
  primary key (job_id, depends_on_id)
);

create index job_dependencies_other on job_dependencies (depends_on_id);

create table job_effects (
  effect_key text primary key,
  action text not null,
  job_id integer not null,
  row_number integer not null,
  status text not null check (status in ('begun', 'done')),
  result text,
  begun_at text not null,
  done_at text
);

create index job_effects_job on job_effects (job_id, row_number);

create table job_limits (
  key text primary key,
  tokens real not null,
  filled_at integer not null
);

create view job_logs as
  select id, job_id, message, level, timestamp from audit_logs where job_id is not null;

create table job_rows (
  id integer primary key autoincrement,
  job_id integer not null references jobs (id) on delete cascade,
  row_number integer not null,
  row_key text not null,
  row_checksum text not null,
  row_version text,
  status text not null check (status in ('pending', 'processing', 'completed', 'failed', 'skipped')),
  review text check (review in ('ambiguous', 'resolved_done', 'resolved_not_done')),
  device_id integer references devices (id) on delete set null,
  input text not null,
  result text,
  before_state text,
  after_state text,
  warnings text,
  cost_cents integer,
  estimated_cost_cents integer,
  attempt integer not null,
  interruptions integer not null default 0,
  next_run_at text not null,
  target_key text,
  credential_key text,
  effect_key text,
  lease_token text,
  node_id text,
  error_code text,
  error_message text,
  created_at text not null,
  started_at text,
  processed_at text,
  unique (job_id, row_number)
);

create index job_rows_ambiguous on job_rows (job_id) where review = 'ambiguous';

create index job_rows_credential on job_rows (credential_key) where status = 'processing' and credential_key is not null;

create index job_rows_device on job_rows (device_id) where device_id is not null;

create index job_rows_due on job_rows (job_id, next_run_at, row_number) where status = 'pending';

create index job_rows_limited on job_rows (job_id, credential_key, target_key, next_run_at, row_number)
  where status = 'pending' and target_key is not null;

create index job_rows_node on job_rows (node_id) where status = 'processing';

create index job_rows_status on job_rows (job_id, status);

create index job_rows_target on job_rows (target_key) where status = 'processing' and target_key is not null;

create table jobs (
  id integer primary key autoincrement,
  name text not null,
  action text not null,
  parameters text not null,
  description text,
  original_command text not null,
  status text not null check (status in ('pending', 'running', 'paused', 'completed', 'failed', 'cancelled')),
  mode text not null check (mode in ('confirm', 'auto')),
  total_rows integer not null,
  processed_rows integer not null,
  successful_rows integer not null,
  failed_rows integer not null,
  skipped_rows integer not null default 0,
  ambiguous_rows integer not null default 0,
  total_cost_cents integer,
  estimated_cost_cents integer,
  device_id integer references devices (id) on delete set null,
  schedule_id integer references schedules (id) on delete set null,
  effect text not null default 'read' check (effect in ('read', 'keyed', 'probe', 'once')),
  priority integer not null default 0,
  run integer not null default 1,
  waiting_for text,
  canary_passed integer not null default 0,
  options text not null default '{}',
  rows_from text,
  approval text check (approval in ('preparing', 'waiting', 'approved', 'rejected', 'expired')),
  approval_hash text,
  approval_expires_at text,
  preview text,
  result text,
  progress text,
  requested_by text not null,
  requester text not null default '{}',
  cancel_requested_at text,
  attempt integer not null,
  node_id text,
  error_code text,
  error_message text,
  created_at text not null,
  scheduled_for text,
  started_at text,
  completed_at text,
  updated_at text not null
);

create index jobs_created on jobs (created_at);

create index jobs_device on jobs (device_id) where device_id is not null;

create index jobs_open on jobs (priority desc, id) where status in ('pending', 'running');

create index jobs_schedule on jobs (schedule_id) where schedule_id is not null;

create index jobs_status on jobs (status);

create table kb_articles (
  id integer primary key autoincrement,
  source_identifier text not null,
  source_id text not null,
  space_key text,
  title text not null,
  body_text text,
  body_html text,
  url text,
  parent_id text,
  labels text not null,
  created_at text,
  last_updated text,
  cached_at text not null,
  unique (source_identifier, source_id)
);

create index kb_articles_space on kb_articles (space_key);

create index kb_articles_title on kb_articles (title);

create index kb_articles_updated on kb_articles (last_updated desc);

create table leases (
  name text primary key,
  holder text not null,
  token integer not null,
  alive_at text not null
);

create table maintenance_windows (
  id integer primary key autoincrement,
  name text not null,
  q text,
  server_ids text not null,
  starts_at text,
  ends_at text,
  cron text,
  duration_minutes integer,
  time_zone text,
  created_by text not null,
  created_at text not null,
  updated_at text not null,
  version integer not null default 1
);

create index maintenance_windows_name on maintenance_windows (name, id);

create table metric_chunks (
  start integer not null,
  subject text not null,
  points integer not null,
  payload blob not null,
  primary key (start, subject)
);

create table metric_latest (
  subject text primary key,
  at integer not null,
  received integer not null,
  latest text not null
);

create table metric_rollups (
  tier text not null check (tier in ('hour', 'day')),
  start integer not null,
  subject text not null,
  payload blob not null,
  primary key (tier, start, subject)
);

create table metrics (
  id integer primary key autoincrement,
  server_id text not null references servers (id) on delete cascade,
  timestamp text not null,
  cpu_percent real,
  memory_percent real,
  memory_total_mb integer,
  memory_used_mb integer,
  disk_percent real,
  disk_total_gb real,
  disk_used_gb real,
  network_rx_bytes integer,
  network_tx_bytes integer,
  load_1m real,
  load_5m real,
  load_15m real,
  uptime_seconds integer
);

create unique index idx_metrics_server_timestamp on metrics (server_id, timestamp);

create index idx_metrics_timestamp on metrics (timestamp);

create table metrics_log (
  id integer primary key,
  payload blob not null
);

create table netbox_sync_approvals (
  id integer primary key autoincrement,
  sync_batch_id text not null,
  device_id integer references devices (id) on delete set null,
  action text not null,
  netbox_object_type text not null,
  netbox_object_id integer,
  proposed_changes text not null,
  approval_status text not null,
  approved_by text,
  approved_at text,
  applied_at text,
  rollback_data text
);

create index netbox_sync_approvals_approved on netbox_sync_approvals (approved_at desc);

create index netbox_sync_approvals_batch on netbox_sync_approvals (sync_batch_id);

create index netbox_sync_approvals_device on netbox_sync_approvals (device_id);

create index netbox_sync_approvals_status on netbox_sync_approvals (approval_status);

create table network_interfaces (
  id integer primary key autoincrement,
  device_id integer not null references devices (id) on delete cascade,
  interface_name text not null,
  mac_address text,
  ip_addresses text not null,
  speed_mbps integer,
  status text,
  interface_type text,
  metadata text not null
);

create index network_interfaces_device on network_interfaces (device_id);

create index network_interfaces_mac on network_interfaces (mac_address);

create index network_interfaces_status on network_interfaces (status);

create table nodes (
  id text primary key,
  hostname text not null,
  pid integer not null,
  role text not null,
  boot_id text,
  process_started text,
  started_at text not null,
  heartbeat_at text not null
);

create table notices (
  id integer primary key autoincrement,
  channel_id integer references channels (id) on delete set null,
  channel_name text not null,
  key text not null,
  kind text not null,
  severity text not null,
  title text not null,
  text text not null,
  labels text not null,
  alert_id integer,
  link text,
  state text not null default 'queued' check (state in ('queued', 'sending', 'sent', 'failed', 'given_up')),
  attempts integer not null default 0,
  next_at text,
  message text,
  last_error text,
  created_at text not null,
  first_tried_at text,
  sent_at text
);

create index notices_alert on notices (alert_id);

create index notices_created on notices (created_at);

create unique index notices_key on notices (channel_id, key);

create index notices_sent on notices (channel_id, sent_at);

create index notices_waiting on notices (next_at) where state in ('queued', 'sending', 'failed');

create table record_former_ids (
  native_id text not null,
  record_id integer not null references source_records (id) on delete cascade,
  lost_at text not null,
  primary key (native_id, record_id)
);

create index record_former_ids_record on record_former_ids (record_id);

create table record_native_ids (
  native_id text not null,
  record_id integer not null references source_records (id) on delete cascade,
  primary key (native_id, record_id)
) without rowid;

create index record_native_ids_record on record_native_ids (record_id);

create table removed_servers (
  id text primary key,
  removed_at text not null,
  removed_by text not null
);

create table saved_views (
  id integer primary key autoincrement,
  name text not null,
  subject text not null,
  query text not null,
  columns text not null,
  sort text,
  owner text not null,
  shared integer not null,
  created_at text not null,
  version integer not null,
  unique (owner, subject, name)
);

create table schedule_slots (
  schedule_key text not null,
  slot text not null,
  job_id integer,
  outcome text not null,
  reason text,
  claimed_at text not null,
  primary key (schedule_key, slot)
);

create index schedule_slots_claimed on schedule_slots (claimed_at);

create table schedules (
  id integer primary key autoincrement,
  name text not null unique,
  action text not null,
  parameters text not null,
  rows_from text,
  options text not null,
  mode text not null check (mode in ('confirm', 'auto')),
  cron text not null,
  time_zone text not null,
  dst_gap text not null check (dst_gap in ('shift', 'skip')),
  dst_overlap text not null check (dst_overlap in ('first', 'second', 'both')),
  catch_up text not null check (catch_up in ('none', 'last', 'all')),
  catch_up_hours integer not null,
  overlap text not null check (overlap in ('skip', 'queue', 'replace', 'allow')),
  windows text not null,
  enabled integer not null,
  description text,
  created_by text not null,
  requester text not null,
  created_at text not null,
  updated_at text not null,
  version integer not null
);

create table schema_migrations (name text primary key, applied_at text not null);

create table scrapes (
  id integer primary key autoincrement,
  name text not null unique,
  url text not null,
  server_id text references servers (id) on delete cascade,
  found_server_id text references servers (id) on delete set null,
  interval_seconds integer not null,
  timeout_seconds real not null,
  labels text not null,
  access text,
  paused_at text,
  outcome text check (outcome in ('read', 'failed')),
  outcome_since text,
  message text,
  samples integer,
  created_by text not null,
  created_at text not null,
  updated_at text not null,
  version integer not null default 1
);

create index scrapes_found_server on scrapes (found_server_id);

create index scrapes_server on scrapes (server_id);

create table server_facts (
  id integer primary key autoincrement,
  device_id integer not null references devices (id) on delete cascade,
  fact_name text not null,
  fact_value text,
  collected_at text not null,
  source_system text not null,
  source_identifier text not null,
  source_id text not null,
  volatile integer not null,
  unique (source_system, source_identifier, source_id, fact_name)
);

create index server_facts_device on server_facts (device_id, fact_name);

create index server_facts_name on server_facts (fact_name);

create table servers (
  id text primary key,
  hostname text not null,
  display_name text,
  ip_address text,
  status text not null default 'unknown' check (status in ('online', 'offline', 'unknown')),
  condition text,
  os_distribution text,
  os_version text,
  kernel_version text,
  architecture text,
  tdp_watts integer,
  device_id integer references devices (id) on delete set null,
  last_seen text,
  created_at text not null,
  updated_at text not null
    , machine_type text not null default 'server' check (machine_type in ('server', 'workstation')), interval_seconds integer, paused_at text, agent_version text, boot_id text, clock_skew_ms integer, told text, status_since text, last_received_at text, version integer not null default 1, device_set_by text, name_sort text not null default '', search_text text not null default '', tags text);

create index servers_device on servers (device_id);

create index servers_name on servers (name_sort, id);

create index servers_status on servers (status, id);

create table sessions (
  id text primary key,
  token text not null unique,
  user_id text not null references users (id) on delete cascade,
  expires_at text not null,
  ip_address text,
  user_agent text,
  created_at text not null,
  updated_at text not null
);

create index sessions_expires on sessions (expires_at);

create index sessions_user on sessions (user_id);

create table setup_links (
  id integer primary key autoincrement,
  hash text not null unique,
  purpose text not null check (purpose in ('setup', 'invite')),
  user_id text references users (id) on delete cascade,
  created_by text not null,
  created_at text not null,
  expires_at text not null
);

create index setup_links_expires on setup_links (expires_at);

create index setup_links_user on setup_links (user_id);

create table sign_in_limits (
  key text primary key,
  count integer not null,
  window_start text not null
);

create index sign_in_limits_window on sign_in_limits (window_start);

create table silences (
  id integer primary key autoincrement,
  subject text not null default 'device' check (subject in ('device', 'server')),
  query text,
  rule_id integer references alert_rules (id) on delete cascade,
  alert_id integer references alerts (id) on delete cascade,
  until text not null,
  reason text not null,
  created_by text not null,
  created_at text not null
);

create index silences_alert on silences (alert_id);

create index silences_rule on silences (rule_id);

create index silences_until on silences (until);

create table source_prefixes (
  id integer primary key autoincrement,
  source_system text not null,
  source_identifier text not null,
  source_id text not null,
  prefix text not null,
  vrf text,
  name text,
  site text,
  vlan integer,
  status text,
  updated_at text not null,
  unique (source_system, source_identifier, source_id)
);

create index source_prefixes_prefix on source_prefixes (prefix);

create table source_records (
  id integer primary key autoincrement,
  source_system text not null,
  source_identifier text not null,
  source_id text not null,
  kind text not null,
  mac text,
  content_hash text not null,
  normalized text not null,
  volatile text,
  volatile_at text,
  facts_hash text,
  facts_at text,
  first_run_id integer not null,
  changed_run_id integer not null,
  last_run_id integer,
  missing_run_id integer,
  unique (source_system, source_identifier, source_id)
);

create index source_records_gone on source_records (source_system, source_identifier, last_run_id) where last_run_id is not null;

create index source_records_mac on source_records (mac) where mac is not null;

create table sources (
  id integer primary key autoincrement,
  name text not null unique,
  type text not null,
  settings text not null,
  schedule text,
  enabled integer not null,
  created_at text not null,
  updated_at text not null,
  version integer not null
);

create table status_changes (
  id integer primary key autoincrement,
  server_id text not null references servers (id) on delete cascade,
  at text not null,
  status text not null check (status in ('online', 'offline', 'unknown')),
  condition text,
  cause text not null,
  incident_id integer references status_incidents (id) on delete set null
);

create index status_changes_at on status_changes (at);

create index status_changes_incident on status_changes (incident_id);

create index status_changes_server on status_changes (server_id, at, id);

create table status_incidents (
  id integer primary key autoincrement,
  kind text not null,
  message text not null,
  servers integer not null,
  began_at text not null,
  ended_at text
);

create index status_incidents_began on status_incidents (began_at, id);

create table storage_volumes (
  id integer primary key autoincrement,
  device_id integer references devices (id) on delete set null,
  source_system text not null,
  source_identifier text not null,
  source_id text not null,
  name text not null,
  volume_type text,
  pool_id integer references storage_volumes (id) on delete set null,
  capacity_bytes integer,
  used_bytes integer,
  storage_array text,
  raid_level text,
  thin_provisioned integer,
  copy_kind text,
  status text not null,
  metadata text not null,
  created_at text not null,
  updated_at text not null,
  unique (source_system, source_identifier, source_id)
);

create index storage_volumes_array on storage_volumes (storage_array);

create index storage_volumes_device on storage_volumes (device_id);

create index storage_volumes_pool on storage_volumes (pool_id);

create index storage_volumes_type on storage_volumes (volume_type);

create table sync_history (
  id integer primary key autoincrement,
  sync_id text not null,
  source_system text not null,
  source_identifier text,
  operation text not null,
  device_id integer,
  change_type text not null,
  old_value text,
  new_value text,
  performed_by text not null,
  performed_at text not null,
  metadata text
);

create index sync_history_device on sync_history (device_id, id);

create index sync_history_performed on sync_history (performed_at desc, id desc);

create index sync_history_source on sync_history (source_system, id);

create index sync_history_sync on sync_history (sync_id);

create table sync_metadata (
  id integer primary key autoincrement,
  source_system text not null,
  source_identifier text not null,
  last_sync_start text,
  last_sync_complete text,
  last_sync_status text,
  sync_duration_seconds real,
  devices_added integer not null,
  devices_updated integer not null,
  devices_removed integer not null,
  error_message text,
  last_run_id integer,
  last_complete_run_id integer,
  created_at text not null,
  updated_at text not null,
  unique (source_system, source_identifier)
);

create index sync_metadata_complete on sync_metadata (last_sync_complete);

create table sync_runs (
  id integer primary key autoincrement,
  source_system text not null,
  source_identifier text not null,
  status text not null,
  started_at text not null,
  completed_at text,
  started_by text not null,
  job_id integer,
  records_seen integer not null,
  records_total integer,
  devices_added integer not null,
  devices_updated integer not null,
  devices_removed integer not null,
  records_unchanged integer not null,
  reason text,
  error_code text,
  warnings text not null,
  missing_waiting integer not null,
  missing_decision text,
  decided_by text,
  decided_at text,
  alive_at text,
  reader text
);

create unique index sync_runs_running on sync_runs (source_system, source_identifier) where status = 'running';

create index sync_runs_source on sync_runs (source_system, source_identifier, id);

create index sync_runs_started on sync_runs (started_at);

create index sync_runs_status on sync_runs (status);

create table system_settings (
  id integer primary key autoincrement,
  key text not null unique,
  value text not null,
  description text,
  updated_at text not null,
  updated_by text not null
);

create table tags (
  id integer primary key autoincrement,
  name text not null unique,
  type text not null,
  color text,
  description text,
  created_at text not null,
  version integer not null
);

create table tariffs (
  id integer primary key autoincrement,
  name text not null unique,
  currency text not null,
  zone text not null,
  valid_from text,
  valid_to text,
  base_fee_cents real not null default 0,
  cents_per_kwh real not null,
  bands text not null,
  overhead real not null default 1,
  tags text not null,
  sites text not null,
  created_at text not null,
  updated_at text not null,
  version integer not null default 1
);

create table two_factors (
  id text primary key,
  secret text not null,
  backup_codes text not null,
  user_id text not null references users (id) on delete cascade,
  verified integer,
  failed_verification_count integer,
  locked_until text
);

create index two_factors_user on two_factors (user_id);

create table uploads (
  id text primary key,
  name text not null,
  bytes integer not null,
  sha256 text not null,
  host text not null,
  created_by text not null,
  created_at text not null,
  expires_at text not null
);

create table users (
  id text primary key,
  name text not null,
  email text not null unique,
  email_verified integer not null,
  image text,
  two_factor_enabled integer,
  role text not null check (role in ('viewer', 'operator', 'admin')),
  tags text,
  disabled_at text,
  created_at text not null,
  updated_at text not null,
  version integer not null
);

create index users_role on users (role);

create table verifications (
  id text primary key,
  identifier text not null,
  value text not null,
  expires_at text not null,
  created_at text not null,
  updated_at text not null
);

create index verifications_expires on verifications (expires_at);

create index verifications_identifier on verifications (identifier);

create table vms (
  id integer primary key autoincrement,
  device_id integer not null unique references devices (id) on delete cascade,
  instance_uuid text,
  guest_os text,
  cpu_count integer,
  memory_mb integer,
  power_state text,
  tools_running integer,
  ip_addresses text not null,
  disks text not null,
  snapshots text not null,
  total_disk_capacity_bytes integer,
  total_snapshot_size_bytes integer
);

create index vms_instance_uuid on vms (instance_uuid);

create index vms_power_state on vms (power_state);

create table volume_ids (
  volume_key text not null,
  volume_id integer not null references storage_volumes (id) on delete cascade,
  primary key (volume_key, volume_id)
);

create index volume_ids_volume on volume_ids (volume_id);

create table volume_owners (
  volume_id integer not null references storage_volumes (id) on delete cascade,
  record_id integer not null references source_records (id) on delete cascade,
  primary key (volume_id, record_id)
);

create index volume_owners_record on volume_owners (record_id);

create table volume_uses (
  volume_id integer not null references storage_volumes (id) on delete cascade,
  record_id integer not null references source_records (id) on delete cascade,
  primary key (volume_id, record_id)
);

create index volume_uses_record on volume_uses (record_id);

create table watch_gaps (
  id integer primary key autoincrement,
  from_at text not null,
  until_at text not null,
  cause text not null
);

create index watch_gaps_until on watch_gaps (until_at);

-- ===== PostgreSQL (beside it: the extension pg_trgm, and partitions of sync_history by month, of metrics by day) =====

create table access_secrets (
  name text collate "C" not null,
  sealed text collate "C" not null,
  created_at text collate "C" not null,
  constraint access_secrets_pkey PRIMARY KEY (name)
);

create table accounts (
  id text collate "C" not null,
  account_id text collate "C" not null,
  provider_id text collate "C" not null,
  user_id text collate "C" not null,
  access_token text collate "C",
  refresh_token text collate "C",
  id_token text collate "C",
  access_token_expires_at text collate "C",
  refresh_token_expires_at text collate "C",
  scope text collate "C",
  password text collate "C",
  created_at text collate "C" not null,
  updated_at text collate "C" not null,
  constraint accounts_pkey PRIMARY KEY (id),
  constraint accounts_provider_id_account_id_key UNIQUE (provider_id, account_id),
  constraint accounts_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);

create index accounts_user ON accounts USING btree (user_id);

create table agent_invites (
  id bigint not null generated by default as identity,
  hash text collate "C" not null,
  prefix text collate "C" not null,
  description text collate "C",
  uses_left integer not null,
  used integer not null default 0,
  machine_type text collate "C" not null default 'server'::text,
  tags jsonb not null,
  created_by text collate "C" not null,
  created_at text collate "C" not null,
  expires_at text collate "C" not null,
  revoked_at text collate "C",
  constraint agent_invites_pkey PRIMARY KEY (id),
  constraint agent_invites_hash_key UNIQUE (hash)
);

create table agents (
  id bigint not null generated by default as identity,
  server_id text collate "C" not null,
  key_hash text collate "C" not null,
  previous_key_hash text collate "C",
  key_prefix text collate "C" not null,
  machine_id text collate "C",
  product_uuid text collate "C",
  invite_id bigint,
  enrolled_at text collate "C" not null,
  rotated_at text collate "C",
  revoked_at text collate "C",
  revoked_by text collate "C",
  clone jsonb,
  constraint agents_pkey PRIMARY KEY (id),
  constraint agents_invite_id_fkey FOREIGN KEY (invite_id) REFERENCES agent_invites(id) ON DELETE SET NULL,
  constraint agents_key_hash_key UNIQUE (key_hash),
  constraint agents_previous_key_hash_key UNIQUE (previous_key_hash),
  constraint agents_server_id_fkey FOREIGN KEY (server_id) REFERENCES servers(id) ON DELETE CASCADE,
  constraint agents_server_id_key UNIQUE (server_id)
);

create index agents_invite ON agents USING btree (invite_id);

create index agents_machine ON agents USING btree (machine_id);

create table alert_events (
  id bigint not null generated by default as identity,
  alert_id bigint not null,
  at text collate "C" not null,
  kind text collate "C" not null,
  actor text collate "C",
  message text collate "C" not null,
  constraint alert_events_pkey PRIMARY KEY (id),
  constraint alert_events_alert_id_fkey FOREIGN KEY (alert_id) REFERENCES alerts(id) ON DELETE CASCADE
);

create index alert_events_alert ON alert_events USING btree (alert_id);

create table alert_rules (
  id bigint not null generated by default as identity,
  name text collate "C" not null,
  description text collate "C",
  enabled boolean not null,
  origin text collate "C" not null,
  subject text collate "C" not null default 'device'::text,
  query text collate "C" not null,
  condition jsonb not null,
  levels jsonb not null,
  clear_at double precision,
  for_seconds integer not null,
  clear_for_seconds integer not null,
  policy_id bigint,
  created_by text collate "C" not null,
  created_at text collate "C" not null,
  updated_at text collate "C" not null,
  version integer not null default 1,
  constraint alert_rules_pkey PRIMARY KEY (id),
  constraint alert_rules_name_key UNIQUE (name),
  constraint alert_rules_origin_check CHECK (origin = ANY (ARRAY['default'::text, 'person'::text])),
  constraint alert_rules_policy_id_fkey FOREIGN KEY (policy_id) REFERENCES escalation_policies(id) ON DELETE SET NULL,
  constraint alert_rules_subject_check CHECK (subject = ANY (ARRAY['device'::text, 'server'::text]))
);

create index alert_rules_policy ON alert_rules USING btree (policy_id);

create table alert_seeds (
  seed text collate "C" not null,
  seeded_at text collate "C" not null,
  constraint alert_seeds_pkey PRIMARY KEY (seed)
);

create table alert_states (
  rule_id bigint not null,
  subject text collate "C" not null,
  part text collate "C" not null,
  alert_id bigint,
  cell jsonb not null,
  saved_at text collate "C" not null,
  constraint alert_states_pkey PRIMARY KEY (rule_id, subject, part),
  constraint alert_states_alert_id_fkey FOREIGN KEY (alert_id) REFERENCES alerts(id) ON DELETE SET NULL,
  constraint alert_states_rule_id_fkey FOREIGN KEY (rule_id) REFERENCES alert_rules(id) ON DELETE CASCADE
);

create index alert_states_alert ON alert_states USING btree (alert_id);

create table alerts (
  id bigint not null generated by default as identity,
  fingerprint text collate "C" not null,
  rule_id bigint,
  rule_name text collate "C" not null,
  kind text collate "C" not null,
  subject text collate "C" not null,
  part text collate "C" not null,
  subject_name text collate "C" not null,
  server_id text collate "C",
  device_id bigint,
  severity text collate "C" not null,
  state text collate "C" not null,
  suppressed_by text collate "C",
  cause_id bigint,
  affected integer not null default 0,
  flapping boolean not null,
  title text collate "C" not null,
  value double precision,
  threshold double precision,
  importance integer not null,
  started_at text collate "C" not null,
  changed_at text collate "C" not null,
  resolved_at text collate "C",
  resolution text collate "C",
  acknowledged_at text collate "C",
  acknowledged_by text collate "C",
  told_at text collate "C",
  told_severity text collate "C",
  told_channels jsonb not null,
  told_steps integer not null default 0,
  reminders integer not null default 0,
  constraint alerts_pkey PRIMARY KEY (id),
  constraint alerts_cause_id_fkey FOREIGN KEY (cause_id) REFERENCES alerts(id) ON DELETE SET NULL,
  constraint alerts_rule_id_fkey FOREIGN KEY (rule_id) REFERENCES alert_rules(id) ON DELETE SET NULL,
  constraint alerts_severity_check CHECK (severity = ANY (ARRAY['info'::text, 'warning'::text, 'critical'::text])),
  constraint alerts_state_check CHECK (state = ANY (ARRAY['firing'::text, 'clearing'::text, 'unknown'::text, 'resolved'::text]))
);

create index alerts_cause ON alerts USING btree (cause_id);

create index alerts_device ON alerts USING btree (device_id);

create index alerts_order ON alerts USING btree (importance, started_at, id);

create index alerts_rule ON alerts USING btree (rule_id);

create index alerts_server ON alerts USING btree (server_id);

create unique index alerts_open ON alerts USING btree (fingerprint) WHERE state <> 'resolved'::text;

create table api_tokens (
  id bigint not null generated by default as identity,
  name text collate "C" not null,
  hash text collate "C" not null,
  prefix text collate "C" not null,
  user_id text collate "C",
  created_by text collate "C" not null,
  role text collate "C" not null,
  permissions jsonb,
  tags jsonb,
  created_at text collate "C" not null,
  expires_at text collate "C",
  last_used_at text collate "C",
  revoked_at text collate "C",
  revoked_by text collate "C",
  constraint api_tokens_pkey PRIMARY KEY (id),
  constraint api_tokens_hash_key UNIQUE (hash),
  constraint api_tokens_role_check CHECK (role = ANY (ARRAY['viewer'::text, 'operator'::text, 'admin'::text])),
  constraint api_tokens_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);

create index api_tokens_user ON api_tokens USING btree (user_id);

create table audit_chain (
  id integer not null,
  last_id bigint not null,
  last_hash text collate "C" not null,
  database_id text collate "C" not null,
  mac text collate "C" not null,
  key_id text collate "C" not null,
  constraint audit_chain_pkey PRIMARY KEY (id),
  constraint audit_chain_id_check CHECK (id = 1)
);

create table audit_logs (
  id bigint not null,
  job_id bigint,
  timestamp text collate "C" not null,
  level text collate "C" not null,
  event_type text collate "C" not null,
  message text collate "C" not null,
  details json,
  row_number integer,
  actor text collate "C" not null,
  operation text collate "C",
  subject text collate "C",
  hash text collate "C" not null,
  removed_by bigint,
  constraint audit_logs_pkey PRIMARY KEY (id),
  constraint audit_logs_level_check CHECK (level = ANY (ARRAY['INFO'::text, 'WARNING'::text, 'ERROR'::text]))
);

create index audit_logs_job ON audit_logs USING btree (job_id);

create index audit_logs_removed ON audit_logs USING btree (removed_by) WHERE removed_by IS NOT NULL;

create index audit_logs_timestamp ON audit_logs USING btree ("timestamp");

create table audit_ranges (
  first_id bigint not null,
  last_id bigint not null,
  hash_before text collate "C" not null,
  last_hash text collate "C" not null,
  events bigint not null,
  purged text collate "C" not null,
  removed_at text collate "C" not null,
  removed_by text collate "C" not null,
  mac text collate "C" not null,
  key_id text collate "C" not null,
  constraint audit_ranges_pkey PRIMARY KEY (first_id)
);

create table channels (
  id bigint not null generated by default as identity,
  name text collate "C" not null,
  kind text collate "C" not null,
  enabled boolean not null,
  settings jsonb not null,
  templates jsonb not null,
  quiet_hours jsonb,
  group_seconds integer not null default 0,
  max_per_hour integer not null default 60,
  created_at text collate "C" not null,
  updated_at text collate "C" not null,
  version integer not null default 1,
  constraint channels_pkey PRIMARY KEY (id),
  constraint channels_name_key UNIQUE (name)
);

create table check_changes (
  id bigint not null generated by default as identity,
  check_id bigint not null,
  at text collate "C" not null,
  state text collate "C" not null,
  message text collate "C" not null,
  constraint check_changes_pkey PRIMARY KEY (id),
  constraint check_changes_check_id_fkey FOREIGN KEY (check_id) REFERENCES checks(id) ON DELETE CASCADE
);

create index check_changes_at ON check_changes USING btree (at);

create index check_changes_check ON check_changes USING btree (check_id, at, id);

create table checks (
  id bigint not null generated by default as identity,
  name text collate "C" not null,
  kind text collate "C" not null,
  parent_id bigint,
  device_id bigint,
  target text collate "C",
  q text collate "C",
  settings jsonb not null,
  interval_seconds integer not null,
  timeout_ms integer not null,
  retries integer not null,
  severity text collate "C" not null,
  paused_at text collate "C",
  state text collate "C" not null default 'unknown'::text,
  state_since text collate "C" not null,
  message text collate "C" not null default ''::text,
  created_by text collate "C" not null,
  created_at text collate "C" not null,
  updated_at text collate "C" not null,
  version integer not null default 1,
  constraint checks_pkey PRIMARY KEY (id),
  constraint checks_device_id_fkey FOREIGN KEY (device_id) REFERENCES devices(id) ON DELETE CASCADE,
  constraint checks_kind_check CHECK (kind = ANY (ARRAY['ping'::text, 'tcp'::text, 'http'::text, 'dns'::text, 'snmp'::text, 'certificate'::text])),
  constraint checks_name_key UNIQUE (name),
  constraint checks_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES checks(id) ON DELETE CASCADE,
  constraint checks_state_check CHECK (state = ANY (ARRAY['up'::text, 'down'::text, 'pending'::text, 'unknown'::text]))
);

create index checks_device ON checks USING btree (device_id);

create index checks_parent ON checks USING btree (parent_id);

create index checks_state ON checks USING btree (state, name);

create table connection_logs (
  id bigint not null generated by default as identity,
  job_id bigint,
  device_id bigint,
  log text collate "C" not null,
  timestamp text collate "C" not null,
  constraint connection_logs_pkey PRIMARY KEY (id),
  constraint connection_logs_device_id_fkey FOREIGN KEY (device_id) REFERENCES devices(id) ON DELETE CASCADE,
  constraint connection_logs_job_id_fkey FOREIGN KEY (job_id) REFERENCES jobs(id) ON DELETE CASCADE
);

create index connection_logs_device ON connection_logs USING btree (device_id);

create index connection_logs_job ON connection_logs USING btree (job_id);

create table cost_days (
  server_id text collate "C" not null,
  day text collate "C" not null,
  basis text collate "C" not null,
  tariff_id bigint,
  currency text collate "C",
  kwh double precision not null,
  low_kwh double precision not null,
  high_kwh double precision not null,
  cents double precision,
  low_cents double precision,
  high_cents double precision,
  seconds_on double precision not null,
  seconds_measured double precision not null,
  seconds_partial double precision not null,
  seconds_estimated double precision not null,
  closed boolean not null,
  computed_at text collate "C" not null,
  constraint cost_days_pkey PRIMARY KEY (day, server_id),
  constraint cost_days_server_id_fkey FOREIGN KEY (server_id) REFERENCES servers(id) ON DELETE CASCADE
);

create index cost_days_server ON cost_days USING btree (server_id, day);

create table cost_hours (
  server_id text collate "C" not null,
  day text collate "C" not null,
  hours jsonb not null,
  constraint cost_hours_pkey PRIMARY KEY (day, server_id),
  constraint cost_hours_server_id_fkey FOREIGN KEY (server_id) REFERENCES servers(id) ON DELETE CASCADE
);

create index cost_hours_server ON cost_hours USING btree (server_id, day);

create table credential_tags (
  credential_id bigint not null,
  tag_id bigint not null,
  constraint credential_tags_pkey PRIMARY KEY (credential_id, tag_id),
  constraint credential_tags_credential_id_fkey FOREIGN KEY (credential_id) REFERENCES credentials(id) ON DELETE CASCADE,
  constraint credential_tags_tag_id_fkey FOREIGN KEY (tag_id) REFERENCES tags(id) ON DELETE CASCADE
);

create index credential_tags_tag ON credential_tags USING btree (tag_id);

create table credentials (
  id bigint not null generated by default as identity,
  name text collate "C" not null,
  username text collate "C" not null,
  password text collate "C" not null,
  priority integer not null default 0,
  last_used text collate "C",
  success_rate double precision,
  created_at text collate "C" not null,
  version integer not null,
  constraint credentials_pkey PRIMARY KEY (id),
  constraint credentials_name_key UNIQUE (name)
);

create table custom_fields (
  id bigint not null generated by default as identity,
  name text collate "C" not null,
  label text collate "C" not null,
  type text collate "C" not null,
  options jsonb not null,
  required boolean not null,
  description text collate "C",
  created_at text collate "C" not null,
  version integer not null,
  constraint custom_fields_pkey PRIMARY KEY (id),
  constraint custom_fields_name_key UNIQUE (name)
);

create table device_addresses (
  device_id bigint not null,
  address text collate "C" not null,
  sort_key text collate "C" not null,
  constraint device_addresses_pkey PRIMARY KEY (device_id, address),
  constraint device_addresses_device_id_fkey FOREIGN KEY (device_id) REFERENCES devices(id) ON DELETE CASCADE
);

create index device_addresses_address ON device_addresses USING btree (address);

create index device_addresses_sort ON device_addresses USING btree (sort_key);

create view device_config_texts as
 SELECT id,
    device_id,
    version,
    config_text,
    config_hash,
    retrieved_at,
    source_system,
    metadata
   FROM device_configs;

create table device_configs (
  id bigint not null generated by default as identity,
  device_id bigint not null,
  config_hash text collate "C" not null,
  version integer not null,
  retrieved_at text collate "C" not null,
  source_system text collate "C" not null,
  source_identifier text collate "C" not null,
  source_id text collate "C" not null,
  revision text collate "C",
  metadata jsonb not null,
  config_text text collate "C",
  constraint device_configs_pkey PRIMARY KEY (id),
  constraint device_configs_device_id_fkey FOREIGN KEY (device_id) REFERENCES devices(id) ON DELETE CASCADE,
  constraint device_configs_source_system_source_identifier_source_id_ve_key UNIQUE (source_system, source_identifier, source_id, version)
);

create index device_configs_hash ON device_configs USING btree (config_hash);

create index device_configs_retrieved ON device_configs USING btree (retrieved_at DESC);

create index device_configs_revision ON device_configs USING btree (source_system, source_identifier, revision);

create index device_configs_version ON device_configs USING btree (device_id, version DESC);

create table device_conflicts (
  device_id bigint not null,
  field text collate "C" not null,
  claims jsonb not null,
  since text collate "C" not null,
  constraint device_conflicts_pkey PRIMARY KEY (device_id, field),
  constraint device_conflicts_device_id_fkey FOREIGN KEY (device_id) REFERENCES devices(id) ON DELETE CASCADE
);

create index device_conflicts_field ON device_conflicts USING btree (field, device_id);

create table device_links (
  id bigint not null generated by default as identity,
  record_id bigint not null,
  device_id bigint not null,
  evidence jsonb not null,
  score double precision not null,
  decided_by text collate "C" not null,
  decided_at text collate "C" not null,
  undone_at text collate "C",
  undone_by text collate "C",
  constraint device_links_pkey PRIMARY KEY (id),
  constraint device_links_device_id_fkey FOREIGN KEY (device_id) REFERENCES devices(id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
  constraint device_links_record_id_fkey FOREIGN KEY (record_id) REFERENCES source_records(id) ON DELETE CASCADE
);

create index device_links_device ON device_links USING btree (device_id);

create unique index device_links_current ON device_links USING btree (record_id) WHERE undone_at IS NULL;

create table device_merges (
  id bigint not null generated by default as identity,
  kept_device_id bigint not null,
  merged_device_id bigint not null,
  before jsonb not null,
  merged_by text collate "C" not null,
  merged_at text collate "C" not null,
  undone_at text collate "C",
  undone_by text collate "C",
  constraint device_merges_pkey PRIMARY KEY (id),
  constraint device_merges_kept_device_id_fkey FOREIGN KEY (kept_device_id) REFERENCES devices(id) ON DELETE CASCADE,
  constraint device_merges_merged_device_id_fkey FOREIGN KEY (merged_device_id) REFERENCES devices(id) ON DELETE CASCADE
);

create index device_merges_kept ON device_merges USING btree (kept_device_id);

create index device_merges_merged ON device_merges USING btree (merged_device_id);

create table device_notes (
  id bigint not null generated by default as identity,
  device_id bigint not null,
  body text collate "C" not null,
  author text collate "C" not null,
  created_at text collate "C" not null,
  updated_at text collate "C" not null,
  version integer not null,
  constraint device_notes_pkey PRIMARY KEY (id),
  constraint device_notes_device_id_fkey FOREIGN KEY (device_id) REFERENCES devices(id) ON DELETE CASCADE
);

create index device_notes_device ON device_notes USING btree (device_id, id);

create table device_relationships (
  id bigint not null generated by default as identity,
  parent_device_id bigint not null,
  child_device_id bigint not null,
  relationship_type text collate "C" not null,
  metadata jsonb not null,
  source_system text collate "C" not null,
  source_identifier text collate "C" not null,
  created_at text collate "C" not null,
  updated_at text collate "C" not null,
  constraint device_relationships_pkey PRIMARY KEY (id),
  constraint device_relationships_child_device_id_fkey FOREIGN KEY (child_device_id) REFERENCES devices(id) ON DELETE CASCADE,
  constraint device_relationships_parent_device_id_child_device_id_relat_key UNIQUE (parent_device_id, child_device_id, relationship_type),
  constraint device_relationships_parent_device_id_fkey FOREIGN KEY (parent_device_id) REFERENCES devices(id) ON DELETE CASCADE
);

create index device_relationships_child ON device_relationships USING btree (child_device_id);

create index device_relationships_parent ON device_relationships USING btree (parent_device_id);

create index device_relationships_type ON device_relationships USING btree (relationship_type);

create table device_tags (
  device_id bigint not null,
  tag_id bigint not null,
  created_at text collate "C" not null,
  constraint device_tags_pkey PRIMARY KEY (device_id, tag_id),
  constraint device_tags_device_id_fkey FOREIGN KEY (device_id) REFERENCES devices(id) ON DELETE CASCADE,
  constraint device_tags_tag_id_fkey FOREIGN KEY (tag_id) REFERENCES tags(id) ON DELETE CASCADE
);

create index device_tags_tag ON device_tags USING btree (tag_id, device_id);

create table devices (
  id bigint not null generated by default as identity,
  name text collate "C" not null,
  device_type text collate "C" not null,
  source_system text collate "C" not null,
  source_identifier text collate "C" not null,
  source_id text collate "C" not null,
  status text collate "C" not null,
  metadata jsonb not null,
  first_seen text collate "C" not null,
  last_seen text collate "C" not null,
  created_at text collate "C" not null,
  updated_at text collate "C" not null,
  ip_address text collate "C",
  ip_sort text collate "C" not null,
  serial text collate "C",
  vendor text collate "C",
  model text collate "C",
  os text collate "C",
  driver text collate "C",
  site text collate "C",
  rack text collate "C",
  owner text collate "C",
  custom jsonb not null,
  name_sort text collate "C" not null,
  search_text text collate "C" not null,
  version integer not null,
  merged_into bigint,
  retired_at text collate "C",
  constraint devices_pkey PRIMARY KEY (id),
  constraint devices_merged_into_fkey FOREIGN KEY (merged_into) REFERENCES devices(id),
  constraint devices_source_system_source_identifier_source_id_key UNIQUE (source_system, source_identifier, source_id)
);

create index devices_counted ON devices USING btree (device_type, status) WHERE retired_at IS NULL AND merged_into IS NULL;

create index devices_device_type ON devices USING btree (device_type, id);

create index devices_first_seen ON devices USING btree (first_seen, id);

create index devices_ip_sort ON devices USING btree (ip_sort, id);

create index devices_last_seen ON devices USING btree (last_seen, id);

create index devices_merged_into ON devices USING btree (merged_into) WHERE merged_into IS NOT NULL;

create index devices_model_lower ON devices USING btree (lower(model), id);

create index devices_name ON devices USING btree (name);

create index devices_name_sort ON devices USING btree (name_sort, id);

create index devices_os_lower ON devices USING btree (lower(os), id);

create index devices_owner_lower ON devices USING btree (lower(owner), id);

create index devices_rack_lower ON devices USING btree (lower(rack), id);

create index devices_search ON devices USING gin (search_text gin_trgm_ops);

create index devices_serial ON devices USING btree (serial);

create index devices_serial_lower ON devices USING btree (lower(serial), id);

create index devices_shown ON devices USING btree (name_sort, id) WHERE retired_at IS NULL AND merged_into IS NULL;

create index devices_site_lower ON devices USING btree (lower(site), id);

create index devices_status ON devices USING btree (status, id);

create index devices_vendor_lower ON devices USING btree (lower(vendor), id);

create view discovery_runs as
 SELECT id,
    started_at,
    completed_at,
        CASE
            WHEN status = ANY (ARRAY['complete'::text, 'partial'::text]) THEN 'completed'::text
            WHEN status = 'running'::text THEN 'running'::text
            ELSE 'failed'::text
        END AS status
   FROM sync_runs;

create table embeddings (
  id bigint not null generated by default as identity,
  content_type text collate "C" not null,
  content_id bigint not null,
  chunk_index integer not null,
  text_content text collate "C" not null,
  embedding_vector bytea not null,
  embedding_model text collate "C" not null,
  created_at text collate "C" not null,
  constraint embeddings_pkey PRIMARY KEY (id)
);

create index embeddings_content ON embeddings USING btree (content_type, content_id);

create index embeddings_model ON embeddings USING btree (embedding_model);

create table escalation_policies (
  id bigint not null generated by default as identity,
  name text collate "C" not null,
  is_default boolean not null,
  steps jsonb not null,
  updated_at text collate "C" not null,
  version integer not null default 1,
  constraint escalation_policies_pkey PRIMARY KEY (id),
  constraint escalation_policies_name_key UNIQUE (name)
);

create table expected_services (
  server_id text collate "C" not null,
  service text collate "C" not null,
  created_by text collate "C" not null,
  created_at text collate "C" not null,
  constraint expected_services_pkey PRIMARY KEY (server_id, service),
  constraint expected_services_server_id_fkey FOREIGN KEY (server_id) REFERENCES servers(id) ON DELETE CASCADE
);

create table field_rules (
  id bigint not null generated by default as identity,
  device_id bigint,
  field text collate "C" not null,
  kind text collate "C" not null,
  source_identifier text collate "C",
  value jsonb,
  note text collate "C",
  created_by text collate "C" not null,
  created_at text collate "C" not null,
  version integer not null,
  constraint field_rules_pkey PRIMARY KEY (id),
  constraint field_rules_device_id_fkey FOREIGN KEY (device_id) REFERENCES devices(id) ON DELETE CASCADE,
  constraint field_rules_kind_check CHECK (kind = ANY (ARRAY['lock'::text, 'prefer'::text]))
);

create unique index field_rules_device ON field_rules USING btree (device_id, field) WHERE device_id IS NOT NULL;

create unique index field_rules_everywhere ON field_rules USING btree (field) WHERE device_id IS NULL;

create table findings (
  id bigint not null generated by default as identity,
  kind text collate "C" not null,
  subject text collate "C" not null,
  device_id bigint,
  host_id bigint,
  run_id bigint,
  detail jsonb not null,
  created_at text collate "C" not null,
  resolved_at text collate "C",
  resolved_by text collate "C",
  constraint findings_pkey PRIMARY KEY (id),
  constraint findings_device_id_fkey FOREIGN KEY (device_id) REFERENCES devices(id) ON DELETE CASCADE,
  constraint findings_host_id_fkey FOREIGN KEY (host_id) REFERENCES hosts(id) ON DELETE CASCADE
);

create index findings_device ON findings USING btree (device_id);

create index findings_host ON findings USING btree (host_id);

create index findings_open ON findings USING btree (created_at) WHERE resolved_at IS NULL;

create unique index findings_subject ON findings USING btree (kind, subject) WHERE resolved_at IS NULL;

create table hosts (
  id bigint not null generated by default as identity,
  mac text collate "C" not null,
  hostname text collate "C",
  ip_addresses jsonb not null,
  source text collate "C" not null,
  switch_port text collate "C",
  status text collate "C" not null,
  host_type text collate "C" not null,
  first_seen text collate "C" not null,
  last_seen text collate "C" not null,
  discovery_run_id bigint,
  netbox_id bigint,
  notes text collate "C",
  device_id bigint,
  vendor text collate "C",
  random_mac boolean not null,
  shared_mac boolean not null,
  host_type_locked boolean not null,
  search_text text collate "C" not null,
  ip_sort text collate "C" not null,
  version integer not null,
  constraint hosts_pkey PRIMARY KEY (id),
  constraint hosts_device_id_fkey FOREIGN KEY (device_id) REFERENCES devices(id) ON DELETE SET NULL,
  constraint hosts_mac_key UNIQUE (mac)
);

create index hosts_device ON hosts USING btree (device_id);

create index hosts_last_seen ON hosts USING btree (last_seen, id);

create index hosts_search ON hosts USING gin (search_text gin_trgm_ops);

create index hosts_status ON hosts USING btree (status, last_seen, id);

create table idempotency_keys (
  actor text collate "C" not null,
  key text collate "C" not null,
  request_hash text collate "C" not null,
  status integer,
  response text collate "C",
  created_at text collate "C" not null,
  constraint idempotency_keys_pkey PRIMARY KEY (actor, key)
);

create index idempotency_keys_created ON idempotency_keys USING btree (created_at);

create table identity_decisions (
  id bigint not null generated by default as identity,
  act bigint not null,
  kind text collate "C" not null,
  left_record_id bigint not null,
  right_record_id bigint not null,
  reason text collate "C",
  decided_by text collate "C" not null,
  decided_at text collate "C" not null,
  undone_at text collate "C",
  undone_by text collate "C",
  constraint identity_decisions_pkey PRIMARY KEY (id),
  constraint identity_decisions_kind_check CHECK (kind = ANY (ARRAY['same'::text, 'apart'::text])),
  constraint identity_decisions_left_record_id_fkey FOREIGN KEY (left_record_id) REFERENCES source_records(id) ON DELETE CASCADE,
  constraint identity_decisions_right_record_id_fkey FOREIGN KEY (right_record_id) REFERENCES source_records(id) ON DELETE CASCADE
);

create index identity_decisions_act ON identity_decisions USING btree (act);

create index identity_decisions_left ON identity_decisions USING btree (left_record_id);

create index identity_decisions_right ON identity_decisions USING btree (right_record_id);

create unique index identity_decisions_current ON identity_decisions USING btree (left_record_id, right_record_id) WHERE undone_at IS NULL;

create table identity_reviews (
  id bigint not null generated by default as identity,
  kind text collate "C" not null,
  subject text collate "C" not null,
  left_record_id bigint not null,
  right_record_id bigint not null,
  score double precision not null,
  evidence jsonb not null,
  run_id bigint,
  created_at text collate "C" not null,
  updated_at text collate "C" not null,
  resolved_at text collate "C",
  resolved_by text collate "C",
  resolution text collate "C",
  act bigint,
  constraint identity_reviews_pkey PRIMARY KEY (id),
  constraint identity_reviews_left_record_id_fkey FOREIGN KEY (left_record_id) REFERENCES source_records(id) ON DELETE CASCADE,
  constraint identity_reviews_right_record_id_fkey FOREIGN KEY (right_record_id) REFERENCES source_records(id) ON DELETE CASCADE
);

create index identity_reviews_left ON identity_reviews USING btree (left_record_id);

create index identity_reviews_right ON identity_reviews USING btree (right_record_id);

create index identity_reviews_waiting ON identity_reviews USING btree (score, id) WHERE resolved_at IS NULL;

create unique index identity_reviews_open ON identity_reviews USING btree (subject) WHERE resolved_at IS NULL;

create table ingest_senders (
  sender text collate "C" not null,
  way text collate "C" not null,
  messages bigint not null,
  samples bigint not null,
  mapped bigint not null,
  kept bigint not null,
  left_out bigint not null,
  refused bigint not null,
  servers integer not null,
  reasons jsonb not null,
  first_at text collate "C" not null,
  last_at text collate "C" not null,
  constraint ingest_senders_pkey PRIMARY KEY (sender, way)
);

create table issues (
  id bigint not null generated by default as identity,
  source_identifier text collate "C" not null,
  issue_key text collate "C" not null,
  project_key text collate "C",
  issue_type text collate "C",
  summary text collate "C",
  description text collate "C",
  status text collate "C",
  resolution text collate "C",
  assignee text collate "C",
  reporter text collate "C",
  priority text collate "C",
  labels jsonb not null,
  comments jsonb not null,
  created_at text collate "C",
  updated_at text collate "C",
  resolved_at text collate "C",
  cached_at text collate "C" not null,
  constraint issues_pkey PRIMARY KEY (id),
  constraint issues_source_identifier_issue_key_key UNIQUE (source_identifier, issue_key)
);

create index issues_project ON issues USING btree (project_key);

create index issues_resolution ON issues USING btree (resolution);

create index issues_resolved ON issues USING btree (resolved_at DESC);

create index issues_status ON issues USING btree (status);

create table job_approvals (
  id bigint not null generated by default as identity,
  job_id bigint not null,
  decision text collate "C" not null,
  decided_by text collate "C" not null,
  approval_hash text collate "C" not null,
  comment text collate "C",
  decided_at text collate "C" not null,
  constraint job_approvals_pkey PRIMARY KEY (id),
  constraint job_approvals_decision_check CHECK (decision = ANY (ARRAY['approved'::text, 'rejected'::text])),
  constraint job_approvals_job_id_fkey FOREIGN KEY (job_id) REFERENCES jobs(id) ON DELETE CASCADE
);

create index job_approvals_job ON job_approvals USING btree (job_id);

create table job_dependencies (
  job_id bigint not null,
  depends_on_id bigint not null,
  need text collate "C" not null,
  constraint job_dependencies_pkey PRIMARY KEY (job_id, depends_on_id),
  constraint job_dependencies_depends_on_id_fkey FOREIGN KEY (depends_on_id) REFERENCES jobs(id) ON DELETE CASCADE,
  constraint job_dependencies_job_id_fkey FOREIGN KEY (job_id) REFERENCES jobs(id) ON DELETE CASCADE,
  constraint job_dependencies_need_check CHECK (need = ANY (ARRAY['completed'::text, 'ended'::text]))
);

create index job_dependencies_other ON job_dependencies USING btree (depends_on_id);

create table job_effects (
  effect_key text collate "C" not null,
  action text collate "C" not null,
  job_id bigint not null,
  row_number integer not null,
  status text collate "C" not null,
  result jsonb,
  begun_at text collate "C" not null,
  done_at text collate "C",
  constraint job_effects_pkey PRIMARY KEY (effect_key),
  constraint job_effects_status_check CHECK (status = ANY (ARRAY['begun'::text, 'done'::text]))
);

create index job_effects_job ON job_effects USING btree (job_id, row_number);

create table job_limits (
  key text collate "C" not null,
  tokens double precision not null,
  filled_at bigint not null,
  constraint job_limits_pkey PRIMARY KEY (key)
);

create view job_logs as
 SELECT id,
    job_id,
    message,
    level,
    "timestamp"
   FROM audit_logs
  WHERE job_id IS NOT NULL;

create table job_rows (
  id bigint not null generated by default as identity,
  job_id bigint not null,
  row_number integer not null,
  row_key text collate "C" not null,
  row_checksum text collate "C" not null,
  row_version text collate "C",
  status text collate "C" not null,
  review text collate "C",
  device_id bigint,
  input jsonb not null,
  result jsonb,
  before_state jsonb,
  after_state jsonb,
  warnings jsonb,
  cost_cents bigint,
  estimated_cost_cents bigint,
  attempt integer not null,
  interruptions integer not null default 0,
  next_run_at text collate "C" not null,
  target_key text collate "C",
  credential_key text collate "C",
  effect_key text collate "C",
  lease_token text collate "C",
  node_id text collate "C",
  error_code text collate "C",
  error_message text collate "C",
  created_at text collate "C" not null,
  started_at text collate "C",
  processed_at text collate "C",
  constraint job_rows_pkey PRIMARY KEY (id),
  constraint job_rows_device_id_fkey FOREIGN KEY (device_id) REFERENCES devices(id) ON DELETE SET NULL,
  constraint job_rows_job_id_fkey FOREIGN KEY (job_id) REFERENCES jobs(id) ON DELETE CASCADE,
  constraint job_rows_job_id_row_number_key UNIQUE (job_id, row_number),
  constraint job_rows_review_check CHECK (review = ANY (ARRAY['ambiguous'::text, 'resolved_done'::text, 'resolved_not_done'::text])),
  constraint job_rows_status_check CHECK (status = ANY (ARRAY['pending'::text, 'processing'::text, 'completed'::text, 'failed'::text, 'skipped'::text]))
);

create index job_rows_ambiguous ON job_rows USING btree (job_id) WHERE review = 'ambiguous'::text;

create index job_rows_credential ON job_rows USING btree (credential_key) WHERE status = 'processing'::text AND credential_key IS NOT NULL;

create index job_rows_device ON job_rows USING btree (device_id) WHERE device_id IS NOT NULL;

create index job_rows_due ON job_rows USING btree (job_id, next_run_at, row_number) WHERE status = 'pending'::text;

create index job_rows_limited ON job_rows USING btree (job_id, credential_key, target_key, next_run_at, row_number) WHERE status = 'pending'::text AND target_key IS NOT NULL;

create index job_rows_node ON job_rows USING btree (node_id) WHERE status = 'processing'::text;

create index job_rows_status ON job_rows USING btree (job_id, status) WHERE status <> 'pending'::text;

create index job_rows_target ON job_rows USING btree (target_key) WHERE status = 'processing'::text AND target_key IS NOT NULL;

create table jobs (
  id bigint not null generated by default as identity,
  name text collate "C" not null,
  action text collate "C" not null,
  parameters jsonb not null,
  description text collate "C",
  original_command text collate "C" not null,
  status text collate "C" not null,
  mode text collate "C" not null,
  total_rows integer not null,
  processed_rows integer not null,
  successful_rows integer not null,
  failed_rows integer not null,
  skipped_rows integer not null default 0,
  ambiguous_rows integer not null default 0,
  total_cost_cents bigint,
  estimated_cost_cents bigint,
  device_id bigint,
  schedule_id bigint,
  effect text collate "C" not null default 'read'::text,
  priority integer not null default 0,
  run integer not null default 1,
  waiting_for text collate "C",
  canary_passed integer not null default 0,
  options jsonb not null default '{}'::jsonb,
  rows_from jsonb,
  approval text collate "C",
  approval_hash text collate "C",
  approval_expires_at text collate "C",
  preview jsonb,
  result jsonb,
  progress jsonb,
  requested_by text collate "C" not null,
  requester jsonb not null default '{}'::jsonb,
  cancel_requested_at text collate "C",
  attempt integer not null,
  node_id text collate "C",
  error_code text collate "C",
  error_message text collate "C",
  created_at text collate "C" not null,
  scheduled_for text collate "C",
  started_at text collate "C",
  completed_at text collate "C",
  updated_at text collate "C" not null,
  constraint jobs_pkey PRIMARY KEY (id),
  constraint jobs_approval_check CHECK (approval = ANY (ARRAY['preparing'::text, 'waiting'::text, 'approved'::text, 'rejected'::text, 'expired'::text])),
  constraint jobs_device_id_fkey FOREIGN KEY (device_id) REFERENCES devices(id) ON DELETE SET NULL,
  constraint jobs_effect_check CHECK (effect = ANY (ARRAY['read'::text, 'keyed'::text, 'probe'::text, 'once'::text])),
  constraint jobs_mode_check CHECK (mode = ANY (ARRAY['confirm'::text, 'auto'::text])),
  constraint jobs_schedule_id_fkey FOREIGN KEY (schedule_id) REFERENCES schedules(id) ON DELETE SET NULL,
  constraint jobs_status_check CHECK (status = ANY (ARRAY['pending'::text, 'running'::text, 'paused'::text, 'completed'::text, 'failed'::text, 'cancelled'::text]))
);

create index jobs_created ON jobs USING btree (created_at);

create index jobs_device ON jobs USING btree (device_id) WHERE device_id IS NOT NULL;

create index jobs_open ON jobs USING btree (priority DESC, id) WHERE status = ANY (ARRAY['pending'::text, 'running'::text]);

create index jobs_schedule ON jobs USING btree (schedule_id) WHERE schedule_id IS NOT NULL;

create index jobs_status ON jobs USING btree (status);

create table kb_articles (
  id bigint not null generated by default as identity,
  source_identifier text collate "C" not null,
  source_id text collate "C" not null,
  space_key text collate "C",
  title text collate "C" not null,
  body_text text collate "C",
  body_html text collate "C",
  url text collate "C",
  parent_id text collate "C",
  labels jsonb not null,
  created_at text collate "C",
  last_updated text collate "C",
  cached_at text collate "C" not null,
  constraint kb_articles_pkey PRIMARY KEY (id),
  constraint kb_articles_source_identifier_source_id_key UNIQUE (source_identifier, source_id)
);

create index kb_articles_space ON kb_articles USING btree (space_key);

create index kb_articles_title ON kb_articles USING btree (title);

create index kb_articles_updated ON kb_articles USING btree (last_updated DESC);

create table leases (
  name text collate "C" not null,
  holder text collate "C" not null,
  token bigint not null,
  alive_at text collate "C" not null,
  constraint leases_pkey PRIMARY KEY (name)
);

create table maintenance_windows (
  id bigint not null generated by default as identity,
  name text collate "C" not null,
  q text collate "C",
  server_ids jsonb not null,
  starts_at text collate "C",
  ends_at text collate "C",
  cron text collate "C",
  duration_minutes integer,
  time_zone text collate "C",
  created_by text collate "C" not null,
  created_at text collate "C" not null,
  updated_at text collate "C" not null,
  version integer not null default 1,
  constraint maintenance_windows_pkey PRIMARY KEY (id)
);

create index maintenance_windows_name ON maintenance_windows USING btree (name, id);

create table metric_chunks (
  start bigint not null,
  subject text collate "C" not null,
  points integer not null,
  payload bytea not null,
  constraint metric_chunks_pkey PRIMARY KEY (start, subject)
);

create table metric_latest (
  subject text collate "C" not null,
  at bigint not null,
  received bigint not null,
  latest jsonb not null,
  constraint metric_latest_pkey PRIMARY KEY (subject)
);

create table metric_rollups (
  tier text collate "C" not null,
  start bigint not null,
  subject text collate "C" not null,
  payload bytea not null,
  constraint metric_rollups_pkey PRIMARY KEY (tier, start, subject),
  constraint metric_rollups_tier_check CHECK (tier = ANY (ARRAY['hour'::text, 'day'::text]))
);

create table metrics (
  id bigint not null generated by default as identity,
  server_id text collate "C" not null,
  timestamp text collate "C" not null,
  cpu_percent double precision,
  memory_percent double precision,
  memory_total_mb bigint,
  memory_used_mb bigint,
  disk_percent double precision,
  disk_total_gb double precision,
  disk_used_gb double precision,
  network_rx_bytes bigint,
  network_tx_bytes bigint,
  load_1m double precision,
  load_5m double precision,
  load_15m double precision,
  uptime_seconds bigint,
  constraint metrics_pkey PRIMARY KEY (id, "timestamp"),
  constraint metrics_server_id_fkey FOREIGN KEY (server_id) REFERENCES servers(id) ON DELETE CASCADE
) partition by range ("timestamp");

create index idx_metrics_timestamp ON ONLY metrics USING btree ("timestamp");

create unique index idx_metrics_server_timestamp ON ONLY metrics USING btree (server_id, "timestamp");

create table metrics_log (
  id bigint not null generated by default as identity,
  payload bytea not null,
  constraint metrics_log_pkey PRIMARY KEY (id)
);

create table netbox_sync_approvals (
  id bigint not null generated by default as identity,
  sync_batch_id text collate "C" not null,
  device_id bigint,
  action text collate "C" not null,
  netbox_object_type text collate "C" not null,
  netbox_object_id bigint,
  proposed_changes jsonb not null,
  approval_status text collate "C" not null,
  approved_by text collate "C",
  approved_at text collate "C",
  applied_at text collate "C",
  rollback_data jsonb,
  constraint netbox_sync_approvals_pkey PRIMARY KEY (id),
  constraint netbox_sync_approvals_device_id_fkey FOREIGN KEY (device_id) REFERENCES devices(id) ON DELETE SET NULL
);

create index netbox_sync_approvals_approved ON netbox_sync_approvals USING btree (approved_at DESC);

create index netbox_sync_approvals_batch ON netbox_sync_approvals USING btree (sync_batch_id);

create index netbox_sync_approvals_device ON netbox_sync_approvals USING btree (device_id);

create index netbox_sync_approvals_status ON netbox_sync_approvals USING btree (approval_status);

create table network_interfaces (
  id bigint not null generated by default as identity,
  device_id bigint not null,
  interface_name text collate "C" not null,
  mac_address text collate "C",
  ip_addresses jsonb not null,
  speed_mbps bigint,
  status text collate "C",
  interface_type text collate "C",
  metadata jsonb not null,
  constraint network_interfaces_pkey PRIMARY KEY (id),
  constraint network_interfaces_device_id_fkey FOREIGN KEY (device_id) REFERENCES devices(id) ON DELETE CASCADE
);

create index network_interfaces_device ON network_interfaces USING btree (device_id);

create index network_interfaces_mac ON network_interfaces USING btree (mac_address);

create index network_interfaces_status ON network_interfaces USING btree (status);

create table nodes (
  id text collate "C" not null,
  hostname text collate "C" not null,
  pid integer not null,
  role text collate "C" not null,
  boot_id text collate "C",
  process_started text collate "C",
  started_at text collate "C" not null,
  heartbeat_at text collate "C" not null,
  constraint nodes_pkey PRIMARY KEY (id)
);

create table notices (
  id bigint not null generated by default as identity,
  channel_id bigint,
  channel_name text collate "C" not null,
  key text collate "C" not null,
  kind text collate "C" not null,
  severity text collate "C" not null,
  title text collate "C" not null,
  text text collate "C" not null,
  labels jsonb not null,
  alert_id bigint,
  link text collate "C",
  state text collate "C" not null default 'queued'::text,
  attempts integer not null default 0,
  next_at text collate "C",
  message text collate "C",
  last_error text collate "C",
  created_at text collate "C" not null,
  first_tried_at text collate "C",
  sent_at text collate "C",
  constraint notices_pkey PRIMARY KEY (id),
  constraint notices_channel_id_fkey FOREIGN KEY (channel_id) REFERENCES channels(id) ON DELETE SET NULL,
  constraint notices_state_check CHECK (state = ANY (ARRAY['queued'::text, 'sending'::text, 'sent'::text, 'failed'::text, 'given_up'::text]))
);

create index notices_alert ON notices USING btree (alert_id);

create index notices_created ON notices USING btree (created_at);

create index notices_sent ON notices USING btree (channel_id, sent_at);

create index notices_waiting ON notices USING btree (next_at) WHERE state = ANY (ARRAY['queued'::text, 'sending'::text, 'failed'::text]);

create unique index notices_key ON notices USING btree (channel_id, key);

create table record_former_ids (
  native_id text collate "C" not null,
  record_id bigint not null,
  lost_at text collate "C" not null,
  constraint record_former_ids_pkey PRIMARY KEY (native_id, record_id),
  constraint record_former_ids_record_id_fkey FOREIGN KEY (record_id) REFERENCES source_records(id) ON DELETE CASCADE
);

create index record_former_ids_record ON record_former_ids USING btree (record_id);

create table record_native_ids (
  native_id text collate "C" not null,
  record_id bigint not null,
  constraint record_native_ids_pkey PRIMARY KEY (native_id, record_id),
  constraint record_native_ids_record_id_fkey FOREIGN KEY (record_id) REFERENCES source_records(id) ON DELETE CASCADE
);

create index record_native_ids_record ON record_native_ids USING btree (record_id);

create table removed_servers (
  id text collate "C" not null,
  removed_at text collate "C" not null,
  removed_by text collate "C" not null,
  constraint removed_servers_pkey PRIMARY KEY (id)
);

create table saved_views (
  id bigint not null generated by default as identity,
  name text collate "C" not null,
  subject text collate "C" not null,
  query text collate "C" not null,
  columns jsonb not null,
  sort text collate "C",
  owner text collate "C" not null,
  shared boolean not null,
  created_at text collate "C" not null,
  version integer not null,
  constraint saved_views_pkey PRIMARY KEY (id),
  constraint saved_views_owner_subject_name_key UNIQUE (owner, subject, name)
);

create table schedule_slots (
  schedule_key text collate "C" not null,
  slot text collate "C" not null,
  job_id bigint,
  outcome text collate "C" not null,
  reason text collate "C",
  claimed_at text collate "C" not null,
  constraint schedule_slots_pkey PRIMARY KEY (schedule_key, slot)
);

create index schedule_slots_claimed ON schedule_slots USING btree (claimed_at);

create table schedules (
  id bigint not null generated by default as identity,
  name text collate "C" not null,
  action text collate "C" not null,
  parameters jsonb not null,
  rows_from jsonb,
  options jsonb not null,
  mode text collate "C" not null,
  cron text collate "C" not null,
  time_zone text collate "C" not null,
  dst_gap text collate "C" not null,
  dst_overlap text collate "C" not null,
  catch_up text collate "C" not null,
  catch_up_hours integer not null,
  overlap text collate "C" not null,
  windows jsonb not null,
  enabled boolean not null,
  description text collate "C",
  created_by text collate "C" not null,
  requester jsonb not null,
  created_at text collate "C" not null,
  updated_at text collate "C" not null,
  version integer not null,
  constraint schedules_pkey PRIMARY KEY (id),
  constraint schedules_catch_up_check CHECK (catch_up = ANY (ARRAY['none'::text, 'last'::text, 'all'::text])),
  constraint schedules_dst_gap_check CHECK (dst_gap = ANY (ARRAY['shift'::text, 'skip'::text])),
  constraint schedules_dst_overlap_check CHECK (dst_overlap = ANY (ARRAY['first'::text, 'second'::text, 'both'::text])),
  constraint schedules_mode_check CHECK (mode = ANY (ARRAY['confirm'::text, 'auto'::text])),
  constraint schedules_name_key UNIQUE (name),
  constraint schedules_overlap_check CHECK (overlap = ANY (ARRAY['skip'::text, 'queue'::text, 'replace'::text, 'allow'::text]))
);

create table schema_migrations (
  name text not null,
  applied_at text not null,
  constraint schema_migrations_pkey PRIMARY KEY (name)
);

create table scrapes (
  id bigint not null generated by default as identity,
  name text collate "C" not null,
  url text collate "C" not null,
  server_id text collate "C",
  found_server_id text collate "C",
  interval_seconds integer not null,
  timeout_seconds double precision not null,
  labels jsonb not null,
  access text collate "C",
  paused_at text collate "C",
  outcome text collate "C",
  outcome_since text collate "C",
  message text collate "C",
  samples integer,
  created_by text collate "C" not null,
  created_at text collate "C" not null,
  updated_at text collate "C" not null,
  version integer not null default 1,
  constraint scrapes_pkey PRIMARY KEY (id),
  constraint scrapes_found_server_id_fkey FOREIGN KEY (found_server_id) REFERENCES servers(id) ON DELETE SET NULL,
  constraint scrapes_name_key UNIQUE (name),
  constraint scrapes_outcome_check CHECK (outcome = ANY (ARRAY['read'::text, 'failed'::text])),
  constraint scrapes_server_id_fkey FOREIGN KEY (server_id) REFERENCES servers(id) ON DELETE CASCADE
);

create index scrapes_found_server ON scrapes USING btree (found_server_id);

create index scrapes_server ON scrapes USING btree (server_id);

create table server_facts (
  id bigint not null generated by default as identity,
  device_id bigint not null,
  fact_name text collate "C" not null,
  fact_value jsonb,
  collected_at text collate "C" not null,
  source_system text collate "C" not null,
  source_identifier text collate "C" not null,
  source_id text collate "C" not null,
  volatile boolean not null,
  constraint server_facts_pkey PRIMARY KEY (id),
  constraint server_facts_device_id_fkey FOREIGN KEY (device_id) REFERENCES devices(id) ON DELETE CASCADE,
  constraint server_facts_source_system_source_identifier_source_id_fact_key UNIQUE (source_system, source_identifier, source_id, fact_name)
);

create index server_facts_device ON server_facts USING btree (device_id, fact_name);

create index server_facts_name ON server_facts USING btree (fact_name);

create table servers (
  id text collate "C" not null,
  hostname text collate "C" not null,
  display_name text collate "C",
  ip_address text collate "C",
  status text collate "C" not null default 'unknown'::text,
  condition text collate "C",
  os_distribution text collate "C",
  os_version text collate "C",
  kernel_version text collate "C",
  architecture text collate "C",
  tdp_watts integer,
  device_id bigint,
  last_seen text collate "C",
  created_at text collate "C" not null,
  updated_at text collate "C" not null,
  machine_type text collate "C" not null default 'server'::text,
  interval_seconds integer,
  paused_at text collate "C",
  agent_version text collate "C",
  boot_id text collate "C",
  clock_skew_ms bigint,
  told jsonb,
  status_since text collate "C",
  last_received_at text collate "C",
  version integer not null default 1,
  device_set_by text collate "C",
  name_sort text collate "C" not null default ''::text,
  search_text text collate "C" not null default ''::text,
  tags jsonb,
  constraint servers_pkey PRIMARY KEY (id),
  constraint servers_device_id_fkey FOREIGN KEY (device_id) REFERENCES devices(id) ON DELETE SET NULL,
  constraint servers_machine_type_check CHECK (machine_type = ANY (ARRAY['server'::text, 'workstation'::text])),
  constraint servers_status_check CHECK (status = ANY (ARRAY['online'::text, 'offline'::text, 'unknown'::text]))
);

create index servers_device ON servers USING btree (device_id);

create index servers_name ON servers USING btree (name_sort, id);

create index servers_status ON servers USING btree (status, id);

create table sessions (
  id text collate "C" not null,
  token text collate "C" not null,
  user_id text collate "C" not null,
  expires_at text collate "C" not null,
  ip_address text collate "C",
  user_agent text collate "C",
  created_at text collate "C" not null,
  updated_at text collate "C" not null,
  constraint sessions_pkey PRIMARY KEY (id),
  constraint sessions_token_key UNIQUE (token),
  constraint sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);

create index sessions_expires ON sessions USING btree (expires_at);

create index sessions_user ON sessions USING btree (user_id);

create table setup_links (
  id bigint not null generated by default as identity,
  hash text collate "C" not null,
  purpose text collate "C" not null,
  user_id text collate "C",
  created_by text collate "C" not null,
  created_at text collate "C" not null,
  expires_at text collate "C" not null,
  constraint setup_links_pkey PRIMARY KEY (id),
  constraint setup_links_hash_key UNIQUE (hash),
  constraint setup_links_purpose_check CHECK (purpose = ANY (ARRAY['setup'::text, 'invite'::text])),
  constraint setup_links_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);

create index setup_links_expires ON setup_links USING btree (expires_at);

create index setup_links_user ON setup_links USING btree (user_id);

create table sign_in_limits (
  key text collate "C" not null,
  count integer not null,
  window_start text collate "C" not null,
  constraint sign_in_limits_pkey PRIMARY KEY (key)
);

create index sign_in_limits_window ON sign_in_limits USING btree (window_start);

create table silences (
  id bigint not null generated by default as identity,
  subject text collate "C" not null default 'device'::text,
  query text collate "C",
  rule_id bigint,
  alert_id bigint,
  until text collate "C" not null,
  reason text collate "C" not null,
  created_by text collate "C" not null,
  created_at text collate "C" not null,
  constraint silences_pkey PRIMARY KEY (id),
  constraint silences_alert_id_fkey FOREIGN KEY (alert_id) REFERENCES alerts(id) ON DELETE CASCADE,
  constraint silences_rule_id_fkey FOREIGN KEY (rule_id) REFERENCES alert_rules(id) ON DELETE CASCADE,
  constraint silences_subject_check CHECK (subject = ANY (ARRAY['device'::text, 'server'::text]))
);

create index silences_alert ON silences USING btree (alert_id);

create index silences_rule ON silences USING btree (rule_id);

create index silences_until ON silences USING btree (until);

create table source_prefixes (
  id bigint not null generated by default as identity,
  source_system text collate "C" not null,
  source_identifier text collate "C" not null,
  source_id text collate "C" not null,
  prefix text collate "C" not null,
  vrf text collate "C",
  name text collate "C",
  site text collate "C",
  vlan integer,
  status text collate "C",
  updated_at text collate "C" not null,
  constraint source_prefixes_pkey PRIMARY KEY (id),
  constraint source_prefixes_source_system_source_identifier_source_id_key UNIQUE (source_system, source_identifier, source_id)
);

create index source_prefixes_prefix ON source_prefixes USING btree (prefix);

create table source_records (
  id bigint not null generated by default as identity,
  source_system text collate "C" not null,
  source_identifier text collate "C" not null,
  source_id text collate "C" not null,
  kind text collate "C" not null,
  mac text collate "C",
  content_hash text collate "C" not null,
  normalized jsonb not null,
  volatile jsonb,
  volatile_at text collate "C",
  facts_hash text collate "C",
  facts_at text collate "C",
  first_run_id bigint not null,
  changed_run_id bigint not null,
  last_run_id bigint,
  missing_run_id bigint,
  constraint source_records_pkey PRIMARY KEY (id),
  constraint source_records_source_system_source_identifier_source_id_key UNIQUE (source_system, source_identifier, source_id)
);

create index source_records_gone ON source_records USING btree (source_system, source_identifier, last_run_id) WHERE last_run_id IS NOT NULL;

create index source_records_mac ON source_records USING btree (mac) WHERE mac IS NOT NULL;

create table sources (
  id bigint not null generated by default as identity,
  name text collate "C" not null,
  type text collate "C" not null,
  settings jsonb not null,
  schedule text collate "C",
  enabled boolean not null,
  created_at text collate "C" not null,
  updated_at text collate "C" not null,
  version integer not null,
  constraint sources_pkey PRIMARY KEY (id),
  constraint sources_name_key UNIQUE (name)
);

create table status_changes (
  id bigint not null generated by default as identity,
  server_id text collate "C" not null,
  at text collate "C" not null,
  status text collate "C" not null,
  condition text collate "C",
  cause text collate "C" not null,
  incident_id bigint,
  constraint status_changes_pkey PRIMARY KEY (id),
  constraint status_changes_incident_id_fkey FOREIGN KEY (incident_id) REFERENCES status_incidents(id) ON DELETE SET NULL,
  constraint status_changes_server_id_fkey FOREIGN KEY (server_id) REFERENCES servers(id) ON DELETE CASCADE,
  constraint status_changes_status_check CHECK (status = ANY (ARRAY['online'::text, 'offline'::text, 'unknown'::text]))
);

create index status_changes_at ON status_changes USING btree (at);

create index status_changes_incident ON status_changes USING btree (incident_id);

create index status_changes_server ON status_changes USING btree (server_id, at, id);

create table status_incidents (
  id bigint not null generated by default as identity,
  kind text collate "C" not null,
  message text collate "C" not null,
  servers integer not null,
  began_at text collate "C" not null,
  ended_at text collate "C",
  constraint status_incidents_pkey PRIMARY KEY (id)
);

create index status_incidents_began ON status_incidents USING btree (began_at, id);

create table storage_volumes (
  id bigint not null generated by default as identity,
  device_id bigint,
  source_system text collate "C" not null,
  source_identifier text collate "C" not null,
  source_id text collate "C" not null,
  name text collate "C" not null,
  volume_type text collate "C",
  pool_id bigint,
  capacity_bytes bigint,
  used_bytes bigint,
  storage_array text collate "C",
  raid_level text collate "C",
  thin_provisioned boolean,
  copy_kind text collate "C",
  status text collate "C" not null,
  metadata jsonb not null,
  created_at text collate "C" not null,
  updated_at text collate "C" not null,
  constraint storage_volumes_pkey PRIMARY KEY (id),
  constraint storage_volumes_device_id_fkey FOREIGN KEY (device_id) REFERENCES devices(id) ON DELETE SET NULL,
  constraint storage_volumes_pool_id_fkey FOREIGN KEY (pool_id) REFERENCES storage_volumes(id) ON DELETE SET NULL,
  constraint storage_volumes_source_system_source_identifier_source_id_key UNIQUE (source_system, source_identifier, source_id)
);

create index storage_volumes_array ON storage_volumes USING btree (storage_array);

create index storage_volumes_device ON storage_volumes USING btree (device_id);

create index storage_volumes_pool ON storage_volumes USING btree (pool_id);

create index storage_volumes_type ON storage_volumes USING btree (volume_type);

create table sync_history (
  id bigint not null generated by default as identity,
  sync_id text collate "C" not null,
  source_system text collate "C" not null,
  source_identifier text collate "C",
  operation text collate "C" not null,
  device_id bigint,
  change_type text collate "C" not null,
  old_value jsonb,
  new_value jsonb,
  performed_by text collate "C" not null,
  performed_at text collate "C" not null,
  metadata jsonb,
  constraint sync_history_pkey PRIMARY KEY (id, performed_at)
) partition by range (performed_at);

create index sync_history_device ON ONLY sync_history USING btree (device_id, id);

create index sync_history_performed ON ONLY sync_history USING btree (performed_at DESC, id DESC);

create index sync_history_source ON ONLY sync_history USING btree (source_system, id);

create index sync_history_sync ON ONLY sync_history USING btree (sync_id);

create table sync_metadata (
  id bigint not null generated by default as identity,
  source_system text collate "C" not null,
  source_identifier text collate "C" not null,
  last_sync_start text collate "C",
  last_sync_complete text collate "C",
  last_sync_status text collate "C",
  sync_duration_seconds double precision,
  devices_added integer not null,
  devices_updated integer not null,
  devices_removed integer not null,
  error_message text collate "C",
  last_run_id bigint,
  last_complete_run_id bigint,
  created_at text collate "C" not null,
  updated_at text collate "C" not null,
  constraint sync_metadata_pkey PRIMARY KEY (id),
  constraint sync_metadata_source_system_source_identifier_key UNIQUE (source_system, source_identifier)
);

create index sync_metadata_complete ON sync_metadata USING btree (last_sync_complete);

create table sync_runs (
  id bigint not null generated by default as identity,
  source_system text collate "C" not null,
  source_identifier text collate "C" not null,
  status text collate "C" not null,
  started_at text collate "C" not null,
  completed_at text collate "C",
  started_by text collate "C" not null,
  job_id bigint,
  records_seen integer not null,
  records_total integer,
  devices_added integer not null,
  devices_updated integer not null,
  devices_removed integer not null,
  records_unchanged integer not null,
  reason text collate "C",
  error_code text collate "C",
  warnings jsonb not null,
  missing_waiting integer not null,
  missing_decision text collate "C",
  decided_by text collate "C",
  decided_at text collate "C",
  alive_at text collate "C",
  reader jsonb,
  constraint sync_runs_pkey PRIMARY KEY (id)
);

create index sync_runs_source ON sync_runs USING btree (source_system, source_identifier, id);

create index sync_runs_started ON sync_runs USING btree (started_at);

create index sync_runs_status ON sync_runs USING btree (status);

create unique index sync_runs_running ON sync_runs USING btree (source_system, source_identifier) WHERE status = 'running'::text;

create table system_settings (
  id bigint not null generated by default as identity,
  key text collate "C" not null,
  value jsonb not null,
  description text collate "C",
  updated_at text collate "C" not null,
  updated_by text collate "C" not null,
  constraint system_settings_pkey PRIMARY KEY (id),
  constraint system_settings_key_key UNIQUE (key)
);

create table tags (
  id bigint not null generated by default as identity,
  name text collate "C" not null,
  type text collate "C" not null,
  color text collate "C",
  description text collate "C",
  created_at text collate "C" not null,
  version integer not null,
  constraint tags_pkey PRIMARY KEY (id),
  constraint tags_name_key UNIQUE (name)
);

create table tariffs (
  id bigint not null generated by default as identity,
  name text collate "C" not null,
  currency text collate "C" not null,
  zone text collate "C" not null,
  valid_from text collate "C",
  valid_to text collate "C",
  base_fee_cents double precision not null default 0,
  cents_per_kwh double precision not null,
  bands jsonb not null,
  overhead double precision not null default 1,
  tags jsonb not null,
  sites jsonb not null,
  created_at text collate "C" not null,
  updated_at text collate "C" not null,
  version integer not null default 1,
  constraint tariffs_pkey PRIMARY KEY (id),
  constraint tariffs_name_key UNIQUE (name)
);

create table two_factors (
  id text collate "C" not null,
  secret text collate "C" not null,
  backup_codes text collate "C" not null,
  user_id text collate "C" not null,
  verified boolean,
  failed_verification_count integer,
  locked_until text collate "C",
  constraint two_factors_pkey PRIMARY KEY (id),
  constraint two_factors_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);

create index two_factors_user ON two_factors USING btree (user_id);

create table uploads (
  id text collate "C" not null,
  name text collate "C" not null,
  bytes bigint not null,
  sha256 text collate "C" not null,
  host text collate "C" not null,
  created_by text collate "C" not null,
  created_at text collate "C" not null,
  expires_at text collate "C" not null,
  constraint uploads_pkey PRIMARY KEY (id)
);

create table users (
  id text collate "C" not null,
  name text collate "C" not null,
  email text collate "C" not null,
  email_verified boolean not null,
  image text collate "C",
  two_factor_enabled boolean,
  role text collate "C" not null,
  tags jsonb,
  disabled_at text collate "C",
  created_at text collate "C" not null,
  updated_at text collate "C" not null,
  version integer not null,
  constraint users_pkey PRIMARY KEY (id),
  constraint users_email_key UNIQUE (email),
  constraint users_role_check CHECK (role = ANY (ARRAY['viewer'::text, 'operator'::text, 'admin'::text]))
);

create index users_role ON users USING btree (role);

create table verifications (
  id text collate "C" not null,
  identifier text collate "C" not null,
  value text collate "C" not null,
  expires_at text collate "C" not null,
  created_at text collate "C" not null,
  updated_at text collate "C" not null,
  constraint verifications_pkey PRIMARY KEY (id)
);

create index verifications_expires ON verifications USING btree (expires_at);

create index verifications_identifier ON verifications USING btree (identifier);

create table vms (
  id bigint not null generated by default as identity,
  device_id bigint not null,
  instance_uuid text collate "C",
  guest_os text collate "C",
  cpu_count integer,
  memory_mb bigint,
  power_state text collate "C",
  tools_running boolean,
  ip_addresses jsonb not null,
  disks jsonb not null,
  snapshots jsonb not null,
  total_disk_capacity_bytes bigint,
  total_snapshot_size_bytes bigint,
  constraint vms_pkey PRIMARY KEY (id),
  constraint vms_device_id_fkey FOREIGN KEY (device_id) REFERENCES devices(id) ON DELETE CASCADE,
  constraint vms_device_id_key UNIQUE (device_id)
);

create index vms_instance_uuid ON vms USING btree (instance_uuid);

create index vms_power_state ON vms USING btree (power_state);

create table volume_ids (
  volume_key text collate "C" not null,
  volume_id bigint not null,
  constraint volume_ids_pkey PRIMARY KEY (volume_key, volume_id),
  constraint volume_ids_volume_id_fkey FOREIGN KEY (volume_id) REFERENCES storage_volumes(id) ON DELETE CASCADE
);

create index volume_ids_volume ON volume_ids USING btree (volume_id);

create table volume_owners (
  volume_id bigint not null,
  record_id bigint not null,
  constraint volume_owners_pkey PRIMARY KEY (volume_id, record_id),
  constraint volume_owners_record_id_fkey FOREIGN KEY (record_id) REFERENCES source_records(id) ON DELETE CASCADE,
  constraint volume_owners_volume_id_fkey FOREIGN KEY (volume_id) REFERENCES storage_volumes(id) ON DELETE CASCADE
);

create index volume_owners_record ON volume_owners USING btree (record_id);

create table volume_uses (
  volume_id bigint not null,
  record_id bigint not null,
  constraint volume_uses_pkey PRIMARY KEY (volume_id, record_id),
  constraint volume_uses_record_id_fkey FOREIGN KEY (record_id) REFERENCES source_records(id) ON DELETE CASCADE,
  constraint volume_uses_volume_id_fkey FOREIGN KEY (volume_id) REFERENCES storage_volumes(id) ON DELETE CASCADE
);

create index volume_uses_record ON volume_uses USING btree (record_id);

create table watch_gaps (
  id bigint not null generated by default as identity,
  from_at text collate "C" not null,
  until_at text collate "C" not null,
  cause text collate "C" not null,
  constraint watch_gaps_pkey PRIMARY KEY (id)
);

create index watch_gaps_until ON watch_gaps USING btree (until_at);
