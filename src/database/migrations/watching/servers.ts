import type { Migration } from '#database/migration.ts'

/** What people set and agents tell of servers; the keys of agents, and the tokens with which they get one. */
export const servers: Migration = {
  up: (t) => [
    `alter table servers add column machine_type ${t.text} not null default 'server' check (machine_type in ('server', 'workstation'))`,
    `alter table servers add column interval_seconds ${t.integer}`,
    `alter table servers add column paused_at ${t.text}`,
    `alter table servers add column agent_version ${t.text}`,
    `alter table servers add column boot_id ${t.text}`,
    `alter table servers add column clock_skew_ms ${t.bigint}`,
    `alter table servers add column told ${t.json}`,
    `alter table servers add column status_since ${t.text}`,
    `alter table servers add column last_received_at ${t.text}`,
    `alter table servers add column version ${t.integer} not null default 1`,
    // Null while the device is the one that the agent's record is linked to.
    `alter table servers add column device_set_by ${t.text}`,
    `alter table servers add column name_sort ${t.text} not null default ''`,
    `alter table servers add column search_text ${t.text} not null default ''`,
    `alter table servers add column tags ${t.json}`,
    'create index servers_name on servers (name_sort, id)',
    'create index servers_status on servers (status, id)',
    // Whoever still sends for what a person removed does not bring it back.
    `create table removed_servers (
      id ${t.text} primary key,
      removed_at ${t.text} not null,
      removed_by ${t.text} not null
    )`,
    `create table agent_invites (
      id ${t.id},
      hash ${t.text} not null unique,
      prefix ${t.text} not null,
      description ${t.text},
      uses_left ${t.integer} not null,
      used ${t.integer} not null default 0,
      machine_type ${t.text} not null default 'server',
      tags ${t.json} not null,
      created_by ${t.text} not null,
      created_at ${t.text} not null,
      expires_at ${t.text} not null,
      revoked_at ${t.text}
    )`,
    `create table agents (
      id ${t.id},
      server_id ${t.text} not null unique references servers (id) on delete cascade,
      key_hash ${t.text} not null unique,
      previous_key_hash ${t.text} unique,
      key_prefix ${t.text} not null,
      machine_id ${t.text},
      product_uuid ${t.text},
      invite_id ${t.bigint} references agent_invites (id) on delete set null,
      enrolled_at ${t.text} not null,
      rotated_at ${t.text},
      revoked_at ${t.text},
      revoked_by ${t.text},
      clone ${t.json}
    )`,
    'create index agents_machine on agents (machine_id)',
    'create index agents_invite on agents (invite_id)',
  ],
  down: () => [
    'drop table agents',
    'drop table agent_invites',
    'drop table removed_servers',
    'drop index servers_name',
    'drop index servers_status',
    ...[
      'machine_type',
      'interval_seconds',
      'paused_at',
      'agent_version',
      'boot_id',
      'clock_skew_ms',
      'told',
      'status_since',
      'last_received_at',
      'version',
      'device_set_by',
      'name_sort',
      'search_text',
      'tags',
    ].map((column) => `alter table servers drop column ${column}`),
  ],
}
