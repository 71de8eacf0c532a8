import type { Migration } from '#database/migration.ts'

/** Checks without an agent, and what they found over time. */
export const checks: Migration = {
  up: (t) => [
    `create table checks (
      id ${t.id},
      name ${t.text} not null unique,
      kind ${t.text} not null check (kind in ('ping', 'tcp', 'http', 'dns', 'snmp', 'certificate')),
      parent_id ${t.bigint} references checks (id) on delete cascade,
      device_id ${t.bigint} references devices (id) on delete cascade,
      target ${t.text},
      q ${t.text},
      settings ${t.json} not null,
      interval_seconds ${t.integer} not null,
      timeout_ms ${t.integer} not null,
      retries ${t.integer} not null,
      severity ${t.text} not null,
      paused_at ${t.text},
      state ${t.text} not null default 'unknown' check (state in ('up', 'down', 'pending', 'unknown')),
      state_since ${t.text} not null,
      message ${t.text} not null default '',
      created_by ${t.text} not null,
      created_at ${t.text} not null,
      updated_at ${t.text} not null,
      version ${t.integer} not null default 1
    )`,
    'create index checks_parent on checks (parent_id)',
    'create index checks_device on checks (device_id)',
    'create index checks_state on checks (state, name)',
    `create table check_changes (
      id ${t.id},
      check_id ${t.bigint} not null references checks (id) on delete cascade,
      at ${t.text} not null,
      state ${t.text} not null,
      message ${t.text} not null
    )`,
    'create index check_changes_check on check_changes (check_id, at, id)',
    'create index check_changes_at on check_changes (at)',
  ],
  down: () => ['drop table check_changes', 'drop table checks'],
}
