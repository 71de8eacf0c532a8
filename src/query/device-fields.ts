import { sql } from 'kysely'
import { deviceStatuses, deviceTypes } from '#model/record.ts'
import type { Choice, Family, Field, Relation, Subject } from '#query/field.ts'
import { jsonTexts } from '#query/json-condition.ts'
import type { Place } from '#query/place.ts'
import { column, membersOf, tableColumn, visibleSql } from '#query/place.ts'
import { related } from '#query/relation.ts'

const choices = (words: readonly string[], also: Record<string, readonly string[]> = {}): Choice[] =>
  words.map((word) => ({ word, stored: word, also: also[word] }))

const nullable = { nullable: true }

/** A column of the records linked to the device at present. */
const linkedRecord = (name: string): Place => ({
  fold: 'lower',
  some: (scope, passes) =>
    membersOf(
      scope,
      sql.ref(`${scope.row}.id`),
      {
        from: (names) =>
          sql`device_links as ${sql.id(names(0))} join source_records as ${sql.id(names(1))}
            on ${sql.ref(`${names(1)}.id`)} = ${sql.ref(`${names(0)}.record_id`)}`,
        key: (names) => sql.ref(`${names(0)}.device_id`),
        where: (names) => sql`${sql.ref(`${names(0)}.undone_at`)} is null`,
      },
      (names) => passes(sql.ref(`${names(1)}.${name}`)),
    ),
})

/** PostgreSQL plans far better with the few tags found beforehand, SQLite with a list either way. */
const tagName: Place = {
  fold: 'lower',
  some: (scope, passes) =>
    membersOf(
      scope,
      sql.ref(`${scope.row}.id`),
      {
        from: (names) => sql`device_tags as ${sql.id(names(0))}`,
        key: (names) => sql.ref(`${names(0)}.device_id`),
      },
      (names) => {
        const tags = sql`select ${sql.ref(`${names(1)}.id`)} from tags as ${sql.id(names(1))}
          where ${passes(sql.ref(`${names(1)}.name`))}`
        const tag = sql.ref(`${names(0)}.tag_id`)
        return scope.engine === 'sqlite' ? sql`${tag} in (${tags})` : sql`${tag} = any(array(${tags}))`
      },
    ),
}

/** Interfaces and hosts at once: one list of addresses keeps the indexes of both in use. */
const macOfEither: Place = {
  fold: 'exact',
  some: (scope, passes) =>
    membersOf(
      scope,
      sql.ref(`${scope.row}.id`),
      {
        from: (names) =>
          sql`(select device_id, mac_address as mac from network_interfaces
            union all select device_id, mac from hosts) as ${sql.id(names(0))}`,
        key: (names) => sql.ref(`${names(0)}.device_id`),
      },
      (names) => {
        const mac = sql.ref(`${names(0)}.mac`)
        return sql`${mac} is not null and ${passes(mac)}`
      },
    ),
}

/** The name of a cluster that hosts the device, directly or through the machine it runs on. */
const clusterAbove = (levels: 1 | 2): Place => ({
  fold: 'lowered',
  some: (scope, passes) =>
    membersOf(
      scope,
      sql.ref(`${scope.row}.id`),
      {
        from: (names) => {
          const [link, cluster, upper] = [names(0), names(1), names(2)]
          const top = levels === 1 ? link : upper
          const step = sql`join device_relationships as ${sql.id(upper)}
            on ${sql.ref(`${upper}.child_device_id`)} = ${sql.ref(`${link}.parent_device_id`)}`
          return sql`device_relationships as ${sql.id(link)} ${levels === 1 ? sql`` : step}
            join devices as ${sql.id(cluster)} on ${sql.ref(`${cluster}.id`)} = ${sql.ref(`${top}.parent_device_id`)}`
        },
        key: (names) => sql.ref(`${names(0)}.child_device_id`),
        where: (names) => {
          const isCluster = sql<boolean>`${sql.ref(`${names(1)}.device_type`)} = 'cluster'`
          const visible = visibleSql(scope, names(1))
          if (!visible) return isCluster
          // What stands between must be visible too: that there is something would be told otherwise.
          const between = levels === 1 ? sql`` : sql`and ${visibleSql(scope, names(0), 'parent_device_id')}`
          return sql`${isCluster} and ${visible} ${between}`
        },
      },
      (names) => passes(sql.ref(`${names(1)}.name_sort`)),
    ),
})

const textColumn = (
  name: string,
  summary: string,
  options: { holds?: boolean; aliases?: string[] } = {},
): Field => ({
  name,
  summary,
  type: 'text',
  places: [column(name, 'lower', nullable)],
  lookup: { table: 'devices', column: name },
  ...options,
})

const identity: Field[] = [
  {
    name: 'name',
    aliases: ['hostname'],
    summary: 'name of the device',
    type: 'text',
    places: [column('name_sort', 'lowered')],
    lookup: { table: 'devices', column: 'name' },
  },
  {
    name: 'type',
    summary: 'kind of device',
    type: 'enum',
    places: [column('device_type', 'exact')],
    choices: choices(deviceTypes, { network_device: ['network', 'switch', 'router'] }),
  },
  {
    name: 'status',
    summary: 'state of the device; retired ones are shown only when asked for',
    type: 'enum',
    places: [column('status', 'exact')],
    choices: [
      ...choices(deviceStatuses),
      { word: 'retired', stored: 'retired', place: column('retired_at', 'exact', nullable) },
    ],
  },
  { name: 'id', summary: 'number of the device', type: 'number', places: [column('id', 'exact')] },
  {
    name: 'serial',
    summary: 'serial number',
    type: 'text',
    places: [column('serial', 'spelling', nullable)],
  },
  {
    name: 'tag',
    aliases: ['tags'],
    summary: 'tag it carries',
    type: 'tags',
    places: [tagName],
    lookup: { table: 'tags', column: 'name' },
  },
  {
    name: 'note',
    aliases: ['notes'],
    summary: 'text of its notes',
    type: 'text',
    holds: true,
    places: [tableColumn('device_notes', 'body', 'lower')],
  },
]

const network: Field[] = [
  {
    name: 'ip',
    aliases: ['address'],
    summary: 'any of its addresses',
    type: 'address',
    places: [tableColumn('device_addresses', 'address', 'exact')],
    keys: [tableColumn('device_addresses', 'sort_key', 'exact')],
  },
  {
    name: 'mac',
    summary: 'any of its MAC addresses',
    type: 'mac',
    places: [macOfEither],
  },
]

const description: Field[] = [
  textColumn('vendor', 'maker of the device', { holds: true, aliases: ['manufacturer'] }),
  textColumn('model', 'model of the device', { holds: true }),
  textColumn('os', 'operating system', { holds: true }),
  textColumn('site', 'where it is'),
  textColumn('rack', 'rack it stands in'),
  textColumn('owner', 'who is responsible'),
  textColumn('driver', 'driver that backs up its configuration'),
  {
    name: 'source',
    summary: 'configured source that knows it',
    type: 'text',
    places: [linkedRecord('source_identifier'), column('source_identifier', 'lower')],
    lookup: { table: 'source_records', column: 'source_identifier' },
  },
  {
    name: 'system',
    summary: 'kind of source that knows it, such as vcenter',
    type: 'text',
    places: [linkedRecord('source_system'), column('source_system', 'lower')],
    lookup: { table: 'source_records', column: 'source_system' },
  },
  {
    name: 'cluster',
    summary: 'cluster it belongs to, by relationship or by a fact of that name',
    type: 'text',
    places: [
      clusterAbove(1),
      clusterAbove(2),
      jsonTexts(
        [
          { is: 'column', name: 'metadata' },
          { is: 'anyKey', name: 'metadata' },
        ],
        ['cluster'],
      ),
    ],
  },
]

const times: Field[] = [
  {
    name: 'seen',
    aliases: ['last_seen'],
    summary: 'when it was last seen',
    type: 'time',
    places: [column('last_seen', 'exact')],
  },
  {
    name: 'first',
    aliases: ['first_seen'],
    summary: 'when it was first seen',
    type: 'time',
    places: [column('first_seen', 'exact')],
  },
  {
    name: 'created',
    summary: 'when it was added here',
    type: 'time',
    places: [column('created_at', 'exact')],
  },
  {
    name: 'updated',
    summary: 'when something about it last changed',
    type: 'time',
    places: [column('updated_at', 'exact')],
  },
]

const virtual: Field[] = [
  {
    name: 'power',
    summary: 'power state of a virtual machine',
    type: 'enum',
    places: [tableColumn('vms', 'power_state', 'exact')],
    choices: [
      { word: 'on', stored: 'POWERED_ON', also: ['running'] },
      { word: 'off', stored: 'POWERED_OFF', also: ['stopped'] },
      { word: 'suspended', stored: 'SUSPENDED', also: ['paused'] },
    ],
  },
  {
    name: 'memory',
    aliases: ['ram'],
    summary: 'memory of a virtual machine',
    type: 'size',
    unit: 1024 ** 2,
    places: [tableColumn('vms', 'memory_mb', 'exact')],
  },
  {
    name: 'cpu',
    aliases: ['cpus'],
    summary: 'processors of a virtual machine',
    type: 'number',
    places: [tableColumn('vms', 'cpu_count', 'exact')],
  },
  {
    name: 'disk',
    summary: 'disk capacity of a virtual machine',
    type: 'size',
    unit: 1,
    places: [tableColumn('vms', 'total_disk_capacity_bytes', 'exact')],
  },
  {
    name: 'snapshot',
    summary: 'size of all snapshots of a virtual machine',
    type: 'size',
    unit: 1,
    places: [tableColumn('vms', 'total_snapshot_size_bytes', 'exact')],
  },
  {
    name: 'guest',
    summary: 'operating system a virtual machine is set up for',
    type: 'text',
    holds: true,
    places: [tableColumn('vms', 'guest_os', 'lower')],
  },
  {
    name: 'uuid',
    summary: 'instance UUID of a virtual machine',
    type: 'text',
    places: [tableColumn('vms', 'instance_uuid', 'spelling')],
  },
]

const relations: Relation[] = [
  related({
    name: 'parent',
    summary: 'device that hosts, connects, backs up or manages it',
    to: 'device',
    main: 'name',
    link: { table: 'device_relationships', own: 'child_device_id', other: 'parent_device_id' },
  }),
  related({
    name: 'child',
    summary: 'device that it hosts, connects, backs up or manages',
    to: 'device',
    main: 'name',
    link: { table: 'device_relationships', own: 'parent_device_id', other: 'child_device_id' },
  }),
  related({
    name: 'host',
    summary: 'host (MAC address on the network) of the device',
    to: 'host',
    main: 'name',
    key: 'device_id',
  }),
  related({
    name: 'interface',
    summary: 'network interface of the device',
    to: 'interface',
    main: 'name',
    key: 'device_id',
  }),
  related({
    name: 'server',
    summary: 'what tells metrics of the device',
    to: 'server',
    main: 'name',
    key: 'device_id',
  }),
]

const custom: Family = {
  name: 'custom',
  aliases: ['field'],
  summary: 'custom field by its name',
  field: (path, declared) => ({
    name: `custom.${path.join('.')}`,
    summary: 'custom field',
    type: 'json',
    places: [],
    columns: [{ is: 'column', name: 'custom' }],
    path,
    declared,
  }),
}

const fact: Family = {
  name: 'fact',
  aliases: ['facts'],
  summary: 'fact that a source reports, by its path, with or without the name of the source in front',
  field: (path) => ({
    name: `fact.${path.join('.')}`,
    summary: 'fact',
    type: 'json',
    places: [],
    columns: [{ is: 'column', name: 'metadata' }, { is: 'anyKey', name: 'metadata' }, { is: 'facts' }],
    path,
  }),
}

export const deviceSubject: Subject = {
  name: 'device',
  fields: [...identity, ...network, ...description, ...times, ...virtual],
  relations,
  families: [custom, fact],
}
