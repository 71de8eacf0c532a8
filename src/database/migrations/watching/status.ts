import type { Migration } from '#database/migration.ts'

/** What became of servers, when nobody listened, and when they are left in peace. */
export const status: Migration = {
  up: (t) => [
    `create table status_incidents (
      id ${t.id},
      kind ${t.text} not null,
      message ${t.text} not null,
      servers ${t.integer} not null,
      began_at ${t.text} not null,
      ended_at ${t.text}
    )`,
    'create index status_incidents_began on status_incidents (began_at, id)',
    `create table status_changes (
      id ${t.id},
      server_id ${t.text} not null references servers (id) on delete cascade,
      at ${t.text} not null,
      status ${t.text} not null check (status in ('online', 'offline', 'unknown')),
      condition ${t.text},
      cause ${t.text} not null,
      incident_id ${t.bigint} references status_incidents (id) on delete set null
    )`,
    'create index status_changes_server on status_changes (server_id, at, id)',
    'create index status_changes_at on status_changes (at)',
    'create index status_changes_incident on status_changes (incident_id)',
    `create table watch_gaps (
      id ${t.id},
      from_at ${t.text} not null,
      until_at ${t.text} not null,
      cause ${t.text} not null
    )`,
    'create index watch_gaps_until on watch_gaps (until_at)',
    `create table maintenance_windows (
      id ${t.id},
      name ${t.text} not null,
      q ${t.text},
      server_ids ${t.json} not null,
      starts_at ${t.text},
      ends_at ${t.text},
      cron ${t.text},
      duration_minutes ${t.integer},
      time_zone ${t.text},
      created_by ${t.text} not null,
      created_at ${t.text} not null,
      updated_at ${t.text} not null,
      version ${t.integer} not null default 1
    )`,
    'create index maintenance_windows_name on maintenance_windows (name, id)',
  ],
  down: () => [
    'drop table maintenance_windows',
    'drop table watch_gaps',
    'drop table status_changes',
    'drop table status_incidents',
  ],
}
