import { sql } from 'kysely'
import { addressKeySql } from '#query/address-key.ts'
import type { Field, Relation, Subject } from '#query/field.ts'
import { column, membersOf } from '#query/place.ts'
import type { Place } from '#query/place.ts'
import { related } from '#query/relation.ts'

const nullable = { nullable: true }

/** A column of the device that the server is. */
const deviceColumn = (name: string): Place => ({
  fold: 'lower',
  some: (scope, passes) =>
    membersOf(
      scope,
      sql.ref(`${scope.row}.device_id`),
      {
        from: (names) => sql`devices as ${sql.id(names(0))}`,
        key: (names) => sql.ref(`${names(0)}.id`),
      },
      (names) => {
        const value = sql.ref(`${names(0)}.${name}`)
        return sql`${value} is not null and ${passes(value)}`
      },
    ),
})

/** Of a column that may be null: never null itself, so that NOT is an exact complement. */
const ofKnownDevice = (place: Place): Place => ({
  fold: place.fold,
  some: (scope, passes) =>
    sql`(${sql.ref(`${scope.row}.device_id`)} is not null and ${place.some(scope, passes)})`,
})

const deviceTag: Place = {
  fold: 'lower',
  some: (scope, passes) =>
    membersOf(
      scope,
      sql.ref(`${scope.row}.device_id`),
      {
        from: (names) =>
          sql`device_tags as ${sql.id(names(0))} join tags as ${sql.id(names(1))}
            on ${sql.ref(`${names(1)}.id`)} = ${sql.ref(`${names(0)}.tag_id`)}`,
        key: (names) => sql.ref(`${names(0)}.device_id`),
      },
      (names) => passes(sql.ref(`${names(1)}.name`)),
    ),
}

const same = (words: readonly string[]) => words.map((word) => ({ word, stored: word }))

const isPaused: Place = {
  fold: 'exact',
  some: ({ row }, passes) => {
    return passes(sql`(${sql.ref(`${row}.paused_at`)} is not null)`)
  },
}

const addressKey: Place = {
  fold: 'exact',
  some: ({ engine, row }, passes) => {
    const address = sql.ref(`${row}.ip_address`)
    return sql`(${address} is not null and ${passes(addressKeySql(engine, address))})`
  },
}

const fields: Field[] = [
  { name: 'id', summary: 'id of the server', type: 'text', places: [column('id', 'lowered')] },
  {
    name: 'name',
    summary: 'what it is called',
    type: 'text',
    places: [column('name_sort', 'lowered'), column('id', 'lowered')],
  },
  { name: 'hostname', summary: 'name it gives itself', type: 'text', places: [column('hostname', 'lower')] },
  {
    name: 'status',
    summary: 'whether it is heard of',
    type: 'enum',
    places: [column('status', 'exact')],
    choices: same(['online', 'offline', 'unknown']),
  },
  {
    name: 'condition',
    summary: 'its state more finely',
    type: 'enum',
    places: [column('condition', 'exact', nullable)],
    choices: same(['stale', 'paused', 'maintenance', 'asleep', 'never_seen']),
  },
  {
    name: 'os',
    summary: 'operating system, and its version',
    type: 'text',
    holds: true,
    places: [column('os_distribution', 'lower', nullable), column('os_version', 'lower', nullable)],
  },
  {
    name: 'kernel',
    summary: 'version of its kernel',
    type: 'text',
    holds: true,
    places: [column('kernel_version', 'lower', nullable)],
  },
  {
    name: 'arch',
    aliases: ['architecture'],
    summary: 'architecture of its processor',
    type: 'text',
    places: [column('architecture', 'lower', nullable)],
  },
  {
    name: 'ip',
    aliases: ['address'],
    summary: 'address it says it has',
    type: 'address',
    places: [column('ip_address', 'exact', nullable)],
    keys: [addressKey],
  },
  {
    name: 'seen',
    aliases: ['last_seen'],
    summary: 'when it was last heard of',
    type: 'time',
    places: [column('last_seen', 'exact', nullable)],
  },
  { name: 'created', summary: 'when it was made', type: 'time', places: [column('created_at', 'exact')] },
  {
    name: 'type',
    summary: 'server, or workstation that may sleep',
    type: 'enum',
    places: [column('machine_type', 'exact')],
    choices: same(['server', 'workstation']),
  },
  {
    name: 'agent',
    summary: 'version of its agent',
    type: 'text',
    places: [column('agent_version', 'lower', nullable)],
  },
  { name: 'paused', summary: 'whether nobody watches it', type: 'boolean', places: [isPaused] },
  {
    name: 'tag',
    aliases: ['tags'],
    summary: 'tag of its device',
    type: 'tags',
    places: [ofKnownDevice(deviceTag)],
    lookup: { table: 'tags', column: 'name' },
  },
  ...(['site', 'rack', 'owner'] as const).map((name): Field => ({
    name,
    summary: `${name} of its device`,
    type: 'text',
    places: [ofKnownDevice(deviceColumn(name))],
    lookup: { table: 'devices', column: name },
  })),
]

const relations: Relation[] = [
  related({ name: 'device', summary: 'device it is', to: 'device', main: 'name', own: 'device_id' }),
]

export const serverSubject: Subject = { name: 'server', fields, relations, families: [] }
