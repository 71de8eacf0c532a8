import type { Migration } from '#database/migration.ts'

/** What power costs, and what servers took of it on days that are over. */
export const cost: Migration = {
  up: (t) => [
    `create table tariffs (
      id ${t.id},
      name ${t.text} not null unique,
      currency ${t.text} not null,
      zone ${t.text} not null,
      valid_from ${t.text},
      valid_to ${t.text},
      base_fee_cents ${t.real} not null default 0,
      cents_per_kwh ${t.real} not null,
      bands ${t.json} not null,
      overhead ${t.real} not null default 1,
      tags ${t.json} not null,
      sites ${t.json} not null,
      created_at ${t.text} not null,
      updated_at ${t.text} not null,
      version ${t.integer} not null default 1
    )`,
    // By day first: what a period cost lies together, however many years are kept.
    `create table cost_days (
      server_id ${t.text} not null references servers (id) on delete cascade,
      day ${t.text} not null,
      basis ${t.text} not null,
      tariff_id ${t.bigint},
      currency ${t.text},
      kwh ${t.real} not null,
      low_kwh ${t.real} not null,
      high_kwh ${t.real} not null,
      cents ${t.real},
      low_cents ${t.real},
      high_cents ${t.real},
      seconds_on ${t.real} not null,
      seconds_measured ${t.real} not null,
      seconds_partial ${t.real} not null,
      seconds_estimated ${t.real} not null,
      closed ${t.boolean} not null,
      computed_at ${t.text} not null,
      primary key (day, server_id)
    )${t.engine === 'sqlite' ? ' without rowid' : ''}`,
    'create index cost_days_server on cost_days (server_id, day)',
    `create table cost_hours (
      server_id ${t.text} not null references servers (id) on delete cascade,
      day ${t.text} not null,
      hours ${t.json} not null,
      primary key (day, server_id)
    )${t.engine === 'sqlite' ? ' without rowid' : ''}`,
    'create index cost_hours_server on cost_hours (server_id, day)',
  ],
  down: () => ['drop table cost_hours', 'drop table cost_days', 'drop table tariffs'],
}
