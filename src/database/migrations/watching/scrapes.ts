import type { Migration } from '#database/migration.ts'

/** Pages of metrics that are read by us, and what became of what other agents sent. */
export const scrapes: Migration = {
  up: (t) => [
    `create table scrapes (
      id ${t.id},
      name ${t.text} not null unique,
      url ${t.text} not null,
      server_id ${t.text} references servers (id) on delete cascade,
      found_server_id ${t.text} references servers (id) on delete set null,
      interval_seconds ${t.integer} not null,
      timeout_seconds ${t.real} not null,
      labels ${t.json} not null,
      access ${t.text},
      paused_at ${t.text},
      outcome ${t.text} check (outcome in ('read', 'failed')),
      outcome_since ${t.text},
      message ${t.text},
      samples ${t.integer},
      created_by ${t.text} not null,
      created_at ${t.text} not null,
      updated_at ${t.text} not null,
      version ${t.integer} not null default 1
    )`,
    'create index scrapes_server on scrapes (server_id)',
    'create index scrapes_found_server on scrapes (found_server_id)',
    `create table ingest_senders (
      sender ${t.text} not null,
      way ${t.text} not null,
      messages ${t.bigint} not null,
      samples ${t.bigint} not null,
      mapped ${t.bigint} not null,
      kept ${t.bigint} not null,
      left_out ${t.bigint} not null,
      refused ${t.bigint} not null,
      servers ${t.integer} not null,
      reasons ${t.json} not null,
      first_at ${t.text} not null,
      last_at ${t.text} not null,
      primary key (sender, way)
    )`,
  ],
  down: () => ['drop table ingest_senders', 'drop table scrapes'],
}
