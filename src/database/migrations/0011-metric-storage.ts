import type { Migration } from '#database/migration.ts'

/** Metrics beside the rows of `metrics`: the log, sealed chunks, roll-ups, newest values. */
export const metricStorage: Migration = {
  up: (t) => [
    // On SQLite numbered by the row itself: keeping the highest in a table of its own would cost a page a commit.
    `create table metrics_log (
      id ${t.engine === 'sqlite' ? 'integer primary key' : t.id},
      payload ${t.blob} not null
    )`,
    // Buckets come one after the other, so what is written lies together and what is too old too.
    `create table metric_chunks (
      start ${t.bigint} not null,
      subject ${t.text} not null,
      points ${t.integer} not null,
      payload ${t.blob} not null,
      primary key (start, subject)
    )`,
    `create table metric_rollups (
      tier ${t.text} not null check (tier in ('hour', 'day')),
      start ${t.bigint} not null,
      subject ${t.text} not null,
      payload ${t.blob} not null,
      primary key (tier, start, subject)
    )`,
    `create table metric_latest (
      subject ${t.text} primary key,
      at ${t.bigint} not null,
      received ${t.bigint} not null,
      latest ${t.json} not null
    )`,
  ],
  down: () =>
    ['metric_latest', 'metric_rollups', 'metric_chunks', 'metrics_log'].map((table) => `drop table ${table}`),
}
