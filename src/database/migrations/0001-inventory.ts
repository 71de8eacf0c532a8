import type { ColumnTypes, Migration } from '#database/migration.ts'

/**
 * SQLite ends every index by the id itself. Named once more it would be a second place to look ids up by, and the
 * planner would try every pair of two lists of ids.
 */
const byId = (t: ColumnTypes): string => (t.engine === 'sqlite' ? '' : ', id')

/** Devices and everything that hangs on them: requirements 003 and 004. */
export const inventory: Migration = {
  up: (t) => [
    `create table devices (
      id ${t.id},
      name ${t.text} not null,
      device_type ${t.text} not null,
      source_system ${t.text} not null,
      source_identifier ${t.text} not null,
      source_id ${t.text} not null,
      status ${t.text} not null,
      metadata ${t.json} not null,
      first_seen ${t.text} not null,
      last_seen ${t.text} not null,
      created_at ${t.text} not null,
      updated_at ${t.text} not null,
      ip_address ${t.text},
      ip_sort ${t.text} not null,
      serial ${t.text},
      vendor ${t.text},
      model ${t.text},
      os ${t.text},
      driver ${t.text},
      site ${t.text},
      rack ${t.text},
      owner ${t.text},
      custom ${t.json} not null,
      name_sort ${t.text} not null,
      search_text ${t.text} not null,
      version ${t.integer} not null,
      merged_into ${t.bigint} references devices (id),
      retired_at ${t.text},
      unique (source_system, source_identifier, source_id)
    )`,
    `create index devices_device_type on devices (device_type${byId(t)})`,
    'create index devices_name on devices (name)',
    `create index devices_name_sort on devices (name_sort${byId(t)})`,
    // Listings leave out what is retired or merged, and count the rest.
    `create index devices_shown on devices (name_sort${byId(t)}) where retired_at is null and merged_into is null`,
    'create index devices_counted on devices (device_type, status) where retired_at is null and merged_into is null',
    `create index devices_status on devices (status${byId(t)})`,
    `create index devices_last_seen on devices (last_seen${byId(t)})`,
    `create index devices_first_seen on devices (first_seen${byId(t)})`,
    `create index devices_ip_sort on devices (ip_sort${byId(t)})`,
    'create index devices_serial on devices (serial)',
    // In any case of letters, as people sort and ask.
    ...['serial', 'vendor', 'model', 'os', 'site', 'rack', 'owner'].map(
      (column) => `create index devices_${column}_lower on devices (lower(${column})${byId(t)})`,
    ),
    'create index devices_merged_into on devices (merged_into) where merged_into is not null',
    `create table device_relationships (
      id ${t.id},
      parent_device_id ${t.bigint} not null references devices (id) on delete cascade,
      child_device_id ${t.bigint} not null references devices (id) on delete cascade,
      relationship_type ${t.text} not null,
      metadata ${t.json} not null,
      source_system ${t.text} not null,
      source_identifier ${t.text} not null,
      created_at ${t.text} not null,
      updated_at ${t.text} not null,
      unique (parent_device_id, child_device_id, relationship_type)
    )`,
    'create index device_relationships_parent on device_relationships (parent_device_id)',
    'create index device_relationships_child on device_relationships (child_device_id)',
    'create index device_relationships_type on device_relationships (relationship_type)',
    `create table vms (
      id ${t.id},
      device_id ${t.bigint} not null unique references devices (id) on delete cascade,
      instance_uuid ${t.text},
      guest_os ${t.text},
      cpu_count ${t.integer},
      memory_mb ${t.bigint},
      power_state ${t.text},
      tools_running ${t.boolean},
      ip_addresses ${t.json} not null,
      disks ${t.json} not null,
      snapshots ${t.json} not null,
      total_disk_capacity_bytes ${t.bigint},
      total_snapshot_size_bytes ${t.bigint}
    )`,
    'create index vms_instance_uuid on vms (instance_uuid)',
    'create index vms_power_state on vms (power_state)',
    `create table network_interfaces (
      id ${t.id},
      device_id ${t.bigint} not null references devices (id) on delete cascade,
      interface_name ${t.text} not null,
      mac_address ${t.text},
      ip_addresses ${t.json} not null,
      speed_mbps ${t.bigint},
      status ${t.text},
      interface_type ${t.text},
      metadata ${t.json} not null
    )`,
    'create index network_interfaces_device on network_interfaces (device_id)',
    'create index network_interfaces_mac on network_interfaces (mac_address)',
    'create index network_interfaces_status on network_interfaces (status)',
    `create table device_addresses (
      device_id ${t.bigint} not null references devices (id) on delete cascade,
      address ${t.text} not null,
      sort_key ${t.text} not null,
      primary key (device_id, address)
    )${t.engine === 'sqlite' ? ' without rowid' : ''}`,
    'create index device_addresses_address on device_addresses (address)',
    'create index device_addresses_sort on device_addresses (sort_key)',
    `create table storage_volumes (
      id ${t.id},
      device_id ${t.bigint} references devices (id) on delete set null,
      source_system ${t.text} not null,
      source_identifier ${t.text} not null,
      source_id ${t.text} not null,
      name ${t.text} not null,
      volume_type ${t.text},
      pool_id ${t.bigint} references storage_volumes (id) on delete set null,
      capacity_bytes ${t.bigint},
      used_bytes ${t.bigint},
      storage_array ${t.text},
      raid_level ${t.text},
      thin_provisioned ${t.boolean},
      copy_kind ${t.text},
      status ${t.text} not null,
      metadata ${t.json} not null,
      created_at ${t.text} not null,
      updated_at ${t.text} not null,
      unique (source_system, source_identifier, source_id)
    )`,
    'create index storage_volumes_device on storage_volumes (device_id)',
    'create index storage_volumes_array on storage_volumes (storage_array)',
    'create index storage_volumes_type on storage_volumes (volume_type)',
    'create index storage_volumes_pool on storage_volumes (pool_id)',
    `create table device_configs (
      id ${t.id},
      device_id ${t.bigint} not null references devices (id) on delete cascade,
      config_hash ${t.text} not null,
      version ${t.integer} not null,
      retrieved_at ${t.text} not null,
      source_system ${t.text} not null,
      source_identifier ${t.text} not null,
      source_id ${t.text} not null,
      revision ${t.text},
      metadata ${t.json} not null,
      config_text ${t.text},
      unique (source_system, source_identifier, source_id, version)
    )`,
    'create index device_configs_version on device_configs (device_id, version desc)',
    'create index device_configs_hash on device_configs (config_hash)',
    'create index device_configs_retrieved on device_configs (retrieved_at desc)',
    'create index device_configs_revision on device_configs (source_system, source_identifier, revision)',
    `create view device_config_texts as
      select id, device_id, version, config_text, config_hash, retrieved_at, source_system, metadata from device_configs`,
    `create table server_facts (
      id ${t.id},
      device_id ${t.bigint} not null references devices (id) on delete cascade,
      fact_name ${t.text} not null,
      fact_value ${t.json},
      collected_at ${t.text} not null,
      source_system ${t.text} not null,
      source_identifier ${t.text} not null,
      source_id ${t.text} not null,
      volatile ${t.boolean} not null,
      unique (source_system, source_identifier, source_id, fact_name)
    )`,
    'create index server_facts_device on server_facts (device_id, fact_name)',
    'create index server_facts_name on server_facts (fact_name)',
    `create table tags (
      id ${t.id},
      name ${t.text} not null unique,
      type ${t.text} not null,
      color ${t.text},
      description ${t.text},
      created_at ${t.text} not null,
      version ${t.integer} not null
    )`,
    `create table device_tags (
      device_id ${t.bigint} not null references devices (id) on delete cascade,
      tag_id ${t.bigint} not null references tags (id) on delete cascade,
      created_at ${t.text} not null,
      primary key (device_id, tag_id)
    )`,
    'create index device_tags_tag on device_tags (tag_id, device_id)',
    `create table device_notes (
      id ${t.id},
      device_id ${t.bigint} not null references devices (id) on delete cascade,
      body ${t.text} not null,
      author ${t.text} not null,
      created_at ${t.text} not null,
      updated_at ${t.text} not null,
      version ${t.integer} not null
    )`,
    'create index device_notes_device on device_notes (device_id, id)',
    `create table custom_fields (
      id ${t.id},
      name ${t.text} not null unique,
      label ${t.text} not null,
      type ${t.text} not null,
      options ${t.json} not null,
      required ${t.boolean} not null,
      description ${t.text},
      created_at ${t.text} not null,
      version ${t.integer} not null
    )`,
    `create table saved_views (
      id ${t.id},
      name ${t.text} not null,
      subject ${t.text} not null,
      query ${t.text} not null,
      columns ${t.json} not null,
      sort ${t.text},
      owner ${t.text} not null,
      shared ${t.boolean} not null,
      created_at ${t.text} not null,
      version ${t.integer} not null,
      unique (owner, subject, name)
    )`,
    // Free words are substrings of search_text, found by trigram on both engines.
    ...(t.engine === 'sqlite'
      ? [
          `create virtual table device_search using fts5 (
            search_text, content='devices', content_rowid='id', tokenize='trigram case_sensitive 1', columnsize=0
          )`,
          `create trigger devices_search_insert after insert on devices begin
            insert into device_search (rowid, search_text) values (new.id, new.search_text);
          end`,
          `create trigger devices_search_delete after delete on devices begin
            insert into device_search (device_search, rowid, search_text) values ('delete', old.id, old.search_text);
          end`,
          `create trigger devices_search_update after update of search_text on devices
            when old.search_text is not new.search_text begin
            insert into device_search (device_search, rowid, search_text) values ('delete', old.id, old.search_text);
            insert into device_search (rowid, search_text) values (new.id, new.search_text);
          end`,
        ]
      : [
          'create extension if not exists pg_trgm',
          'create index devices_search on devices using gin (search_text gin_trgm_ops)',
        ]),
  ],
  down: (t) => [
    ...(t.engine === 'sqlite'
      ? [
          'drop trigger devices_search_update',
          'drop trigger devices_search_delete',
          'drop trigger devices_search_insert',
          'drop table device_search',
        ]
      : []),
    'drop table saved_views',
    'drop table custom_fields',
    'drop table device_notes',
    'drop table device_tags',
    'drop table tags',
    'drop table server_facts',
    'drop view device_config_texts',
    'drop table device_configs',
    'drop table storage_volumes',
    'drop table device_addresses',
    'drop table network_interfaces',
    'drop table vms',
    'drop table device_relationships',
    'drop table devices',
  ],
}
