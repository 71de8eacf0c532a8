import type { Migration } from '#database/migration.ts'

/** Who does something of which there may be only one. */
export const leases: Migration = {
  up: (t) => [
    `create table leases (
      name ${t.text} primary key,
      holder ${t.text} not null,
      token ${t.bigint} not null,
      alive_at ${t.text} not null
    )`,
  ],
  down: () => ['drop table leases'],
}
