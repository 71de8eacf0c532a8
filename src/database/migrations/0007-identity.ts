import type { Migration } from '#database/migration.ts'

/** What people decide about identity and fields, what waits for them, and what volumes are to others: requirement 004. */
export const identity: Migration = {
  up: (t) => [
    // What a record was known by and no longer is, so that a machine is still the same after its card or name changed.
    `create table record_former_ids (
      native_id ${t.text} not null,
      record_id ${t.bigint} not null references source_records (id) on delete cascade,
      lost_at ${t.text} not null,
      primary key (native_id, record_id)
    )`,
    'create index record_former_ids_record on record_former_ids (record_id)',
    // Two records that are one machine, or that never are, whatever rules say; what was said in one go has one act.
    `create table identity_decisions (
      id ${t.id},
      act ${t.bigint} not null,
      kind ${t.text} not null check (kind in ('same', 'apart')),
      left_record_id ${t.bigint} not null references source_records (id) on delete cascade,
      right_record_id ${t.bigint} not null references source_records (id) on delete cascade,
      reason ${t.text},
      decided_by ${t.text} not null,
      decided_at ${t.text} not null,
      undone_at ${t.text},
      undone_by ${t.text}
    )`,
    'create unique index identity_decisions_current on identity_decisions (left_record_id, right_record_id) where undone_at is null',
    'create index identity_decisions_act on identity_decisions (act)',
    'create index identity_decisions_left on identity_decisions (left_record_id)',
    'create index identity_decisions_right on identity_decisions (right_record_id)',
    `create table identity_reviews (
      id ${t.id},
      kind ${t.text} not null,
      subject ${t.text} not null,
      left_record_id ${t.bigint} not null references source_records (id) on delete cascade,
      right_record_id ${t.bigint} not null references source_records (id) on delete cascade,
      score ${t.real} not null,
      evidence ${t.json} not null,
      run_id ${t.bigint},
      created_at ${t.text} not null,
      updated_at ${t.text} not null,
      resolved_at ${t.text},
      resolved_by ${t.text},
      resolution ${t.text},
      act ${t.bigint}
    )`,
    'create unique index identity_reviews_open on identity_reviews (subject) where resolved_at is null',
    'create index identity_reviews_waiting on identity_reviews (score, id) where resolved_at is null',
    'create index identity_reviews_left on identity_reviews (left_record_id)',
    'create index identity_reviews_right on identity_reviews (right_record_id)',
    // A merge by a person with all that it moved, so that it can be taken back exactly.
    `create table device_merges (
      id ${t.id},
      kept_device_id ${t.bigint} not null references devices (id) on delete cascade,
      merged_device_id ${t.bigint} not null references devices (id) on delete cascade,
      before ${t.json} not null,
      merged_by ${t.text} not null,
      merged_at ${t.text} not null,
      undone_at ${t.text},
      undone_by ${t.text}
    )`,
    'create index device_merges_kept on device_merges (kept_device_id)',
    'create index device_merges_merged on device_merges (merged_device_id)',
    // Whom to believe of a field, for one device or (without one) for all; a lock holds a value against everybody.
    `create table field_rules (
      id ${t.id},
      device_id ${t.bigint} references devices (id) on delete cascade,
      field ${t.text} not null,
      kind ${t.text} not null check (kind in ('lock', 'prefer')),
      source_identifier ${t.text},
      value ${t.json},
      note ${t.text},
      created_by ${t.text} not null,
      created_at ${t.text} not null,
      version ${t.integer} not null
    )`,
    'create unique index field_rules_device on field_rules (device_id, field) where device_id is not null',
    'create unique index field_rules_everywhere on field_rules (field) where device_id is null',
    `create table device_conflicts (
      device_id ${t.bigint} not null references devices (id) on delete cascade,
      field ${t.text} not null,
      claims ${t.json} not null,
      since ${t.text} not null,
      primary key (device_id, field)
    )`,
    'create index device_conflicts_field on device_conflicts (field, device_id)',
    // Records are named, not devices: whichever device a record belongs to next, its volumes go along.
    `create table volume_owners (
      volume_id ${t.bigint} not null references storage_volumes (id) on delete cascade,
      record_id ${t.bigint} not null references source_records (id) on delete cascade,
      primary key (volume_id, record_id)
    )`,
    'create index volume_owners_record on volume_owners (record_id)',
    `create table volume_uses (
      volume_id ${t.bigint} not null references storage_volumes (id) on delete cascade,
      record_id ${t.bigint} not null references source_records (id) on delete cascade,
      primary key (volume_id, record_id)
    )`,
    'create index volume_uses_record on volume_uses (record_id)',
    `create table volume_ids (
      volume_key ${t.text} not null,
      volume_id ${t.bigint} not null references storage_volumes (id) on delete cascade,
      primary key (volume_key, volume_id)
    )`,
    'create index volume_ids_volume on volume_ids (volume_id)',
  ],
  down: () => [
    'drop table volume_ids',
    'drop table volume_uses',
    'drop table volume_owners',
    'drop table device_conflicts',
    'drop table field_rules',
    'drop table device_merges',
    'drop table identity_reviews',
    'drop table identity_decisions',
    'drop table record_former_ids',
  ],
}
