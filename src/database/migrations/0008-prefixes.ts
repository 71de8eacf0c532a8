import type { Migration } from '#database/migration.ts'

/** Prefixes that sources say exist: subnets of DHCP servers, entries of an address plan. */
export const prefixes: Migration = {
  up: (t) => [
    `create table source_prefixes (
      id ${t.id},
      source_system ${t.text} not null,
      source_identifier ${t.text} not null,
      source_id ${t.text} not null,
      prefix ${t.text} not null,
      vrf ${t.text},
      name ${t.text},
      site ${t.text},
      vlan ${t.integer},
      status ${t.text},
      updated_at ${t.text} not null,
      unique (source_system, source_identifier, source_id)
    )`,
    'create index source_prefixes_prefix on source_prefixes (prefix)',
  ],
  down: () => ['drop table source_prefixes'],
}
