import type { Migration } from '#database/migration.ts'

/** Over what people are told, and what is to be told or was. */
export const notices: Migration = {
  up: (t) => [
    `create table channels (
      id ${t.id},
      name ${t.text} not null unique,
      kind ${t.text} not null,
      enabled ${t.boolean} not null,
      settings ${t.json} not null,
      templates ${t.json} not null,
      quiet_hours ${t.json},
      group_seconds ${t.integer} not null default 0,
      max_per_hour ${t.integer} not null default 60,
      created_at ${t.text} not null,
      updated_at ${t.text} not null,
      version ${t.integer} not null default 1
    )`,
    `create table notices (
      id ${t.id},
      channel_id ${t.bigint} references channels (id) on delete set null,
      channel_name ${t.text} not null,
      key ${t.text} not null,
      kind ${t.text} not null,
      severity ${t.text} not null,
      title ${t.text} not null,
      text ${t.text} not null,
      labels ${t.json} not null,
      alert_id ${t.bigint},
      link ${t.text},
      state ${t.text} not null default 'queued' check (state in ('queued', 'sending', 'sent', 'failed', 'given_up')),
      attempts ${t.integer} not null default 0,
      next_at ${t.text},
      message ${t.text},
      last_error ${t.text},
      created_at ${t.text} not null,
      first_tried_at ${t.text},
      sent_at ${t.text}
    )`,
    'create unique index notices_key on notices (channel_id, key)',
    "create index notices_waiting on notices (next_at) where state in ('queued', 'sending', 'failed')",
    'create index notices_alert on notices (alert_id)',
    'create index notices_sent on notices (channel_id, sent_at)',
    'create index notices_created on notices (created_at)',
  ],
  down: () => ['drop table notices', 'drop table channels'],
}
